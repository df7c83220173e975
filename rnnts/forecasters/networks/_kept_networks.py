"""Networks in common on disk as they are trained, found again by what they depend on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rnnts.forecasters.networks._lesson import Rows
from rnnts.saving import Checkpoint
from rnnts.solvers import Solution

KIND = "network of a panel"


@dataclass(frozen=True)
class KeptNetworks:
    """A folder of trained networks.

    Attributes
    ----------
    checkpoint : Checkpoint
    settings : object
        What the networks depend on besides their rows, in words.
    """

    checkpoint: Checkpoint
    settings: Any

    def path_of(self, variant: int, seed: int, series: Sequence[Rows]) -> Path:
        """Where the network of a variant and a seed is, or would be, that read these series."""
        parts = [part for rows in series for part in (rows.y, rows.exog, rows.static)]
        asked = [self.settings, variant, seed, series[0].season_length]
        return self.checkpoint.path_of(asked, *(np.asarray(part, dtype=float) for part in parts))

    def read(self, path: Path) -> Solution | None:
        """How it was trained; None if it is not there, or damaged."""
        archive = self.checkpoint.read(path)
        if archive is None:
            return None
        curve = archive.arrays["loss_curve"].tolist()
        message = archive.header["message"]
        return Solution(archive.arrays["params"], curve[-1], True, message, tuple(curve))

    def write(self, path: Path, solution: Solution) -> None:
        """Keep it."""
        arrays = {"params": solution.params, "loss_curve": np.array(solution.loss_curve)}
        self.checkpoint.write(path, {"message": solution.message}, arrays)
