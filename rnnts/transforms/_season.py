r"""Deseasonalising: a season learnt once is taken out of every row, past and future.

.. math::
    z_t = y_t - s_t \quad \text{(additive)}, \qquad
    z_t = y_t / s_t \quad \text{(multiplicative)}
"""

from dataclasses import dataclass, replace

import numpy as np

from rnnts._types import BoolArray, FloatArray
from rnnts._validation import check_choice, check_count
from rnnts.transforms._base import AS_IT_IS, Fitted, Transform, worded
from rnnts.transforms._decomposition import (
    additive_season,
    loess_season,
    multiplicative_season,
)
from rnnts.transforms._seasonality import is_seasonal

_OPERATIONS = ["auto", "additive", "multiplicative"]


@dataclass(frozen=True, eq=False)
class FittedSeason(Fitted):
    """The seasonal part of each row: ``(values - center) / spread`` with both in season.

    Attributes
    ----------
    center, spread : ndarray of shape (n_pattern, n_columns)
        For the rows 0, 1, ...; after the last of them, their last season is repeated.  The center
        of a multiplicative season is 0, the spread of an additive one 1.
    season_length : int
    n_read : int
        Rows read.

    See Also
    --------
    Deseasonalize : What becomes it by `fit`.
    """

    center: FloatArray
    spread: FloatArray
    season_length: int
    n_read: int = 0

    @property
    def start(self) -> "FittedSeason":
        """The same season, before the first row."""
        return replace(self, n_read=0)

    def update(self, values: FloatArray) -> "FittedSeason":
        """The same season, after further rows."""
        return replace(self, n_read=self.n_read + len(values))

    def transform_next(self, values: FloatArray) -> FloatArray:
        """Deseasonalised values of the rows that follow."""
        rows = self._rows(len(values))
        deseasonalised: FloatArray = (values - self.center[rows]) / self.spread[rows]
        return deseasonalised

    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Values with their season."""
        rows = self._rows(prepared.shape[-2])
        values: FloatArray = prepared * self.spread[rows] + self.center[rows]
        return values

    def describe(self) -> str:
        """Such as "multiplicative season of 12"."""
        is_additive, is_multiplicative = self.center.any(axis=0), (self.spread != 1).any(axis=0)
        names = np.where(
            is_multiplicative, "multiplicative season", np.where(is_additive, "additive season", "")
        )
        return worded([f"{name} of {self.season_length}" if name else AS_IT_IS for name in names])

    def _rows(self, n_rows: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
        """Where in the pattern the next rows stand."""
        rows = np.arange(self.n_read, self.n_read + n_rows)
        n_pattern = len(self.center)
        repeated = n_pattern - self.season_length + (rows - n_pattern) % self.season_length
        return np.where(rows < n_pattern, rows, repeated)


@dataclass(frozen=True)
class Deseasonalize(Transform[FittedSeason]):
    """Take out the season of each column.

    Parameters
    ----------
    method : "classical" or "stl"
        Means over all years of the deviations from a centred moving average; or STL by loess,
        whose season changes slowly and whose last year is repeated in the future.
    operation : "auto", "additive" or "multiplicative", or one of them for each column
        "auto" is multiplicative for a positive column.  Of logs, which make a multiplicative
        season additive, say "additive".
    n_seasons : int, optional
        Learn a classical season from the last so many only, where there are more: it changes.
    only_significant : bool
        Leave a column without a significant season alone (see `is_seasonal`), instead of taking
        out whatever its means are.

    References
    ----------
    Makridakis, Wheelwright and Hyndman (1998), *Forecasting: Methods and Applications*, chapter 3;
    with `only_significant`, how the benchmarks of the M competitions deseasonalise.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.tile([[1.0], [3.0]], (4, 1))
    >>> fitted = Deseasonalize().fit(y, season_length=2)
    >>> fitted.transform(y[:3]).ravel()
    array([2., 2., 2.])
    >>> fitted.inverse_transform(np.array([[2.0], [4.0]])).ravel()
    array([1., 6.])
    """

    method: str = "classical"
    operation: str | tuple[str, ...] = "auto"
    n_seasons: int | None = None
    only_significant: bool = False

    def __post_init__(self) -> None:
        check_choice("method", self.method, ["classical", "stl"])
        for operation in np.unique(self.operation):
            check_choice("operation", str(operation), _OPERATIONS)
        if self.n_seasons is not None:
            check_count("n_seasons", self.n_seasons, 2)

    def _learn(self, values: FloatArray, season_length: int) -> FittedSeason:
        n_observed = int((~np.isnan(values)).sum(axis=0).min())
        if not self.only_significant and (season_length < 2 or n_observed < 2 * season_length):
            raise ValueError(
                f"deseasonalize={self.method!r} needs a season and two of them observed, got "
                f"season_length={season_length} and {n_observed} observed row(s); use "
                "deseasonalize=None or 'auto'"
            )
        n_pattern = season_length if self.method == "classical" else len(values)
        is_additive, is_multiplicative = self._operations(values, season_length)
        if not (is_additive | is_multiplicative).any():
            # Nothing is repeated, and a season longer than the series may be longer than memory.
            n_pattern = season_length = 1
        pattern_shape = n_pattern, values.shape[1]
        center, spread = np.zeros(pattern_shape), np.ones(pattern_shape)
        if is_additive.any():
            center[:, is_additive] = self._additive(values[:, is_additive], season_length)
        if is_multiplicative.any():
            spread[:, is_multiplicative] = self._multiplicative(
                values[:, is_multiplicative], season_length
            )
        return FittedSeason(center, spread, season_length)

    def _operations(self, values: FloatArray, season_length: int) -> tuple[BoolArray, BoolArray]:
        """Which columns lose an additive season, and which a multiplicative one."""
        is_positive = ~(values <= 0).any(axis=0)
        is_taken_out = (
            is_seasonal(values, season_length)
            if self.only_significant
            else np.ones_like(is_positive)
        )
        operations = np.broadcast_to(self.operation, is_positive.shape)
        is_impossible = is_taken_out & ~is_positive & (operations == "multiplicative")
        if is_impossible.any():
            raise ValueError(
                f"a multiplicative season needs positive values, the smallest is "
                f"{np.nanmin(values[:, is_impossible]):g}; use operation='additive'"
            )
        is_additive = (operations == "additive") | ~is_positive
        return is_taken_out & is_additive, is_taken_out & ~is_additive

    def _additive(self, values: FloatArray, season_length: int) -> FloatArray:
        """Center of each row of the pattern."""
        if self.method == "stl":
            return loess_season(values, season_length)
        return additive_season(self._recent(values, season_length), season_length)

    def _multiplicative(self, values: FloatArray, season_length: int) -> FloatArray:
        """Spread of each row of the pattern."""
        if self.method == "stl":
            return np.exp(loess_season(np.log(values), season_length))
        return multiplicative_season(self._recent(values, season_length), season_length)

    def _recent(self, values: FloatArray, season_length: int) -> FloatArray:
        """The last seasons, from the first row of one on."""
        if self.n_seasons is None:
            return values
        n_before = max(len(values) // season_length - self.n_seasons, 0)
        return values[n_before * season_length :]
