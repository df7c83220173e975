"""The straight line through the first and the last value: a random walk with drift."""

import numpy as np
from sklearn.utils import Tags

from rnnts._types import FloatArray
from rnnts.forecasters._base import BaseForecaster
from rnnts.intervals import GaussianInnovations, gaussian_quantiles


class DriftForecaster(BaseForecaster):
    r"""Go on as on average so far: :math:`\hat y_{T+h} = y_T + h \hat b`, a random walk with drift.

    .. math:: \hat b = \frac{y_T - y_1}{T - 1}

    Parameters
    ----------
    season_length : int or "auto"
        Used by `score` only.
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        Accepted for the sake of one contract; exogenous columns are not used.

    Attributes
    ----------
    drift_ : ndarray of shape (n_targets,)
        Change from a row to the next, :math:`\hat b`; `update` keeps it, `partial_fit` learns it
        anew.
    sigma2_ : ndarray of shape (n_targets,)
        Variance of the changes; NaN where two values leave nothing to estimate it from.

    Notes
    -----
    Intervals are normal, with the variance :math:`\hat\sigma^2 h (1 + h / (T - 1))`: that of a
    random walk, and that of its estimated drift.

    Missing rows are those of a random walk that nobody looked at: a change over g rows has g times
    the variance, and the first and last values are the first and last that were observed.  A row
    with nothing observed before it is predicted by the mean of the training rows.

    References
    ----------
    Hyndman and Athanasopoulos (2021), *Forecasting: Principles and Practice*, sections 5.2, 5.5.

    Examples
    --------
    >>> from rnnts import DriftForecaster
    >>> model = DriftForecaster().fit([1.0, 4.0, 3.0, 7.0])
    >>> model.predict(2)
    array([ 9., 11.])
    >>> model.update([10.0]).predict(2)
    array([12., 14.])
    """

    _bridges_missing = True

    def __init__(
        self,
        *,
        season_length: int | str = "auto",
        freq: str | None = None,
        exog_gap: str = "error",
    ) -> None:
        self.season_length = season_length
        self.freq = freq
        self.exog_gap = exog_gap

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        # Exogenous columns are not used, so no relation to them is found.
        tags.regressor_tags.poor_score = True
        return tags

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        known, rows_since = _last_known(y)
        before, n_rows = known[:-1], 1 + rows_since[:-1]
        is_known = ~np.isnan(y)
        first = is_known.argmax(axis=0)
        columns = np.arange(y.shape[1])
        n_spanned = len(y) - 1 - rows_since[-1] - first
        drift = (known[-1] - y[first, columns]) / n_spanned
        # As wide as the error of one row would be; the first value is none.
        errors = np.nan_to_num((y[1:] - before - n_rows * drift) / np.sqrt(n_rows))
        n_free = is_known.sum(axis=0) - 2
        squares = np.square(errors).sum(axis=0)
        sigma2 = np.full_like(squares, np.nan)
        np.divide(squares, n_free, out=sigma2, where=n_free > 0)
        self.drift_, self.sigma2_ = drift, sigma2
        self._mean = np.nanmean(y, axis=0)
        self._n_spanned = n_spanned
        self._errors = GaussianInnovations.like(errors).with_variances(sigma2)

    def _continue(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        self._fit(y, exog, season_length)

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        known, rows_since = _last_known(y)
        predictions = np.vstack([self._mean, (known + (1 + rows_since) * self.drift_)[:-1]])
        return np.where(np.isnan(predictions), self._mean, predictions)

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        known, _ = _last_known(self._history.y)
        forecast: FloatArray = known[-1] + self._rows_ahead(len(future_exog)) * self.drift_
        return forecast

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        self._check_errors()
        n_ahead = self._rows_ahead(len(future_exog))
        variance = self.sigma2_ * n_ahead * (1 + n_ahead / self._n_spanned)
        return gaussian_quantiles(self._forecast(future_exog), variance, probabilities)

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        self._check_errors()
        n_ahead = self._rows_ahead(len(future_exog))
        # Drawn first, so that a longer horizon continues the same paths.
        of_drift = self._errors.draw(1, n_paths, rng) / np.sqrt(self._n_spanned)
        since = self._errors.draw(1, n_paths, rng) * np.sqrt(n_ahead[0] - 1)
        walks = self._errors.draw(len(n_ahead), n_paths, rng).cumsum(axis=1)
        paths: FloatArray = self._forecast(future_exog) + n_ahead * of_drift + since + walks
        return paths

    def _rows_ahead(self, n_steps: int) -> FloatArray:
        """Rows from the last known value to each of the next, of shape (n_steps, n_targets)."""
        _, rows_since = _last_known(self._history.y)
        n_ahead: FloatArray = rows_since[-1] + np.arange(1.0, n_steps + 1)[:, None]
        return n_ahead

    def _check_errors(self) -> None:
        if np.isnan(self.sigma2_).any():
            raise ValueError(
                "intervals need errors to learn from, but the drift goes through the only two "
                "values there were; fit at least 3 observed rows"
            )


def _last_known(y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The last observed value up to each row, and how many rows ago that was.

    NaN, and the rows since before the first one, where there is none yet.
    """
    row = np.arange(len(y))[:, None]
    last = np.maximum.accumulate(np.where(np.isnan(y), -1, row), axis=0)
    known = np.take_along_axis(y, np.maximum(last, 0), axis=0)
    return np.where(last < 0, np.nan, known), (row - last).astype(float)
