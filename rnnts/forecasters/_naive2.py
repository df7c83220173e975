"""The naive forecast of the M competitions, which knows the season."""

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters._naive import SeasonalNaiveForecaster
from rnnts.forecasters._significant_season import significant_season


class Naive2Forecaster(SeasonalNaiveForecaster):
    r"""Repeat the last value without its season, and put the season back: Naive2 of M3 and M4.

    .. math:: \hat y_{T+h} = \frac{y_T}{s_T} s_{T+h}

    Where the last value is missing, it is the last one observed.

    Parameters
    ----------
    season_length : int or "auto"
        Rows in a season; "auto" takes it from the index (12 for months).
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        Accepted for the sake of one contract; exogenous columns are not used.

    Notes
    -----
    The season is that of the M4 benchmark: taken out where the autocorrelation at the season is
    significant at 90 % and there are three seasons of rows, by classical multiplicative
    decomposition.  The competitions had positive series only; where a value is not, or a seasonal
    ratio falls below 0.01, the season is additive.  Without a season this is `NaiveForecaster`.

    Intervals are normal, with the variance :math:`h \hat\sigma^2` of a random walk without its
    season, and the spread that the season gives it.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2020), *The M4 Competition: 100,000 time series and 61
    forecasting methods*, International Journal of Forecasting 36, and its benchmark code.

    Examples
    --------
    >>> from rnnts import Naive2Forecaster, datasets
    >>> model = Naive2Forecaster().fit(datasets.load("air_passengers"))
    >>> model.predict(3).round(0).tolist()
    [437.0, 425.0, 484.0]
    """

    def _lag(self, season_length: int) -> int:
        return 1

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        season = significant_season(y, season_length)
        super()._fit(season.transform(y), exog, season_length)
        self._season = season

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        self._season = self._season.update(y)

    def _repeatable(self) -> FloatArray:
        return self._season.transform(self._history.y)

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        predictions = super()._one_step(self._season.transform(y), exog)
        return self._season.inverse_one_step(predictions, y)

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return self._season.inverse_transform(super()._forecast(future_exog))

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        by_probability = np.moveaxis(super()._quantiles(future_exog, probabilities), 2, 0)
        return np.moveaxis(self._season.inverse_transform(by_probability), 0, 2)

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        return self._season.inverse_transform(super()._paths(future_exog, n_paths, rng))
