"""Fitted forecasters, and somewhere to draw."""

import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from rnnts import (
    ARMAForecaster,
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    ThetaForecaster,
    backtest,
    datasets,
)


@pytest.fixture(autouse=True)
def _closed():
    """Leave no figure open, of which pyplot keeps count."""
    yield
    plt.close("all")


@pytest.fixture
def ax():
    """Axes that pyplot does not know of."""
    return Figure(figsize=(6, 4), layout="constrained").subplots()


@pytest.fixture(scope="session")
def y():
    """Twelve years of months."""
    return datasets.load("air_passengers")


@pytest.fixture(scope="session")
def theta(y):
    return ThetaForecaster().fit(y)


@pytest.fixture(scope="session")
def arma():
    return ARMAForecaster((1, 1, 1)).fit(datasets.load("nile"))


@pytest.fixture(scope="session")
def linear():
    return RNNForecaster("linear", 2).fit(datasets.load("sunspots"))


@pytest.fixture(scope="session")
def tanh():
    """Two nonlinear networks on one series."""
    options = {"horizon": None, "n_init": 2, "max_iter": 60, "tol": 0.01}
    return RNNForecaster("tanh", 3, **options).fit(datasets.load("sunspots")["1900":])


@pytest.fixture(scope="session")
def result(y):
    """Two models from four origins, half a year apart."""
    models = {"naive": NaiveForecaster(), "seasonal": SeasonalNaiveForecaster()}
    return backtest(models, y, horizon=12, n_windows=4, step_size=6, level=(50, 80, 95))
