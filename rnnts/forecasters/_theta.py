"""The theta method as a state space: the hardest simple forecaster to beat on ordinary series."""

import numpy as np
from scipy.special import ndtri
from sklearn.utils import Tags

from rnnts._types import FloatArray
from rnnts._validation import check_choice
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._significant_season import significant_season
from rnnts.forecasters._theta_fit import fit_theta
from rnnts.intervals import GaussianInnovations

# Whether the line follows the rows, and whether theta is estimated.
_MODELS = {
    "dynamic_optimised": (True, True),
    "optimised": (False, True),
    "dynamic_standard": (True, False),
    "standard": (False, False),
}


class ThetaForecaster(BaseForecaster):
    r"""The theta model: a smoothed level, and a share of the straight line through the rows.

    .. math::
        \hat y_t = \ell_{t-1} + \left(1 - \frac{1}{\theta}\right) \left[(1 - \alpha)^{t-1} A_{t-1}
            + \frac{1 - (1 - \alpha)^t}{\alpha} B_{t-1}\right], \qquad
        \ell_t = \ell_{t-1} + \alpha (y_t - \ell_{t-1})

    with the least-squares line :math:`A + B s` through the rows :math:`s`, after a significant
    season was taken out.

    Parameters
    ----------
    model : "dynamic_optimised", "optimised", "dynamic_standard" or "standard"
        In a dynamic model the line is that of the rows read, else that of the training rows; in an
        optimised one theta is estimated, else it is 2.  The authors call them DOTM, OTM, DSTM and
        STM.
    season_length : int or "auto"
        Rows in a season; "auto" takes it from the index (12 for months).
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        Accepted for the sake of one contract; exogenous columns are not used.

    Attributes
    ----------
    alpha_ : ndarray of shape (n_targets,)
        Weight of a row in the level.
    theta_ : ndarray of shape (n_targets,)
        With 1, the least, the line plays no part; with a large one it counts in full.
    initial_level_ : ndarray of shape (n_targets,)
        :math:`\ell_0`.
    sigma2_ : ndarray of shape (n_targets,)
        Variance of the one-step errors of the deseasonalised series.

    Notes
    -----
    The season is the classical one, multiplicative for a positive series, and taken out where the
    autocorrelation test of the M competitions finds it.  Parameters minimise the squared one-step
    errors; :math:`\theta` stays 2 with fewer than 8 rows.  A missing row is read as its own
    prediction.  The first row, which has none before it, is predicted by the mean of the training
    rows.  Several series are modelled side by side, each by itself.

    References
    ----------
    Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), *Models for optimising the theta
    method and their relationship to state space models*, International Journal of Forecasting 32.

    Assimakopoulos and Nikolopoulos (2000), *The theta model: a decomposition approach to
    forecasting*, International Journal of Forecasting 16.

    Examples
    --------
    >>> from rnnts import ThetaForecaster, datasets
    >>> model = ThetaForecaster().fit(datasets.load("air_passengers"))
    >>> model.predict(3).round(0).tolist()
    [443.0, 432.0, 495.0]
    """

    _bridges_missing = True

    def __init__(
        self,
        model: str = "dynamic_optimised",
        *,
        season_length: int | str = "auto",
        freq: str | None = None,
        exog_gap: str = "error",
    ) -> None:
        self.model = model
        self.season_length = season_length
        self.freq = freq
        self.exog_gap = exog_gap

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        # Exogenous columns are not used, so no relation to them is found.
        tags.regressor_tags.poor_score = True
        return tags

    def _min_rows(self) -> int:
        return 4

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        check_choice("model", self.model, _MODELS)
        is_dynamic, is_optimised = _MODELS[self.model]
        season = significant_season(y, season_length)
        values = season.transform(y)
        first_known = (~np.isnan(values)).argmax(axis=0)
        # Measured from its first row, a constant series is zero and leaves no rounding.
        origin = values[first_known, np.arange(values.shape[1])]
        self._model, self.sigma2_ = fit_theta(
            values - origin, is_dynamic=is_dynamic, is_optimised=is_optimised
        )
        predictions, self._state = self._model.read(values - origin)
        self._season, self._origin = season, origin
        self.alpha_ = self._model.alpha
        share = 1 - self._model.omega
        self.theta_ = 1 / share
        self.initial_level_ = self._model.start + share * origin
        # Without the first row, which nothing comes before; a missing one is what was predicted.
        errors = np.nan_to_num(values - origin - predictions)[1:]
        self._errors = GaussianInnovations.like(errors).with_variances(self.sigma2_)

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        for row in self._season.transform_next(y) - self._origin:
            self._state = self._model.advance(self._state, row)
        self._season = self._season.update(y)

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        predictions, _ = self._model.read(self._season.transform(y) - self._origin)
        return self._season.inverse_one_step(predictions + self._origin, y)

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return self._run(np.zeros((len(future_exog), len(self.alpha_))))

    def _forecast_std(self, n_steps: int) -> FloatArray:
        """Standard deviation of each of the next rows, of shape (n_steps, n_targets)."""
        variances = self.sigma2_ * self._model.forecast_variance(self._state.n_read, n_steps)
        # The season multiplies a deviation, or leaves it as it is.
        ones = np.ones_like(variances)
        spread = self._season.inverse_transform(ones) - self._season.inverse_transform(0 * ones)
        return np.sqrt(variances) * spread

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """Normal quantiles of the next rows, of shape (n_steps, n_targets, n_probabilities)."""
        std = self._forecast_std(len(future_exog))
        quantiles: FloatArray = self._forecast(future_exog)[:, :, None] + std[:, :, None] * ndtri(
            probabilities
        )
        return quantiles

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        """Simulated futures with normal errors, of shape (n_paths, n_steps, n_targets)."""
        return self._run(self._errors.draw(len(future_exog), n_paths, rng))

    def _run(self, errors: FloatArray) -> FloatArray:
        """Rows to come, in the units of the series, when the one-step errors are these."""
        values = self._model.run(self._state, errors) + self._origin
        return self._season.inverse_transform(values)
