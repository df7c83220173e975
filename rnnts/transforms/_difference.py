r"""Differences and seasonal differences.

.. math:: w_t = \prod_i (1 - L^{d_i}) \, y_t = y_t - \sum_j c_j \, y_{t-j}

The sum is what the rows before say of a row: a one-step prediction is undone by adding it, a path
by adding it at every step.
"""

from dataclasses import dataclass, replace

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.transforms._base import AS_IT_IS, Fitted, Transform, worded
from rnnts.transforms._stationarity import difference_lags


@dataclass(frozen=True, eq=False)
class FittedDifference(Fitted):
    """Differences of each column, and the rows before the next one.

    Attributes
    ----------
    lags : tuple of tuple of int
        What each column is differenced by, in turn; an empty tuple leaves it as it is.
    weights : ndarray of shape (n_lost, n_columns)
        The :math:`c_j` for j = 1, 2, ...
    last : ndarray of shape (n_lost, n_columns)
        The last rows read, the newest last; NaN before the first row and where one is missing.
    filled : ndarray of shape (n_lost, n_columns)
        The same, a missing row taken to be what the rows before said of it.

    See Also
    --------
    Difference : What becomes it by `fit`.
    """

    lags: tuple[tuple[int, ...], ...]
    weights: FloatArray
    last: FloatArray
    filled: FloatArray

    @property
    def is_pointwise(self) -> bool:
        """Whether nothing is differenced."""
        return not self.n_lost

    @property
    def n_lost(self) -> int:
        """First rows without a difference."""
        return len(self.weights)

    @property
    def start(self) -> "FittedDifference":
        """The same differences, before the first row."""
        nothing = np.full_like(self.weights, np.nan)
        return replace(self, last=nothing, filled=nothing)

    def update(self, values: FloatArray) -> "FittedDifference":
        """The same differences, after further rows."""
        n_new = len(values)
        last, filled = _after(self.last, values), _after(self.filled, values)
        self._bridge(filled, np.zeros_like(values))
        # Copies: a view would keep all rows in memory.
        return replace(self, last=last[n_new:].copy(), filled=filled[n_new:].copy())

    def transform_next(self, values: FloatArray) -> FloatArray:
        """Change of each row; NaN where a row that it needs is missing."""
        return values - self._known(_after(self.last, values))

    def inverse_transform(self, prepared: FloatArray) -> FloatArray:
        """Paths that change by `prepared` at each step, from the last row read on."""
        # To the rows known, a path is a series that is missing altogether.
        rows = _after(self.filled, np.full(prepared.shape, np.nan))
        self._bridge(rows, prepared)
        return rows[..., self.n_lost :, :]

    def inverse_one_step(self, prepared: FloatArray, values: FloatArray) -> FloatArray:
        """Each predicted change, added to what was known; a missing row is its own prediction."""
        rows = _after(self.start.last, np.broadcast_to(values, prepared.shape))
        self._bridge(rows, prepared)
        undone: FloatArray = prepared + self._known(rows)
        return undone

    def describe(self) -> str:
        """Such as "difference 1, 12"."""
        named = [", ".join(map(str, lags)) for lags in self.lags]
        return worded([f"difference {lags}" if lags else AS_IT_IS for lags in named])

    def _known(self, rows: FloatArray) -> FloatArray:
        """What rows (..., n_lost + n_rows, n_columns) say of the last n_rows, each before it."""
        n_rows = rows.shape[-2] - self.n_lost
        known = np.zeros((*rows.shape[:-2], n_rows, rows.shape[-1]))
        for lag, weight in enumerate(self.weights, start=1):
            if weight.any():
                lagged = rows[..., self.n_lost - lag : self.n_lost - lag + n_rows, :]
                # A column without this lag does not mind that the row is missing.
                known += np.where(weight != 0, weight * lagged, 0.0)
        return known

    def _bridge(self, rows: FloatArray, prepared: FloatArray) -> None:
        """Replace missing rows, in time order, by what is known of them plus `prepared`."""
        is_missing = np.isnan(rows[..., self.n_lost :, :])
        for row in np.flatnonzero(is_missing.any(axis=(*range(rows.ndim - 2), -1))):
            here = self.n_lost + row
            known = self._known(rows[..., row : here + 1, :])[..., 0, :]
            # Without enough rows to difference, the series is taken to stand still.
            known = np.where(np.isnan(known), rows[..., here - 1, :], known)
            bridge = known + prepared[..., row, :]
            rows[..., here, :] = np.where(is_missing[..., row, :], bridge, rows[..., here, :])


