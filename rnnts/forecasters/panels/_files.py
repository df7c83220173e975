"""Blocks of a bank on disk: one file each, found again by what was asked for."""

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rnnts._types import FloatArray
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.panels._block import Block
from rnnts.panel import TimeAxis
from rnnts.saving import Checkpoint, axis_from, axis_words, from_words, read_archive, words_of

KIND = "block of a panel"


class Kept(NamedTuple):
    """A block, with the id and the time axis of each of its series."""

    block: Block
    labels: list[Hashable]
    axes: list[TimeAxis]


def path_in(
    checkpoint: Checkpoint,
    estimator: RNNForecaster,
    labels: Sequence[Hashable],
    season_length: int,
    y: FloatArray,
) -> Path:
    """Where the block of these series is, or would be."""
    # How much is shown changes nothing.
    settings = settings_of(estimator) | {"verbose": 0}
    return checkpoint.path_of([settings, season_length, labels_of(labels)], y)


def kept_at(checkpoint: Checkpoint, path: Path) -> Kept | None:
    """A block that was written; None if there is none, or it is damaged."""
    archive = checkpoint.read(path)
    return None if archive is None else kept_in(*archive)


def keep(checkpoint: Checkpoint, path: Path, kept: Kept) -> bool:
    """Write a block; False where that fails."""
    return checkpoint.write(path, header_of(kept), arrays_of(kept.block))


def read_block(path: Path) -> Kept:
    """A block from its file; ValueError if it cannot be read."""
    return kept_in(*read_archive(path, KIND))


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
