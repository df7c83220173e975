"""A network reads its own prediction where a value is missing, and does not learn from it."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from rnnts import datasets
from rnnts.cells import CELLS
from rnnts.forecasters import FORECASTERS, RNNForecaster
from rnnts.linear import ARMA
from tests import naive

PLAIN = {"horizon": None, "transform": None, "deseasonalize": None, "diff": 0}

short_training = pytest.mark.filterwarnings(
    "ignore:.*max_iter:sklearn.exceptions.ConvergenceWarning"
)


def kalman(y, arma):
    """One-step predictions of statsmodels' filter, which started in the stationary distribution."""
    order = len(arma.ar), 0, len(arma.ma)
    params = [arma.const, *arma.ar, *arma.ma, arma.sigma2]
    return SARIMAX(y, order=order, trend="c").filter(params).predict()


@pytest.mark.parametrize("way", ["at once", "row by row"])
def test_an_ar_1_goes_through_gaps_as_a_kalman_filter_does(way):
    arma = ARMA(ar=[0.8], ma=[], const=1.0)
    y = arma.simulate(120, random_state=0)
    y[[40, 41, 42, 77, 100, 118, 119]] = np.nan

    if way == "at once":
        model = RNNForecaster.from_arma(arma, y=y)
    else:
        model = RNNForecaster.from_arma(arma, y=y[:30])
        for row in range(30, 120):
            model.update(y[row : row + 1])

    # Of the first row, the network knows what the whole series says about its start.
    np.testing.assert_allclose(model.fittedvalues_[1:], kalman(y, arma)[1:], atol=1e-8)
    ahead = kalman(np.append(y, [np.nan] * 3), arma)[-3:]
    np.testing.assert_allclose(model.predict(3), ahead, atol=1e-8)


def test_an_arma_goes_into_a_gap_as_a_kalman_filter_does():
    arma = ARMA(ar=[0.8], ma=[-0.4], const=1.0)
    y = arma.simulate(120, random_state=0)
    y[60:66] = np.nan

    model = RNNForecaster.from_arma(arma, y=y)

    # After it the gain of a filter is not at once the steady one, which is all that a network has:
    # the differences fade like 0.4^t.
    difference = np.abs(model.fittedvalues_ - kalman(y, arma))
    assert (difference[40:67] < 1e-8).all()
    assert difference[67] > 1e-3
    assert (difference[100:] < 1e-8).all()


@short_training
@pytest.mark.parametrize("cell", CELLS)
def test_gaps_are_filled_by_the_recursion_by_hand(cell):
    y = datasets.load("nile").to_numpy()
    holed = y.copy()
    holed[[20, 50, 51, 52, 98, 99]] = np.nan
    network = RNNForecaster(cell, 3, max_iter=10, **PLAIN).fit(holed)

    # The scaling is that of the series with straight lines across its gaps.
    straight = pd.Series(holed).interpolate()
    center, spread = straight.mean(), straight.std(ddof=0)
    scaled, said = [], []
    for value in [*holed, np.nan, np.nan]:
        x = np.array([[0.0], *scaled]).reshape(-1, 1)
        predictions, _ = naive.run(cell, network.weights_, x, np.zeros(6))
        said.append(predictions[-1, 0])
        scaled.append([said[-1] if np.isnan(value) else (value - center) / spread])

    expected = center + spread * np.array(said)
    np.testing.assert_allclose(network.fittedvalues_, expected[:100], rtol=1e-10)
    np.testing.assert_allclose(network.predict(2), expected[100:], rtol=1e-10)


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_rows_without_values_at_the_end_teach_nothing(strategy):
    y = datasets.load("nile").to_numpy() / 500 - 2
    params = {**PLAIN, "strategy": strategy, "level": None, "scale": None, "partner": None}
    params |= {"solver": "lbfgs", "tol": 1e-12, "hidden_size": 1, "input_size": 2, "l2": 0.01}
    # Of a smooth loss, whose optimum does not depend on the way there.
    params |= {"loss": "squared_error"}
    longer = np.append(y, np.full(8, np.nan))

    with_gap, without = RNNForecaster(**params).fit(longer), RNNForecaster(**params).fit(y)

    for name, weight in without.weights_.items():
        # Training in rounds goes on where the one before it stopped.
        np.testing.assert_allclose(with_gap.weights_[name], weight, atol=1e-4)
    assert with_gap.loss_curve_[-1] == pytest.approx(without.loss_curve_[-1], rel=1e-5)


def test_the_loss_is_that_of_the_rows_with_values():
    y = np.append(datasets.load("nile"), np.full(8, np.nan))

    network = RNNForecaster("linear", 2, scale=None).fit(y)

    error = network.resid_[1:]
    assert network.loss_curve_[-1] == pytest.approx(np.nanmean(error**2) / 2, rel=1e-9)
    assert network.sigma2_ == pytest.approx(np.nanmean(network.resid_[1:] ** 2), rel=1e-12)


GAPS = {
    "leading": np.r_[0:5],
    "trailing": np.r_[130:144],
    "a whole season": np.r_[60:72],
    "both ends": np.r_[0, 1, 142, 143],
    "every other row": np.r_[1:144:2],
    "every fifth of its season": np.r_[4:144:12],
}
MODELS = {name: {} for name, kind in FORECASTERS.items() if kind._bridges_missing} | {
    "rnn": {"cell": "linear", "hidden_size": 2},
    "rnn by default": {},
    "rnn recursive": {"horizon": None, "max_iter": 5, "hidden_size": 2},
    "rnn differenced": {"diff": (1, 12), "max_iter": 5, "horizon": None},
    "rnn alone": {"partner": None, "level": "last", "transform": None},
}


CASES = [(name, gap) for name in MODELS for gap in GAPS]
# None of them knows anything about two rows that follow each other.
CASES.remove(("naive", "every other row"))
CASES.remove(("naive2", "every other row"))
CASES.remove(("rnn differenced", "every other row"))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(("name", "gap"), CASES)
def test_forecasts_are_finite_and_sane_around_every_gap(name, gap, small):
    y = datasets.load("air_passengers").astype(float)
    holed = y.copy()
    holed.iloc[GAPS[gap]] = np.nan

    model = small(name.split()[0], **MODELS[name]).fit(holed)
    forecast, intervals = model.predict(12), model.predict_interval(12, level=80)

    assert np.isfinite(model.fittedvalues_).all()
    assert forecast.between(100, 1500).all()
    assert np.isfinite(intervals).all(axis=None)
    assert (intervals["lo-80"] < intervals["hi-80"]).all()


def test_what_is_asked_of_too_few_neighbours_is_an_error(y):
    holed = y.astype(float)
    holed.iloc[1::2] = np.nan

    with pytest.raises(ValueError, match="no value left to learn from in 144 .* less preparation"):
        RNNForecaster(diff=(1, 12), horizon=None).fit(holed)


@short_training
def test_a_gap_is_not_bridged_by_what_is_no_number():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 1))
    y = np.exp(X[:, 0] + rng.standard_normal(40))
    settings = {"cell": "linear", "hidden_size": 2, "max_iter": 5, "scale": None}
    model = RNNForecaster(**PLAIN | settings | {"transform": "log"}).fit(X, y)

    with pytest.raises(OverflowError, match="row 0 of y is missing, and its prediction leaves"):
        model.update([[1e5]], [np.nan])

    assert np.isfinite(model.predict([[0.1]])).all()
