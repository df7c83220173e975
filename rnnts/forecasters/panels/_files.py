"""Blocks of a bank on disk: one file each, found again by what was asked for."""

import json
import warnings
from collections.abc import Hashable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from rnnts import __version__
from rnnts._types import FloatArray
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.panels._block import Block
from rnnts.panel import TimeAxis
from rnnts.saving import axis_from, axis_words, from_words, read_archive, words_of, write_archive

_KIND = "block of a panel"


class Kept(NamedTuple):
    """A block, with the id and the time axis of each of its series."""

    block: Block
    labels: list[Hashable]
    axes: list[TimeAxis]


class Checkpoint:
    """A folder of trained blocks, from which an interrupted fit goes on.

    Parameters
    ----------
    folder : Path
        Made if it is not there.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise type(error)(
                f"checkpoints cannot be kept in {folder} ({error.strerror}); choose another folder"
            ) from error
        self.folder = folder
        self._is_full = False

    def path_of(
        self,
        estimator: RNNForecaster,
        labels: Sequence[Hashable],
        season_length: int,
        y: FloatArray,
    ) -> Path:
        """Where the block of these series is, or would be."""
        # How much is shown changes nothing.
        settings = settings_of(estimator) | {"verbose": 0}
        asked = json.dumps([__version__, settings, season_length, labels_of(labels)])
        digest = blake2b(asked.encode(), digest_size=16)
        digest.update(y.tobytes())
        return self.folder / f"{digest.hexdigest()}.npz"

    def read(self, path: Path) -> Kept | None:
        """A block that was written; None if there is none, or it is damaged."""
        try:
            return read_block(path)
        except FileNotFoundError:
            return None
        except ValueError as error:
            warnings.warn(f"{error}: it is trained once more", UserWarning, stacklevel=2)
            return None

    def write(self, path: Path, kept: Kept) -> bool:
        """Write a block; where that fails, training goes on, and the user is told once."""
        try:
            write_archive(path, _KIND, header_of(kept), arrays_of(kept.block))
        except OSError as error:
            if not self._is_full:
                self._is_full = True
                warnings.warn(
                    f"a checkpoint could not be written to {self.folder} ({error.strerror}); "
                    "those before are safe, and training goes on without: make room before the "
                    "next fit",
                    UserWarning,
                    stacklevel=2,
                )
            return False
        return True


def read_block(path: Path) -> Kept:
    """A block from its file; ValueError if it cannot be read."""
    return kept_in(*read_archive(path, _KIND))


def settings_of(estimator: RNNForecaster) -> dict[str, Any]:
    """The arguments of a forecaster, in words."""
    settings = estimator.get_params(deep=False)
    return {name: words_of(value, name) for name, value in settings.items()}


def estimator_from(settings: Mapping[str, Any]) -> RNNForecaster:
    """The way back."""
    return RNNForecaster(**{name: from_words(words) for name, words in settings.items()})


def labels_of(labels: Sequence[Hashable]) -> list[Any]:
    """Ids as words."""
    return [words_of(label, "id") for label in labels]


def header_of(kept: Kept) -> dict[str, Any]:
    """All of a block that is no array."""
    axes: dict[int, tuple[int, TimeAxis]] = {}
    places = [axes.setdefault(id(axis), (len(axes), axis))[0] for axis in kept.axes]
    block = kept.block
    return {
        "estimator": settings_of(block.estimator),
        "season_length": block.season_length,
        "n_trained": block.n_trained,
        "seeds": [len(alike) for alike in block.weights],
        "labels": labels_of(kept.labels),
        "axes": [axis_words(axis) for _, axis in axes.values()],
        "axis_of": places,
    }


def arrays_of(block: Block) -> dict[str, Any]:
    """All of a block that is."""
    networks = [params for alike in block.weights for params in alike]
    weights = {f"weights_{number}": params for number, params in enumerate(networks)}
    return {"y": block.y, "losses": block.losses, **weights}


def kept_in(header: Mapping[str, Any], arrays: Mapping[str, Any]) -> Kept:
    """The way back from header and arrays."""
    networks = iter(range(sum(header["seeds"])))
    weights = tuple(
        tuple(arrays[f"weights_{next(networks)}"] for _ in range(n_seeds))
        for n_seeds in header["seeds"]
    )
    block = Block(
        estimator_from(header["estimator"]),
        header["season_length"],
        arrays["y"],
        header["n_trained"],
        weights,
        arrays["losses"],
    )
    axes = [axis_from(words) for words in header["axes"]]
    labels = [from_words(words) for words in header["labels"]]
    return Kept(block, labels, [axes[place] for place in header["axis_of"]])
