"""Series, exogenous columns, and a small instance of every forecaster."""

import numpy as np
import pandas as pd
import pytest

from rnnts import datasets
from rnnts.forecasters import FORECASTERS

SMALL = {
    "rnn": {"cell": "linear", "hidden_size": 1},
    "arma": {"order": (1, 0, 0)},
    "auto_arima": {"max_p": 0, "max_q": 0, "max_P": 0, "max_Q": 0, "max_D": 0},
    # Relative errors would grow with the rows.
    "ets": {"error": "add"},
}
UNIVARIATE = ["arma", "auto_arima", "ets"]


@pytest.fixture
def y():
    """Twelve years of months."""
    return datasets.load("air_passengers")


@pytest.fixture
def X():
    """Two exogenous columns for the rows of y, and for the year after them."""
    index = pd.date_range("1949-01", periods=156, freq="MS", name="ds")
    t = np.arange(156.0)
    return pd.DataFrame({"wave": np.sin(t), "slope": t}, index=index)


@pytest.fixture(scope="session")
def small():
    """A cheap forecaster by the name it has in the table."""
    return lambda name, **params: FORECASTERS[name](**{**SMALL.get(name, {}), **params})


@pytest.fixture(params=FORECASTERS)
def forecaster(request, small):
    """Each forecaster, not fitted."""
    return small(request.param)


@pytest.fixture(params=[name for name in FORECASTERS if name not in UNIVARIATE])
def multivariate(request, small):
    """Each forecaster of several series at once, not fitted."""
    return small(request.param)
