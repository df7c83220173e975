"""Forecasts that peers made before: a file for each peer and panel."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.panels._cost import Cost, measured
from benchmarks.panels._said import Said
from benchmarks.panels._sets import Set

# One for each worker.
_FEW = 2


def remembered(
    folder: Path, model: str, panel: Set, say: Callable[[Set], Said], *, is_fresh: bool = False
) -> tuple[Said, Cost]:
    """What a peer says and what it cost, as it was the first time unless asked afresh."""
    path = folder / f"{panel.name}, {model}, {_digest(panel)}.npz"
    if path.exists() and not is_fresh:
        with np.load(path) as kept:
            fields = dict(kept)
        cost = Cost(*fields.pop("cost").tolist())
        return Said(**fields), cost
    # Imports and compilation are counted for our models, not for these.
    say(panel.first(_FEW))
    said, cost = measured(partial(say, panel))
    folder.mkdir(parents=True, exist_ok=True)
    fields = {name: values for name, values in said._asdict().items() if values is not None}
    np.savez(path, cost=cost, **fields)
    return said, cost


def _digest(panel: Set) -> str:
    """Of all that a model is told: an official panel and one to tune on share a name."""
    digest = hashlib.sha256(f"{panel.season_length} {panel.horizon}".encode())
    for y in panel.train:
        digest.update(y.tobytes())
    return digest.hexdigest()[:12]
