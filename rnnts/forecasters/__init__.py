"""Forecasters on one contract.  To add one, write its file and name it in `FORECASTERS`."""

from rnnts.forecasters._arma import ARMAForecaster
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._exog import no_exog
from rnnts.forecasters._naive import NaiveForecaster, SeasonalNaiveForecaster
from rnnts.forecasters._pipeline import make_forecast_pipeline
from rnnts.forecasters._rnn import RNNForecaster

__all__ = [
    "FORECASTERS",
    "ARMAForecaster",
    "BaseForecaster",
    "NaiveForecaster",
    "RNNForecaster",
    "SeasonalNaiveForecaster",
    "make_forecast_pipeline",
    "no_exog",
]

FORECASTERS: dict[str, type[BaseForecaster]] = {
    "rnn": RNNForecaster,
    "arma": ARMAForecaster,
    "naive": NaiveForecaster,
    "seasonal_naive": SeasonalNaiveForecaster,
}