@dataclass(frozen=True)
class Difference(Transform[FittedDifference]):
    """Differences at given lags, one after the other.

    Parameters
    ----------
    lags : int or tuple of int
        A tuple names the lags, ``(1, 12)`` being the change of the yearly change; an int is a
        number of first differences: 0, 1 or 2.

    References
    ----------
    Box, Jenkins, Reinsel and Ljung (2015), *Time Series Analysis*, chapters 4 and 9.

    Examples
    --------
    >>> import numpy as np
    >>> fitted = Difference(1).fit(np.array([[1.0], [3.0], [4.0]]))
    >>> fitted.transform(np.array([[1.0], [3.0], [4.0]])).ravel()
    array([nan,  2.,  1.])
    >>> fitted.inverse_transform(np.array([[1.0], [1.0]])).ravel()
    array([5., 6.])
    """

    lags: int | tuple[int, ...] = 1

    def __post_init__(self) -> None:
        if isinstance(self.lags, tuple):
            for lag in self.lags:
                check_count("a lag of diff", lag)
        elif check_count("diff, unless it is a tuple of lags,", self.lags, minimum=0) > 2:
            raise ValueError(
                f"diff={self.lags} would be that many first differences; a seasonal difference is "
                f"diff=({self.lags},), or (1, {self.lags}) with a first one"
            )

    def _learn(self, values: FloatArray, season_length: int) -> FittedDifference:
        lags = self.lags if isinstance(self.lags, tuple) else (1,) * int(self.lags)
        n_rows = int(len(values) - (~np.isnan(values)).argmax(axis=0).max())
        if n_rows <= sum(lags):
            raise ValueError(
                f"diff={self.lags} needs at least {sum(lags) + 1} rows from the first observed one "
                f"on, got {n_rows}; give more rows, or diff='auto'"
            )
        return _fitted((lags,) * values.shape[1])


@dataclass(frozen=True)
class AutoDifference(Transform[FittedDifference]):
    """The differences that each column needs to become stationary; often none.

    A seasonal difference where the season explains more than 0.64 of the detrended variance; then
    a first difference where, at 5 %, the KPSS test rejects a constant level and the Dickey-Fuller
    test does not reject a random walk.

    References
    ----------
    Kwiatkowski, Phillips, Schmidt and Shin (1992), *Testing the null hypothesis of stationarity
    against the alternative of a unit root*.  Said and Dickey (1984), *Testing for unit roots in
    autoregressive-moving average models of unknown order*.  Hyndman and Athanasopoulos (2021),
    *Forecasting: Principles and Practice*, section 9.1.

    Examples
    --------
    >>> from rnnts import datasets
    >>> y = datasets.load("us_macro_realgdp").to_numpy()[:, None]
    >>> AutoDifference().fit(y).describe()
    'difference 1'
    """

    def _learn(self, values: FloatArray, season_length: int) -> FittedDifference:
        return _fitted(difference_lags(values, season_length))


def _fitted(lags: tuple[tuple[int, ...], ...]) -> FittedDifference:
    """Differences by these lags, before the first row."""
    n_lost = max(map(sum, lags))
    of_lags = {each: _weights(each, n_lost) for each in set(lags)}
    weights = np.stack([of_lags[each] for each in lags], axis=1)
    nothing = np.full_like(weights, np.nan)
    return FittedDifference(lags, weights, nothing, nothing)


def _weights(lags: tuple[int, ...], n_lost: int) -> FloatArray:
    """The c of differences by these lags, zeros behind them."""
    polynomial = np.ones(1)
    for lag in lags:
        polynomial = np.convolve(polynomial, [1.0, *[0.0] * (lag - 1), -1.0])
    return np.pad(-polynomial[1:], (0, n_lost - sum(lags)))


def _after(before: FloatArray, values: FloatArray) -> FloatArray:
    """Values (..., n_rows, n_columns) with the rows before them put in front, as a copy."""
    front = np.broadcast_to(before, (*values.shape[:-2], *before.shape))
    return np.concatenate([front, values], axis=-2)
