"""What a network is taught: rows of a series, as it reads them and as it should predict them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._recurrence import Recurrence
from rnnts.losses import Loss


@dataclass(frozen=True)
class Rows:
    """A series to learn from.

    Attributes
    ----------
    y : ndarray of shape (n_rows, n_targets)
        NaN where a value is missing.
    filled : ndarray of shape (n_rows, n_targets)
        The same without gaps.
    exog : ndarray of shape (n_rows, n_exog)
    season_length : int
    static : ndarray of shape (n_static,)
        What tells the series from others whose networks it shares.
    """

    y: FloatArray
    filled: FloatArray
    exog: FloatArray
    season_length: int
    static: FloatArray = field(default_factory=lambda: np.empty(0))


@dataclass(frozen=True)
class Lesson:
    """What a network reads, what it should say, and how much that counts.

    Attributes
    ----------
    x : ndarray of shape (n_rows, 1, n_inputs)
    targets : ndarray of shape (n_rows, 1, n_outputs)
    weights : ndarray of shape (n_rows, 1, horizon * n_targets)
    """

    x: FloatArray
    targets: FloatArray
    weights: FloatArray

    @classmethod
    def of(cls, member: Member, rows: Rows) -> "Lesson":
        """The lesson that a member takes from rows."""
        z, read = member.prepared(rows.filled, rows.exog)
        is_known = np.ones(z.shape, bool)
        if rows.filled is not rows.y:
            is_known = ~np.isnan(member.prepared(rows.y, rows.exog)[0])
        x, levels, _ = member.recurrence.inputs(z, read, member.recurrence.start)
        return cls(x, *member.recurrence.targets(z, levels, is_known))

    def objective(
        self, recurrence: Recurrence, loss: Loss, l2: float, weights: FloatArray | None = None
    ) -> Objective:
        """The loss of the recurrence's network on it, with other weights if they are given."""
        weights = self.weights if weights is None else weights
        start = recurrence.start
        return Objective(
            recurrence.network,
            loss,
            self.x,
            self.targets,
            # They bring the state up, and do not count.
            n_warmup=recurrence.n_warmup,
            weights=None if weights.all() else weights,
            start=start.hidden if start.hidden.any() else None,
            l2=l2,
        )


def interpolated(y: FloatArray) -> FloatArray:
    """Gaps bridged by straight lines, the ends by the nearest known value."""
    if not np.isnan(y).any():
        return y
    filled: FloatArray = pd.DataFrame(y).interpolate(limit_direction="both").to_numpy(dtype=float)
    return filled
