"""Forecasters on one contract.  To add one, write its file and name it in `_table.py`."""

from rnnts.forecasters._arma import ARMAForecaster
from rnnts.forecasters._auto_arima import AutoARIMAForecaster
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._drift import DriftForecaster
from rnnts.forecasters._ets import ETSForecaster
from rnnts.forecasters._exog import no_exog
from rnnts.forecasters._naive import NaiveForecaster, SeasonalNaiveForecaster
from rnnts.forecasters._naive2 import Naive2Forecaster
from rnnts.forecasters._panel import PanelForecaster
from rnnts.forecasters._pipeline import make_forecast_pipeline
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters._table import FORECASTERS
from rnnts.forecasters._theta import ThetaForecaster

__all__ = [
    "FORECASTERS",
    "ARMAForecaster",
    "AutoARIMAForecaster",
    "BaseForecaster",
    "DriftForecaster",
    "ETSForecaster",
    "Naive2Forecaster",
    "NaiveForecaster",
    "PanelForecaster",
    "RNNForecaster",
    "SeasonalNaiveForecaster",
    "ThetaForecaster",
    "make_forecast_pipeline",
    "no_exog",
]
