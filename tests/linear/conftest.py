"""Models that statsmodels has fitted, or filtered at fixed parameters, without its warnings."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.statespace.varmax import VARMAX


@dataclass(frozen=True)
class Case:
    """A model with its data; `future` holds the exogenous rows of the next 12 steps."""

    y: np.ndarray
    model: Any
    params: np.ndarray
    X: np.ndarray | None = None
    future: np.ndarray | None = None

    def smooth(self):
        """Results at the default initialisation."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.model.smooth(self.params)

    def smooth_steady(self):
        """Results of a filter that is in its steady state from the first observation on."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.model.update(self.params)
            R, Q = self.model.ssm["selection"], self.model.ssm["state_cov"]
            self.model.ssm.initialize_known(np.zeros(len(R)), R @ Q @ R.T)
            self.model.ssm.loglikelihood_burn = 0
            return self.model.smooth(self.params)

    def forecast(self, results, horizon=12):
        """What statsmodels forecasts."""
        exog = {} if self.future is None else {"exog": self.future}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(results.forecast(horizon, **exog))


def sunspots():
    y = sm.datasets.sunspots.load_pandas().data["SUNACTIVITY"].to_numpy()
    # const, ar.L1, ar.L2, ma.L1, sigma2: close to the maximum of the likelihood
    return Case(y, ARIMA(y, order=(2, 0, 1)), np.array([49.7, 1.47, -0.76, -0.15, 275.0]))


def nile():
    y = sm.datasets.nile.load_pandas().data["volume"].to_numpy()
    return Case(y, ARIMA(y, order=(0, 1, 1)), np.array([-0.73, 20600.0]))


def co2():
    frame = sm.datasets.co2.load_pandas().data
    y = frame["co2"].resample("MS").mean().interpolate().to_numpy()
    model = SARIMAX(y, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12))
    return Case(y, model, np.array([-0.35, -0.85, 0.09]))


def inflation():
    data = sm.datasets.macrodata.load_pandas().data
    y, X = data["infl"].to_numpy(), data[["tbilrate", "unemp"]].to_numpy()
    model = ARIMA(y[:-12], exog=X[:-12], order=(1, 0, 1), trend="c")
    params = np.array([3.0, 0.6, -0.4, 0.9, -0.5, 4.5])
    return Case(y[:-12], model, params, X[:-12], X[-12:])


def growth():
    data = sm.datasets.macrodata.load_pandas().data
    y = 400 * np.diff(np.log(data[["realgdp", "realcons"]].to_numpy()), axis=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = VARMAX(y, order=(1, 1), trend="c")
    params = [1.5, 1.2, 0.2, 0.3, 0.1, 0.4, -0.1, 0.2, 0.1, -0.3, 3.0, 1.2, 2.4]
    return Case(y, model, np.array(params))


CASES = {case.__name__: case for case in (sunspots, nile, co2, inflation, growth)}


# Always built afresh, because the steady start changes the model.
@pytest.fixture(params=CASES)
def case(request):
    """Each of the five models."""
    return CASES[request.param]()


@pytest.fixture
def load_case():
    """One of the five models by name."""
    return lambda name: CASES[name]()
