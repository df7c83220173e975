"""Exponential smoothing as a state space, chosen and fitted by likelihood."""

import warnings
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.forecasters._ets_fit import ETSFit, fit_ets, forms_of
from rnnts.forecasters._ets_model import Form
from rnnts.forecasters._univariate import UnivariateForecaster
from rnnts.intervals import gaussian_quantiles
from rnnts.kernels.ets import ALPHA, BETA, GAMMA, LEVEL, PHI, SEASON, TREND
from rnnts.kernels.threads import tiny_products

_CHOICES: dict[str, list[Any]] = {
    "error": ["auto", "add", "mul"],
    "trend": ["auto", "add", None],
    "damped": ["auto", True, False],
    "seasonal": ["auto", "add", "mul", None],
}


class ETSForecaster(UnivariateForecaster):
    r"""Exponential smoothing: a level, a trend and a season that follow the rows.

    .. math::
        \lambda_t = \ell_{t-1} + \phi b_{t-1}, \qquad
        \hat y_t = \lambda_t + s_{t-m} \;\text{or}\; \lambda_t s_{t-m}

        \ell_t = \lambda_t + \alpha q_t, \quad b_t = \phi b_{t-1} + \beta q_t, \quad
        s_t = s_{t-m} + \gamma r_t

    with :math:`q_t = r_t = e_t`, the error of the row; with a multiplicative season
    :math:`q_t = e_t / s_{t-m}` and :math:`r_t = e_t / \lambda_t`.

    Parameters
    ----------
    error : "auto", "add" or "mul"
        Whether errors are normal as they are, or relative to the prediction.
    trend : "auto", "add" or None
    damped : "auto", True or False
        Whether the trend fades, by :math:`\phi` from row to row; "auto" is False without a trend.
    seasonal : "auto", "add", "mul" or None
        What is "auto" is chosen by the least AICc.
    season_length : int or "auto"
        Rows in a season, m; "auto" takes it from the index (12 for months).
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        Accepted for the sake of one contract; exogenous columns are not used.
    max_iter : int
        Iterations of the likelihood's maximiser.

    Attributes
    ----------
    form_ : str
        What was chosen, such as "ETS(M,Ad,M)": the error, trend and season are additive (A),
        multiplicative (M) or none (N), the trend damped (d).
    params_ : dict of float
        :math:`\alpha`, :math:`\beta`, :math:`\gamma` and :math:`\phi`, of those components that
        there are, and the states before the first row: "level", "trend".
    initial_season_ : ndarray of shape (m,), or (0,) without a season
        Season of the first m rows, with sum zero or mean one.
    sigma2_ : float
        Variance of the innovations: of relative errors, where they are multiplicative.
    loglik_, aicc_ : float
        Log-likelihood, and the criterion by which models are compared.

    Notes
    -----
    Compared are the models that :func:`forecast::ets` in R compares: six additive ones, and for
    positive series those with multiplicative errors, nine of them.  A season needs two of them.
    Weights and first states maximise the likelihood, by its exact gradient and from two starts,
    within :math:`0 < \beta < \alpha < 1`, :math:`0 < \gamma < 1 - \alpha`,
    :math:`0.8 \le \phi \le 0.98`.

    A missing row is read as its own prediction, and counts for nothing.

    Intervals are exact for additive models, with parameters taken for known, and quantiles of 5000
    simulated paths for others.

    References
    ----------
    Hyndman, Koehler, Ord and Snyder (2008), *Forecasting with Exponential Smoothing*.

    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, chapter 8.

    Examples
    --------
    >>> from rnnts import ETSForecaster, datasets
    >>> model = ETSForecaster().fit(datasets.load("air_passengers"))
    >>> model.form_
    'ETS(M,A,M)'
    >>> model.predict(3).round(0).tolist()
    [443.0, 436.0, 499.0]
    """

    _bridges_missing = True

    def __init__(
        self,
        *,
        error: str = "auto",
        trend: str | None = "auto",
        damped: bool | str = "auto",
        seasonal: str | None = "auto",
        season_length: int | str = "auto",
        freq: str | None = None,
        exog_gap: str = "error",
        max_iter: int = 500,
    ) -> None:
        self.error = error
        self.trend = trend
        self.damped = damped
        self.seasonal = seasonal
        self.season_length = season_length
        self.freq = freq
        self.exog_gap = exog_gap
        self.max_iter = max_iter

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        # Exogenous columns are not used, so no relation to them is found.
        tags.regressor_tags.poor_score = True
        return tags

    def _min_rows(self) -> int:
        # A level, its weight and the variance leave one row to compare models by.
        return 4

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        self._check_one_series(y)
        values, max_iter = y[:, 0], check_count("max_iter", self.max_iter)
        forms = self._forms(values, season_length)
        with tiny_products():
            fits = [fit_ets(values, form, max_iter) for form in forms]
        fit = min(fits, key=lambda fit: fit.aicc)
        self._keep(fit)
        if not fit.converged:
            warnings.warn(
                f"the likelihood of {self.form_} was still rising after max_iter={max_iter} "
                f"(log-likelihood {self.loglik_:.6g}); raise max_iter or choose fewer components",
                ConvergenceWarning,
                stacklevel=5,
            )

    def _forms(self, values: FloatArray, season_length: int) -> list[Form]:
        """The models to compare, as far as the rows allow them."""
        self._check_choices()
        known = values[~np.isnan(values)]
        has_season = season_length > 1 and len(known) >= 2 * season_length
        if self.seasonal in ("add", "mul") and not has_season:
            raise ValueError(
                f"seasonal={self.seasonal!r} needs a season and two of them observed, got "
                f"season_length={season_length} and {len(known)} observed row(s); use "
                "seasonal=None or 'auto'"
            )
        seasonal = self.seasonal if has_season else None
        asked = forms_of(self.error, self.trend, self.damped, seasonal, season_length)
        possible = [form for form in asked if form.is_additive or known.min() > 0]
        if not possible:
            raise ValueError(
                f"multiplicative components need positive values, the smallest is {known.min():g}; "
                "use 'add' or 'auto'"
            )
        simplest = possible[0]
        if len(known) < simplest.n_params:
            raise ValueError(
                f"{simplest} estimates {simplest.n_params} numbers, y has {len(known)} observed "
                "row(s); use fewer components or give more rows"
            )
        # AICc compares models that leave a row more than they estimate.
        return [form for form in possible if len(known) > form.n_params + 1] or [simplest]

    def _check_choices(self) -> None:
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                shown = ", ".join(map(repr, choices))
                raise ValueError(f"unknown {name} {value!r}; choose from {shown}")
        if self.damped is True and self.trend is None:
            raise ValueError("damped=True needs a trend to damp; set trend='add' or damped=False")

    def _keep(self, fit: ETSFit) -> None:
        model, form, params = fit.model, fit.model.form, fit.model.params
        places = {"alpha": ALPHA, "level": LEVEL}
        if form.trend:
            places |= {"beta": BETA, "trend": TREND}
        if form.damped:
            places["phi"] = PHI
        if form.seasonal:
            places["gamma"] = GAMMA
        self._model = model
        self.form_ = str(form)
        self.params_ = {name: float(params[place]) for name, place in places.items()}
        self.initial_season_ = params[SEASON:] if form.is_seasonal else np.empty(0)
        self.sigma2_, self.loglik_, self.aicc_ = model.sigma2, fit.loglik, fit.aicc
        self.n_iter_ = fit.n_iter

    def _continue(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        with tiny_products():
            self._keep(fit_ets(y[:, 0], self._model.form, self.max_iter))

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        predictions, _ = self._model.read(y[:, 0])
        return predictions[:, None]

    def _after(self) -> FloatArray:
        """The parameters that go on after the last row."""
        _, after = self._model.read(self._history.y[:, 0])
        return after

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return self._model.run(self._after(), np.zeros((1, len(future_exog)))).T

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        if not self._model.form.is_additive:
            return super()._quantiles(future_exog, probabilities)
        variance = self._model.forecast_variance(self._after(), len(future_exog))
        return gaussian_quantiles(self._forecast(future_exog), variance[:, None], probabilities)

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        normal = rng.standard_normal((len(future_exog), n_paths)).T
        errors = np.ascontiguousarray(np.sqrt(self.sigma2_) * normal)
        return self._model.run(self._after(), errors)[:, :, None]
