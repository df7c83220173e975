"""The orders of a seasonal ARIMA model: differences by tests, lags by a stepwise search."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.forecasters._arima_orders import Orders
from rnnts.transforms._decomposition import interpolated
from rnnts.transforms._seasonality import seasonal_strength
from rnnts.transforms._stationarity import is_level_stationary

# Found by Hyndman to give the best forecasts of the M3 series.
_STRONG_SEASON = 0.64
# Closer to the unit circle, a root is next to one that differencing or cancelling takes out.
_LEAST_ROOT = 1.01
# Where the least squares begin: not at zero, where lags of the series and of the errors say the
# same, and in units of `_stable`.
_FIRST = 0.1


class Lags(NamedTuple):
    """Of the series and of its errors, by row and by season."""

    p: int
    q: int
    seasonal_p: int
    seasonal_q: int


# A lag more or less of one kind, or of two kinds of the same period.
_STEPS: tuple[Lags, ...] = (
    *(Lags(one, other, 0, 0) for one, other in product((1, 0, -1), repeat=2) if one or other),
    *(Lags(0, 0, one, other) for one, other in product((1, 0, -1), repeat=2) if one or other),
)


@dataclass(frozen=True)
class Limits:
    """The largest orders to look at."""

    p: int
    d: int
    q: int
    seasonal_p: int
    seasonal_d: int
    seasonal_q: int

    def within(self, n_rows: int, season_length: int) -> "Limits":
        """The same for so many rows, of which no lag reaches over more than a third."""
        n_lags = n_rows // 3
        n_seasons = n_lags // season_length if season_length > 1 else 0
        return Limits(
            min(self.p, n_lags),
            self.d,
            min(self.q, n_lags),
            min(self.seasonal_p, n_seasons),
            self.seasonal_d if season_length > 1 else 0,
            min(self.seasonal_q, n_seasons),
        )


def differences_of(values: FloatArray, season_length: int, limits: Limits) -> tuple[int, int]:
    """How often to difference a series of (n_rows,) by a row and by a season."""
    n_seasonal = n_first = 0
    column = values[:, None]
    while n_seasonal < limits.seasonal_d and bool(
        seasonal_strength(column, season_length)[0] > _STRONG_SEASON
    ):
        column = column[season_length:] - column[:-season_length]
        n_seasonal += 1
    while n_first < limits.d and not is_level_stationary(column)[0]:
        column = np.diff(column, axis=0)
        n_first += 1
    return n_first, n_seasonal


def ranked_orders(
    values: FloatArray, exog: FloatArray, season_length: int, limits: Limits, criterion: str
) -> Iterator[Orders]:
    """The models looked at by the search, the best first.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Missing ones are interpolated.
    exog : ndarray of shape (n_rows, n_exog)
        What its columns explain by least squares is taken off.
    season_length : int
    limits : Limits
    criterion : "aicc", "aic" or "bic"
    """
    limits = limits.within(int((~np.isnan(values)).sum()), season_length)
    filled = interpolated(values[:, None])[:, 0]
    d, seasonal_d = differences_of(filled, season_length, limits)
    rest = _differenced(filled, season_length, d, seasonal_d)
    if exog.shape[1]:
        x = np.column_stack([_differenced(x, season_length, d, seasonal_d) for x in exog.T])
        rest = rest - x @ np.linalg.lstsq(x, rest)[0]
    search = _Search(rest, season_length, limits, criterion, may_have_mean=d + seasonal_d < 2)
    search.walk()
    trend = "c" if d + seasonal_d == 0 else "t"
    for (p, q, seasonal_p, seasonal_q), has_mean in search.ranking():
        m = season_length if seasonal_p or seasonal_d or seasonal_q else 0
        yield Orders((p, d, q), (seasonal_p, seasonal_d, seasonal_q, m), trend if has_mean else "n")


def _differenced(values: FloatArray, season_length: int, d: int, seasonal_d: int) -> FloatArray:
    for _ in range(seasonal_d):
        values = values[season_length:] - values[:-season_length]
    return np.diff(values, n=d)


class _Search:
    """Models of a stationary series, with and without a mean, and how good each is."""

    def __init__(
        self,
        values: FloatArray,
        season_length: int,
        limits: Limits,
        criterion: str,
        *,
        may_have_mean: bool,
    ) -> None:
        scale = values.std() or 1.0
        self._values = values / scale
        self._m = season_length
        self._largest = (limits.p, limits.q, limits.seasonal_p, limits.seasonal_q)
        self._criterion = criterion
        self._may_have_mean = may_have_mean
        self._known: dict[tuple[Lags, bool], float] = {}

    def walk(self) -> None:
        """Go from the best of four models to better ones next to it, while there are any."""
        has_mean = self._may_have_mean
        for lags in ((2, 2, 1, 1), (0, 0, 0, 0), (1, 0, 1, 0), (0, 1, 0, 1)):
            self._try(Lags(*np.minimum(lags, self._largest).tolist()), has_mean)
        self._try(Lags(0, 0, 0, 0), has_mean=False)
        best = None
        while best != (best := min(self._known, key=self._known.__getitem__)):
            lags, has_mean = best
            for step in _STEPS:
                beside = Lags(*np.add(lags, step).tolist())
                if all(0 <= lag <= most for lag, most in zip(beside, self._largest, strict=True)):
                    self._try(beside, has_mean)
                if self._known[best] > min(self._known.values()):
                    break
            else:
                self._try(lags, self._may_have_mean and not has_mean)

    def ranking(self) -> list[tuple[Lags, bool]]:
        """All that was tried and is not refused, the best first; at least one without lags."""
        found = sorted(self._known, key=self._known.__getitem__)
        return [each for each in found if np.isfinite(self._known[each])] or found[:1]

    def _try(self, lags: Lags, has_mean: bool) -> None:
        if (lags, has_mean) not in self._known:
            self._known[lags, has_mean] = self._judged(lags, has_mean)

    def _judged(self, lags: Lags, has_mean: bool) -> float:
        """The criterion of the conditional sum of squares; infinite for a model to refuse."""
        n_rows, k = len(self._values), sum(lags) + has_mean + 1
        if n_rows - k - 1 <= 0:
            return np.inf
        first = np.full(k - 1, _FIRST)
        if has_mean:
            first[-1] = self._values.mean()

        def errors(params: FloatArray) -> FloatArray:
            return self._errors(params, lags, has_mean)

        found = least_squares(errors, first, method="lm", max_nfev=100 * k).x if k > 1 else first
        if not self._is_sound(found, lags):
            return np.inf
        mean_square = max(float(np.square(errors(found)).mean()), np.finfo(float).tiny)
        penalty = {
            "aicc": 2 * k * n_rows / (n_rows - k - 1),
            "aic": 2 * k,
            "bic": k * np.log(n_rows),
        }[self._criterion]
        return float(n_rows * np.log(mean_square) + penalty)

    def _polynomials(self, params: FloatArray, lags: Lags) -> list[FloatArray]:
        """Those of p, q, P and Q, from the constant on."""
        parts = np.split(params[: sum(lags)], np.cumsum(lags)[:-1])
        signs = (-1.0, 1.0, -1.0, 1.0)
        return [
            np.append(1.0, sign * _stable(part)) for part, sign in zip(parts, signs, strict=True)
        ]

    def _errors(self, params: FloatArray, lags: Lags, has_mean: bool) -> FloatArray:
        """Errors of all rows, those before the first taken to be zero."""
        ar, ma, seasonal_ar, seasonal_ma = self._polynomials(params, lags)
        series = self._values - params[-1] if has_mean else self._values
        for top, bottom, step in ((ar, ma, 1), (seasonal_ar, seasonal_ma, self._m)):
            series = lfilter(_spread(top, step), _spread(bottom, step), series)
        return series

    def _is_sound(self, params: FloatArray, lags: Lags) -> bool:
        """Whether all roots keep their distance from the unit circle."""
        steps = (1, 1, self._m, self._m)
        return all(map(keeps_distance, self._polynomials(params, lags), steps))


def keeps_distance(polynomial: FloatArray, step: int) -> bool:
    """Whether no root of a polynomial in a power of the lag is next to the unit circle."""
    roots = np.roots(polynomial[::-1])
    return bool(np.all(np.abs(roots) > _LEAST_ROOT**step))


def _spread(polynomial: FloatArray, step: int) -> FloatArray:
    """The polynomial in a power of the lag."""
    spread = np.zeros((len(polynomial) - 1) * step + 1)
    spread[::step] = polynomial
    return spread


def _stable(free: FloatArray) -> FloatArray:
    """Coefficients of a stationary autoregression, from any numbers (Monahan, 1984)."""
    partial = free / np.sqrt(1 + np.square(free))
    coefficients = np.empty(0)
    for last in partial:
        coefficients = np.append(coefficients - last * coefficients[::-1], last)
    return coefficients
