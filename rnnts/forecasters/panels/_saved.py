"""A panel of networks in one file."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from rnnts.forecasters.panels._bank import Bank
from rnnts.forecasters.panels._files import (
    arrays_of,
    estimator_from,
    header_of,
    kept_in,
    labels_of,
    settings_of,
)
from rnnts.forecasters.panels._fitted import FittedSeries
from rnnts.panel import Form
from rnnts.saving import from_words, read_archive, words_of, write_archive

_KIND = "panel"


class SavedPanel(BaseEstimator):
    """What a forecaster of many series is on disk."""

    estimator: Any
    errors_: pd.DataFrame
    forecasters_: FittedSeries
    _form: Form

    @abstractmethod
    def _as_table(self, failures: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
        """Series, what was done, and why it failed."""

    def save(self, path: str | Path) -> None:
        """Write the networks of all series, and the rows that they have read, to one file.

        Parameters
        ----------
        path : path
            Of an `.npz` file, which is there whole or not at all.  Nothing in it is executed when
            it is read.

        Raises
        ------
        ValueError
            If some series are not among those trained side by side.
        TypeError
            If a setting or an id is none that a file can hold.
        OSError
            If the file cannot be written.

        See Also
        --------
        load : The way back.

        Examples
        --------
        >>> import numpy as np
        >>> import pandas as pd
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> from rnnts import PanelForecaster, RNNForecaster
        >>> ids, rows = np.divmod(np.arange(40 * 30), 30)
        >>> panel = pd.DataFrame({"unique_id": ids, "ds": rows, "y": np.sin(rows + ids)})
        >>> model = PanelForecaster(RNNForecaster(hidden_size=1, horizon=2, partner=None))
        >>> with TemporaryDirectory() as folder:
        ...     model.fit(panel).save(Path(folder) / "model.npz")
        ...     again = PanelForecaster.load(Path(folder) / "model.npz")
        >>> again.predict(2).equals(model.predict(2))
        True
        """
        check_is_fitted(self)
        alone = self.forecasters_.alone
        if alone:
            raise ValueError(
                f"{len(alone)} of the series, the first {next(iter(alone))!r}, have a forecaster "
                "that was not trained side by side with others, which save knows nothing of; use "
                "joblib.dump"
            )
        settings = self.get_params(deep=False)
        # A folder of this machine.
        del settings["estimator"], settings["checkpoint"]
        header: dict[str, Any] = {
            "settings": {name: words_of(value, name) for name, value in settings.items()},
            "estimator": settings_of(self.estimator),
            "form": words_of(self._form, "form"),
            "errors": [labels_of(row) for row in self.errors_.to_numpy(object)],
            "labels": labels_of(list(self.forecasters_)),
            "blocks": [],
        }
        arrays = {}
        for number, kept in enumerate(self.forecasters_.bank.kept()):
            header["blocks"].append(header_of(kept))
            for name, values in arrays_of(kept.block).items():
                arrays[f"{number}_{name}"] = values
        write_archive(Path(path), _KIND, header, arrays)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what `save` wrote.

        Parameters
        ----------
        path : path

        Returns
        -------
        PanelForecaster
            Which forecasts and updates as the one that was saved.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is no such file, one of a later version, or it is damaged.
        """
        header, arrays = read_archive(Path(path), _KIND)
        bank = Bank()
        by_block: dict[str, dict[str, Any]] = {}
        for name, values in arrays.items():
            begin, _, own = name.partition("_")
            by_block.setdefault(begin, {})[own] = values
        for number, words in enumerate(header["blocks"]):
            bank.add(*kept_in(words, by_block[str(number)]))
        loaded = cls(
            estimator_from(header["estimator"]),
            **{name: from_words(words) for name, words in header["settings"].items()},
        )
        loaded._form = from_words(header["form"])
        loaded.forecasters_ = FittedSeries(map(from_words, header["labels"]), {}, bank)
        loaded.errors_ = loaded._as_table([tuple(map(from_words, row)) for row in header["errors"]])
        return loaded
