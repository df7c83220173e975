"""A network that learns online, or a bank of them, in one file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from rnnts.kernels.lanes.streams import Streams
from rnnts.saving import from_words, read_archive, words_of, write_archive
from rnnts.sequence.streams._learner import Design, Learner

_KIND = "stream learner"


class SavedStreams(BaseEstimator):
    """What a network that learns online is on disk."""

    init: str | Mapping[str, Any]
    _learner: Learner | None = None

    def save(self, path: str | Path) -> None:
        """Write the networks of all streams, and all that they remember, to one file.

        Parameters
        ----------
        path : path
            Of an `.npz` file, which is there whole or not at all.  Nothing in it is executed when
            it is read.

        Raises
        ------
        TypeError
            If a setting or the name of a feature is none that a file can hold.
        OSError
            If the file cannot be written.

        See Also
        --------
        load : The way back.

        Examples
        --------
        >>> import numpy as np
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from rnnts import OnlineRNN
        >>> x = np.random.default_rng(0).normal(size=(30, 1000))
        >>> bank = OnlineRNN(n_streams=1000, random_state=0).partial_fit(x[:-1], x[1:])
        >>> with TemporaryDirectory() as folder:
        ...     bank.save(Path(folder) / "bank.npz")
        ...     again = OnlineRNN.load(Path(folder) / "bank.npz")
        >>> bool((again.predict_one(x[-1]) == bank.predict_one(x[-1])).all())
        True
        """
        check_is_fitted(self)
        learner = self._learner
        assert learner is not None
        streams, settings = learner.streams, self.get_params(deep=False)
        arrays = {
            name: streams.lanes.unpack(getattr(streams, name), streams.n_streams)
            for name in Streams.sizes_of(streams.lanes, streams.rule)
        }
        if isinstance(self.init, Mapping):
            settings["init"] = "zeros"
            arrays |= {f"init_{name}": np.asarray(each) for name, each in self.init.items()}
        header = {
            "settings": {name: words_of(value, name) for name, value in settings.items()},
            "names": words_of(learner.names, "feature names"),
            "n_features": learner.network.n_inputs,
            "n_seen": streams.n_seen,
        }
        write_archive(Path(path), _KIND, header, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what `save` wrote.

        Parameters
        ----------
        path : path

        Returns
        -------
        OnlineRNN
            Which predicts and learns on as the one that was saved.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no such file, one of a later version, or it is damaged.
        """
        header, arrays = read_archive(Path(path), _KIND)
        settings = {name: from_words(words) for name, words in header["settings"].items()}
        start = {name[5:]: each for name, each in arrays.items() if name.startswith("init_")}
        loaded = cls(**settings | ({"init": start} if start else {}))
        design = Design(**{name: settings[name] for name in Design._fields})
        try:
            loaded._learner = _learner_from(design, header, arrays)
        except ValueError as error:
            raise ValueError(f"{path} {error}") from None
        return loaded


def _learner_from(
    design: Design, header: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
) -> Learner:
    n_features = header["n_features"]
    lanes, rule = design.lanes(n_features), design.learning_rule()
    packed = {}
    for name, size in Streams.sizes_of(lanes, rule).items():
        # Kernels compute addresses from these shapes, and look at nothing.
        needed, found = (design.n_networks, size), arrays.get(name)
        if found is None or found.shape != needed:
            raise ValueError(
                f"is damaged: its networks need a {name} of shape {needed}, not "
                f"{'none' if found is None else found.shape}; save the model once more"
            )
        packed[name] = lanes.pack(found)
    streams = Streams(
        lanes, rule, design.loss_code, design.n_networks, n_seen=header["n_seen"], **packed
    )
    return Learner(design, design.network(n_features), streams, from_words(header["names"]))
