"""The forecasters of one series, by the names that the command line knows."""

from rnnts.forecasters._arma import ARMAForecaster
from rnnts.forecasters._auto_arima import AutoARIMAForecaster
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._drift import DriftForecaster
from rnnts.forecasters._ets import ETSForecaster
from rnnts.forecasters._naive import NaiveForecaster, SeasonalNaiveForecaster
from rnnts.forecasters._naive2 import Naive2Forecaster
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters._theta import ThetaForecaster

FORECASTERS: dict[str, type[BaseForecaster]] = {
    "rnn": RNNForecaster,
    "arma": ARMAForecaster,
    "auto_arima": AutoARIMAForecaster,
    "ets": ETSForecaster,
    "theta": ThetaForecaster,
    "naive": NaiveForecaster,
    "seasonal_naive": SeasonalNaiveForecaster,
    "naive2": Naive2Forecaster,
    "drift": DriftForecaster,
}
