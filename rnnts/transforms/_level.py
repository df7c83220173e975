r"""The level of a series, against which its values are measured.

.. math:: z_t = y_t - \ell_{t-1} \quad\text{or}\quad z_t = y_t / \ell_{t-1}

There are two ways to forecast with it.  Row by row, which is what `transform` and
`inverse_transform` do, the level moves along with the rows forecast.  From an origin, as by a
network that forecasts all horizons at once, windows and targets are measured against the level
known at the origin: take it from `levels` for each training row, and give `level` back to the
forecasts, all of them.
"""

from dataclasses import dataclass, replace

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_choice
from rnnts.transforms._base import Fitted, Transform
from rnnts.transforms._running_level import Averaged, RunningLevel, Smoothed, best_rate

LEVELS = ["last", "ses", "season"]


@dataclass(frozen=True, eq=False)
class FittedLevel(Fitted):
    """Values less the level before them, or divided by it.

    Attributes
    ----------
    running : RunningLevel
        The level after the last row read, and how a row moves it.  A missing row does not.
    is_ratio : bool

    See Also
    --------
    Level : What becomes it by `fit`.
    """

    running: RunningLevel
    is_ratio: bool

    @property
    def level(self) -> FloatArray:
        """Level after the last row read, of shape (n_columns,)."""
        return self.running.level

    def levels(self, values: FloatArray) -> FloatArray:
        """Level after each row of a series of shape (n_rows, n_columns), from its first row on.

        Parameters
        ----------
        values : ndarray of shape (n_rows, n_columns)

        Returns
        -------
        ndarray of shape (n_rows, n_columns)
        """
        return self.start.running.run(values)[0]

    @property
    def is_pointwise(self) -> bool:
        """Never: the level moves with every step."""
        return False

    @property
    def n_lost(self) -> int:
        """The first row, before which there is no level."""
        return 1

    @property
    def start(self) -> "FittedLevel":
        """The same rate, before the first row."""
        return replace(self, running=self.running.start)

    def update(self, values: FloatArray) -> "FittedLevel":
        """The level after further rows."""
        return replace(self, running=self.running.run(values)[1])

    def transform_next(self, values: FloatArray) -> FloatArray:
        """Each row against the level before it."""
        before = self._before(values)
        return values / before if self.is_ratio else values - before

    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Paths whose level moves with them."""
        values = np.empty(prepared.shape)
        running = self.running
        for step in range(prepared.shape[-2]):
            values[..., step, :] = self._undo(prepared[..., step, :], running.level)
            _, running = running.run(values[None, ..., step, :])
        return values

    def inverse_one_step(self, prepared: FloatArray, values: FloatArray) -> FloatArray:
        """Each prediction on the level before its row."""
        return self._undo(prepared, self.start._before(values))

    def describe(self) -> str:
        """Such as "less the last value"."""
        return f"{'divided by' if self.is_ratio else 'less'} the {self.running.describe()}"

    def _undo(self, prepared: FloatArray, level: FloatArray) -> FloatArray:
        return prepared * level if self.is_ratio else prepared + level

    def _before(self, values: FloatArray) -> FloatArray:
        """Level before each of the next rows."""
        return np.vstack([self.level, self.running.run(values)[0]])[:-1]


@dataclass(frozen=True)
class Level(Transform[FittedLevel]):
    """Measure each row against the level known before it.

    Parameters
    ----------
    kind : "last", "ses" or "season"
        The last value; simple exponential smoothing, whose rate makes the one-step errors of each
        column smallest; or the mean of the last season of rows.
    operation : "subtract" or "divide"
        Of logs, subtract.  Dividing needs a positive series.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([[1.0], [3.0], [5.0]])
    >>> fitted = Level("season").fit(y, season_length=2)
    >>> fitted.levels(y).ravel()
    array([1., 2., 4.])
    >>> fitted.transform(y).ravel()
    array([nan,  2.,  3.])
    >>> fitted.inverse_transform(np.array([[2.0], [2.0]])).ravel()
    array([6. , 7.5])
    """

    kind: str = "ses"
    operation: str = "subtract"

    def __post_init__(self) -> None:
        check_choice("level", self.kind, LEVELS)
        check_choice("operation", self.operation, ["subtract", "divide"])

    def _learn(self, values: FloatArray, season_length: int) -> FittedLevel:
        is_ratio = self.operation == "divide"
        if is_ratio and (values <= 0).any():
            raise ValueError(
                f"dividing by the level needs positive values, the smallest is "
                f"{np.nanmin(values):g}; use operation='subtract'"
            )
        if self.kind == "ses":
            return FittedLevel(Smoothed.before(best_rate(values)), is_ratio)
        n_rows = season_length if self.kind == "season" else 1
        return FittedLevel(Averaged.before(n_rows, values.shape[1]), is_ratio)
