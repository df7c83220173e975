"""ARIMA with orders of its own choice."""

from itertools import islice

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_choice, check_count
from rnnts.forecasters._arima_orders import Orders
from rnnts.forecasters._arima_search import Limits, keeps_distance, ranked_orders
from rnnts.forecasters._arma import ARMAForecaster, Maximum, maximum
from rnnts.kernels.threads import tiny_products

# Of the models found by conditional sums of squares, so many are compared by exact likelihood; on
# a series for which that takes long, where a first row more or less counts little, the best alone.
_N_EXACT = 3
_LONG, _LONG_SEASON = 150, 12


class AutoARIMAForecaster(ARMAForecaster):
    r"""Seasonal ARIMA, with orders found by the stepwise search of Hyndman and Khandakar.

    Parameters
    ----------
    season_length : int or "auto"
        Rows in a season, m; "auto" takes it from the index (12 for months).
    max_p : int
        Most autoregressive lags.
    max_q : int
        Most moving-average lags.
    max_P : int
        Most autoregressive lags by season.
    max_Q : int
        Most moving-average lags by season.
    max_d : int
        Most differences.
    max_D : int
        Most seasonal differences.
    criterion : "aicc", "aic" or "bic"
        What the best model has least of.
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        What `predict` does about exogenous rows missing before the rows asked for.
    max_iter : int
        Iterations of the likelihood's maximiser.

    Attributes
    ----------
    order_ : tuple of int
        (p, d, q) chosen.
    seasonal_order_ : tuple of int
        (P, D, Q, m) chosen; m is 0 without a season.
    trend_ : str
        "c" a constant, "t" a drift (with one difference), "n" neither.
    params_ : ndarray of shape (n_params,)
    param_names_ : list of str
    sigma2_ : float
        Variance of the innovations.
    loglik_, aicc_ : float
        Of the model chosen.

    Notes
    -----
    A season is differenced where it explains more than 64 % of the variance without trend; rows
    are, until the KPSS test finds a level that stays.  The search starts from four models, and goes
    on to one with a lag more or less while that is better; one with a root within 1 % of the unit
    circle is refused.  It compares conditional sums of squares, over which a gap is interpolated;
    of the three best the exact likelihood decides, or fits the best alone on more than 150 rows or
    seasons of more than 12.

    `update` keeps orders and parameters, `partial_fit` keeps the orders.

    References
    ----------
    Hyndman and Khandakar (2008), *Automatic time series forecasting: the forecast package for R*,
    Journal of Statistical Software 27.

    Wang, Smith and Hyndman (2006), *Characteristic-based clustering for time series data*, for the
    strength of a season.

    Examples
    --------
    >>> from rnnts import AutoARIMAForecaster, datasets
    >>> model = AutoARIMAForecaster().fit(datasets.load("nile"))
    >>> model.order_
    (1, 1, 1)
    >>> model.predict(2).round(0).tolist()
    [816.0, 836.0]
    """

    def __init__(
        self,
        *,
        season_length: int | str = "auto",
        max_p: int = 5,
        max_q: int = 5,
        max_P: int = 2,
        max_Q: int = 2,
        max_d: int = 2,
        max_D: int = 1,
        criterion: str = "aicc",
        freq: str | None = None,
        exog_gap: str = "error",
        max_iter: int = 50,
    ) -> None:
        self.season_length = season_length
        self.max_p = max_p
        self.max_q = max_q
        self.max_P = max_P
        self.max_Q = max_Q
        self.max_d = max_d
        self.max_D = max_D
        self.criterion = criterion
        self.freq = freq
        self.exog_gap = exog_gap
        self.max_iter = max_iter

    def _min_rows(self) -> int:
        return 4

    def _orders(self) -> Orders:
        return Orders(self.order_, self.seasonal_order_, self.trend_)

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        self._check_one_series(y)
        check_choice("criterion", self.criterion, ["aicc", "aic", "bic"])
        max_iter = check_count("max_iter", self.max_iter)
        is_long = len(y) > _LONG or season_length > _LONG_SEASON
        with tiny_products():
            ranked = ranked_orders(y[:, 0], exog, season_length, self._limits(), self.criterion)
            best = list(islice(ranked, 1 if is_long else _N_EXACT))
            self._take_units(y, exog, best[0])
            rows, columns = self._in_units(y, exog)
            fits = [(orders, maximum(rows, columns, orders, max_iter)) for orders in best]
        sound = [fit for fit in fits if _is_sound(fit[1], season_length)]
        orders, found = min(sound or fits, key=lambda fit: getattr(fit[1], self.criterion))
        self.order_, self.seasonal_order_ = orders.order, orders.seasonal_order
        self.trend_ = orders.trend
        self._keep(found)
        # The density of a series is that of its rows in other units, over the unit for each row.
        of_units = (~np.isnan(y[self.n_startup_ :])).sum() * np.log(self._unit)
        self.loglik_, self.aicc_ = found.loglik - of_units, found.aicc + 2 * of_units

    def _continue(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        with tiny_products():
            self._take_units(y, exog, self._orders())
            self._keep(maximum(*self._in_units(y, exog), self._orders(), self.max_iter))

    def _limits(self) -> Limits:
        names = ("max_p", "max_d", "max_q", "max_P", "max_D", "max_Q")
        return Limits(*(check_count(name, getattr(self, name), 0) for name in names))


def _is_sound(found: Maximum, season_length: int) -> bool:
    """Whether the roots under the exact likelihood keep their distance too."""
    for kind, sign, step in (
        ("ar.L", -1, 1),
        ("ma.L", 1, 1),
        ("ar.S.L", -1, season_length),
        ("ma.S.L", 1, season_length),
    ):
        lags = [name.startswith(kind) for name in found.names]
        if not keeps_distance(np.append(1.0, sign * found.params[lags]), step):
            return False
    return True
