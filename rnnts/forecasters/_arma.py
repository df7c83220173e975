"""ARMA by maximum likelihood: statsmodels behind the contract of a forecaster."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.forecasters._arima_orders import Orders
from rnnts.forecasters._univariate import UnivariateForecaster
from rnnts.intervals import gaussian_quantiles


class ARMAForecaster(UnivariateForecaster):
    r"""Seasonal ARIMA with exogenous regressors, fitted by exact Gaussian likelihood.

    Missing values are bridged by the Kalman filter, in the likelihood as in forecasts.

    Parameters
    ----------
    order : tuple of int
        (p, d, q): autoregressive lags, differences, moving-average lags.
    seasonal_order : tuple of int
        (P, D, Q, m): the same at seasonal lags, and the rows in a season.
    trend : str, optional
        "n" none, "c" constant, "t" slope, "ct" both; None means "c" without differences and "n"
        with them.
    season_length : int or "auto"
        Used by `score`.
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        What `predict` does about exogenous rows missing before the rows asked for.
    max_iter : int
        Iterations of the likelihood's maximiser.

    Attributes
    ----------
    params_ : ndarray of shape (n_params,)
    param_names_ : list of str
    sigma2_ : float
        Variance of the innovations.

    Notes
    -----
    Coefficients read :math:`y_t = c + \phi_1 y_{t-1} + \dots + e_t + \theta_1 e_{t-1} + \dots`
    Only plain arrays are kept, so that a fitted model pickles to kilobytes.
    Intervals are those of the Gaussian model with its parameters taken for known.

    References
    ----------
    Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*; the code is
    :class:`statsmodels.tsa.arima.model.ARIMA`.

    Examples
    --------
    >>> from rnnts import ARMAForecaster, datasets
    >>> model = ARMAForecaster(order=(0, 1, 1)).fit(datasets.load("nile"))
    >>> model.predict(2).round(0).tolist()
    [798.0, 798.0]
    """

    _bridges_missing = True

    def __init__(
        self,
        order: tuple[int, int, int] = (1, 0, 1),
        *,
        seasonal_order: tuple[int, int, int, int] = (0, 0, 0, 0),
        trend: str | None = None,
        season_length: int | str = "auto",
        freq: str | None = None,
        exog_gap: str = "error",
        max_iter: int = 50,
    ) -> None:
        self.order = order
        self.seasonal_order = seasonal_order
        self.trend = trend
        self.season_length = season_length
        self.freq = freq
        self.exog_gap = exog_gap
        self.max_iter = max_iter

    def _min_rows(self) -> int:
        orders = [("order", self.order, 3), ("seasonal_order", self.seasonal_order, 4)]
        for name, value, length in orders:
            if not isinstance(value, tuple | list) or len(value) != length:
                raise ValueError(f"{name} must be {length} integers, got {value!r}")
            for entry in value:
                check_count(f"every entry of {name}", entry, 0)
        p, d, q = self.order
        seasonal_p, seasonal_d, seasonal_q, m = self.seasonal_order
        n_lost = d + m * seasonal_d
        n_lags = max(p + m * seasonal_p, q + m * seasonal_q)
        return n_lost + max(n_lags, p + q + seasonal_p + seasonal_q) + 2

    def _orders(self) -> Orders:
        """Those of the fitted model."""
        return Orders(self.order, self.seasonal_order, self.trend)

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        self._check_one_series(y)
        max_iter = check_count("max_iter", self.max_iter)
        self._take_units(y, exog, self._orders())
        self._keep(maximum(*self._in_units(y, exog), self._orders(), max_iter))

    def _take_units(self, y: FloatArray, exog: FloatArray, orders: Orders) -> None:
        """Choose what rows are divided by: statsmodels' maximiser depends on the size of errors."""
        changes = y
        for lag in orders.differences:
            changes = changes[lag:] - changes[:-lag]
        unit = _power_of_two(changes)[0] if np.isfinite(changes).any() and changes.any() else 0.0
        self._unit = float(unit or _power_of_two(y)[0])
        self._exog_units = _power_of_two(exog)

    def _in_units(self, y: FloatArray, exog: FloatArray) -> tuple[FloatArray, FloatArray]:
        return y / self._unit, exog / self._exog_units

    def _keep(self, found: "Maximum") -> None:
        if not found.converged:
            warnings.warn(
                f"the likelihood was still rising after max_iter={self.max_iter} (log-likelihood "
                f"{found.loglik:.6g}); raise max_iter or use a lower order",
                ConvergenceWarning,
                stacklevel=6,
            )
        n_arma = self.n_coefficients_
        n_trend = len(found.params) - len(self._exog_units) - n_arma - 1
        # As the maximiser knows them, and in the units of the series, where some may be too large.
        with np.errstate(over="ignore"):
            trend, of_exog = np.full(n_trend, self._unit), self._unit / self._exog_units
            units = np.r_[trend, of_exog, np.ones(n_arma), self._unit**2]
            self._params, self.params_ = found.params, found.params * units
        self.param_names_ = found.names
        self.sigma2_ = float(self.params_[-1])
        self.n_iter_ = found.n_iter

    def _continue(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        # The maximum of the likelihood is the same wherever the search for it starts.
        self._fit(y, exog, season_length)

    @property
    def n_startup_(self) -> int:
        """Rows that the differences take, whose start is not known."""
        return sum(self._orders().differences)

    @property
    def n_coefficients_(self) -> int:
        """Autoregressive and moving-average coefficients, seasonal ones included."""
        orders = self._orders()
        p, _, q = orders.order
        seasonal_p, _, seasonal_q, _ = orders.seasonal_order
        return p + q + seasonal_p + seasonal_q

    def _filtered(self, y: FloatArray, exog: FloatArray) -> Any:
        with _quietly():
            return _model_of(*self._in_units(y, exog), self._orders()).filter(self._params.copy())

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        return self._unit * np.array(self._filtered(y, exog).fittedvalues)[:, None]

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        mean, _ = self._moments(self._filtered_history(), future_exog)
        return self._unit * mean

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        mean, variance = self._moments(self._filtered_history(), future_exog)
        return self._unit * gaussian_quantiles(mean, variance, probabilities)

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        result = self._filtered_history()
        mean, _ = self._moments(result, future_exog)
        deviations = _deviations(result.filter_results, len(mean), n_paths, rng)
        return self._unit * (mean + deviations)

    def _filtered_history(self) -> Any:
        return self._filtered(self._history.y, self._history.exog)

    def _moments(self, result: Any, future_exog: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Means and variances (n_steps, 1) of the rows that follow, in the maximiser's units."""
        # To name the columns statsmodels takes their variance, which may be no number.
        with np.errstate(over="ignore", invalid="ignore"):
            exog = future_exog / self._exog_units
            if not np.isfinite(exog).all():
                raise OverflowError(
                    f"exogenous values up to {np.abs(future_exog).max():.3g} leave the floating-"
                    "point range in units of those that were fitted to; fit again on rows of that "
                    "size"
                )
            ahead = result.get_forecast(len(exog), exog=exog if exog.shape[1] else None)
        return np.array(ahead.predicted_mean)[:, None], np.array(ahead.var_pred_mean)[:, None]


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where the likelihood is largest, and how large."""

    names: list[str]
    params: FloatArray
    loglik: float
    aicc: float
    aic: float
    bic: float
    n_iter: int
    converged: bool


def maximum(y: FloatArray, exog: FloatArray, orders: Orders, max_iter: int) -> Maximum:
    """The parameters of some orders under which the rows are likeliest."""
    with _quietly():
        try:
            model = _model_of(y, exog, orders)
        except ValueError as error:
            raise ValueError(
                f"no {orders} with trend={orders.trend!r} can be made of {len(y)} rows ({error}); "
                "choose another order or trend"
            ) from error
        names = list(model.param_names)
        observed = y[~np.isnan(y)]
        is_constant = np.ptp(observed) == 0 and not exog.shape[1]
        if is_constant and ("const" in names or observed[0] == 0 or model.k_diff > 0):
            # The likelihood of a constant rises for ever as the variance falls to zero.
            params = _params_of_a_constant(names, observed[0])
            return Maximum(
                names, params, np.inf, -np.inf, -np.inf, -np.inf, n_iter=1, converged=True
            )
        first = np.array(model.start_params)
        if not np.isfinite(first).all():
            # They come from rows that follow each other, and there were too few.
            first = np.zeros_like(first)
            first[names.index("sigma2")] = np.var(np.diff(observed))
        result = model.fit(
            first,
            method_kwargs={"maxiter": max_iter, "warn_convergence": False},
            cov_type="none",
        )
    if not np.isfinite(result.params).all():
        raise ValueError(f"{orders} has no finite fit on these {len(y)} rows; use a lower order")
    return Maximum(
        names,
        np.array(result.params, dtype=float),
        float(result.llf),
        float(result.aicc),
        float(result.aic),
        float(result.bic),
        max(int(result.mle_retvals["iterations"]), 1),
        bool(result.mle_retvals["converged"]),
    )


def _model_of(y: FloatArray, exog: FloatArray, orders: Orders) -> Any:
    # statsmodels takes seconds to import, and only ARMA needs it.
    from statsmodels.tsa.arima.model import ARIMA

    return ARIMA(
        y[:, 0].copy(),
        exog=exog.copy() if exog.shape[1] else None,
        order=tuple(orders.order),
        seasonal_order=tuple(orders.seasonal_order),
        trend=orders.trend,
    )


@contextmanager
def _quietly() -> Iterator[None]:
    """What statsmodels warns of in here, only its own maximiser can act on."""
    # It takes seconds to import, and asks for its warnings as it is imported.
    import statsmodels.tsa.arima.model  # noqa: F401

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _power_of_two(values: FloatArray) -> FloatArray:
    """One near the standard deviation of each column, or, where it is constant, near its size."""
    largest = np.nanmax(np.abs(values), axis=0, initial=0.0)
    # Squares of the smallest numbers are zero; of numbers near one they are not.
    _, exponents = np.frexp(largest)
    spread = np.ldexp(np.nanstd(np.ldexp(values, -exponents), axis=0), exponents)
    # Of a constant, the rounding of its mean is left.
    _, exponents = np.frexp(np.where(spread > 1e-12 * largest, spread, largest))
    powers: FloatArray = np.ldexp(1.0, exponents)
    return powers


def _deviations(filtered: Any, n_steps: int, n_paths: int, rng: np.random.Generator) -> FloatArray:
    """Draws of what the next rows deviate from their means, of shape (n_paths, n_steps, 1).

    The state after the last row is only known up to its covariance, so it is drawn too.
    """
    transition, design = filtered.transition[..., -1], filtered.design[..., -1]
    shock = filtered.selection[..., -1] @ _root(filtered.state_cov[..., -1])
    covariance = filtered.predicted_state_cov[..., -1]
    state = rng.standard_normal((n_paths, len(covariance))) @ _root(covariance).T
    deviations = np.empty((n_paths, n_steps, 1))
    for step in range(n_steps):
        deviations[:, step] = state @ design.T
        state = state @ transition.T + rng.standard_normal((n_paths, shock.shape[1])) @ shock.T
    return deviations


def _root(covariance: FloatArray) -> FloatArray:
    """A square root of a covariance, which may be singular."""
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    root: FloatArray = vectors * np.sqrt(np.maximum(values, 0.0))
    return root


def _params_of_a_constant(names: list[str], value: float) -> FloatArray:
    """No dynamics, and no variance up to the smallest number that a filter can divide by."""
    known = {"const": value, "sigma2": np.finfo(float).tiny}
    return np.array([known.get(name, 0.0) for name in names])
