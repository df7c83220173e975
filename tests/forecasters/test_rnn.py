"""The recurrent forecaster: what it trains, how, and what it says when it cannot."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

from rnnts.cells import CELLS
from rnnts.forecasters import RNNForecaster
from rnnts.forecasters.networks._arguments import FORECAST_LOSSES
from rnnts.linear import ARMA
from rnnts.losses import Huber
from rnnts.solvers import LBFGS, SOLVERS, Adam, LevenbergMarquardt
from rnnts.transforms import SCALINGS
from tests import naive

# One network, trained on the one-step errors of the series itself.
PLAIN = {"horizon": None, "transform": None, "deseasonalize": None, "diff": 0, "l2": 0}

short_training = pytest.mark.filterwarnings(
    "ignore:.*max_iter:sklearn.exceptions.ConvergenceWarning"
)


@short_training
@pytest.mark.parametrize("cell", CELLS)
def test_training_a_cell_lowers_its_loss_below_that_of_the_mean(cell, y):
    network = RNNForecaster(cell, 3, max_iter=40, **PLAIN).fit(y)

    # Half the mean square of scaled rows is 0.5.
    assert network.loss_curve_[-1] < 0.1
    assert network.n_iter_ == len(network.loss_curve_)
    assert network.hidden_size_ == 3
    assert np.isfinite(network.predict(24)).all()


@short_training
@pytest.mark.parametrize("cell", CELLS)
def test_forecasts_are_the_recursion_read_back_by_hand(cell, y):
    network = RNNForecaster(cell, 3, input_size=2, skip=True, max_iter=10, **PLAIN).fit(y)
    center, spread = y.mean(), y.std(ddof=0)
    scaled = [0.0, 0.0, *((y - center) / spread)]

    def run(n_rows):
        x = np.array([[scaled[t + 1], scaled[t]] for t in range(n_rows)])
        # Zeros for the hidden units, and for what an LSTM remembers besides.
        return naive.run(cell, network.weights_, x, np.zeros(6))[0][:, 0]

    fitted = run(144)
    for step in range(4):
        scaled += [run(145 + step)[-1]]

    np.testing.assert_allclose(network.fittedvalues_, center + spread * fitted, rtol=1e-10)
    np.testing.assert_allclose(network.predict(4), center + spread * np.array(scaled[-4:]))


def test_sigma2_is_the_mean_squared_error_of_the_rows_with_all_their_lags(y):
    network = RNNForecaster("linear", 1, input_size=3).fit(y)
    wide = RNNForecaster("linear", 1).fit(np.column_stack([y, y[::-1]]))

    assert network.sigma2_ == pytest.approx((network.resid_[3:] ** 2).mean(), rel=1e-12)
    np.testing.assert_allclose(wide.sigma2_, (wide.resid_[1:] ** 2).mean(axis=0), rtol=1e-12)


def test_the_loss_is_that_of_the_scaled_residuals(y):
    network = RNNForecaster("linear", 2, loss=Huber(delta=0.3), solver="lbfgs").fit(y)
    error = np.abs(network.resid_[1:]) / y.std(ddof=0)

    expected = np.where(error <= 0.3, error**2 / 2, 0.3 * (error - 0.15)).mean()

    assert network.loss_curve_[-1] == pytest.approx(expected, rel=1e-9)


@short_training
@pytest.mark.parametrize("loss", FORECAST_LOSSES)
@pytest.mark.parametrize("scale", SCALINGS)
def test_every_loss_and_scaling_trains(loss, scale, y):
    network = RNNForecaster("tanh", 2, loss=loss, scale=scale, max_iter=15, **PLAIN).fit(y / 100)

    assert network.loss_curve_[-1] < network.loss_curve_[0]


@short_training
@pytest.mark.parametrize("name", SOLVERS)
def test_a_solver_by_name_is_the_solver_with_its_defaults(name, y):
    by_name = RNNForecaster("linear", 2, solver=name, max_iter=60).fit(y)

    by_object = RNNForecaster("linear", 2, solver=SOLVERS[name](max_iter=60)).fit(y)

    np.testing.assert_array_equal(by_name.predict(3), by_object.predict(3))


def test_auto_is_levenberg_marquardt_where_that_applies_and_lbfgs_elsewhere(y, X):
    def same(solver, *rows, cell="linear", **params):
        automatic = RNNForecaster(cell, 2, **params).fit(*rows)
        chosen = RNNForecaster(cell, 2, solver=solver, **params).fit(*rows)
        return automatic.loss_curve_ == chosen.loss_curve_

    assert same("lm", y)
    assert same("lbfgs", y, loss="huber")
    assert same("lbfgs", y, input_size=2)
    assert same("lbfgs", y, skip=True)
    assert same("lbfgs", X[:144], y)
    assert same("lbfgs", y[:5])


def test_max_iter_and_tol_override_those_of_a_solver_object(y):
    solver = Adam(learning_rate=0.1, max_iter=500, tol=1e-12)

    with pytest.warns(ConvergenceWarning, match="adam stopped at max_iter=7 .*raise max_iter"):
        short = RNNForecaster("tanh", 2, solver=solver, max_iter=7, **PLAIN).fit(y)
    loose = RNNForecaster("tanh", 2, solver=solver, tol=0.5, **PLAIN).fit(y)

    assert short.n_iter_ == 7
    assert loose.n_iter_ < 500
    assert (solver.max_iter, solver.tol) == (500, 1e-12)


def test_the_warning_names_the_loss_and_points_at_the_callers_line(y):
    with pytest.warns(ConvergenceWarning, match=r"\(loss 0\.\d+ after 3 iterations\)") as caught:
        RNNForecaster("tanh", 2, max_iter=3, **PLAIN).fit(y)

    assert caught[0].filename == __file__


def test_diverging_training_warns_and_keeps_finite_weights(y):
    with pytest.warns(ConvergenceWarning, match=r"\(loss 0\.\d+ after 1 iterations\)"):
        first = RNNForecaster(solver=Adam(learning_rate=1e6), max_iter=1, **PLAIN).fit(y)
    with pytest.warns(ConvergenceWarning, match="the loss exploded; lower learning_rate .loss 0"):
        exploded = RNNForecaster("relu", 2, solver=Adam(learning_rate=1e300), **PLAIN).fit(y)

    for network in (first, exploded):
        assert all(np.isfinite(weight).all() for weight in network.weights_.values())
        assert np.isfinite(network.predict(12)).all()


def test_an_explosive_forecast_is_an_error_that_names_the_row():
    growth = 1.5 ** np.arange(60)
    network = RNNForecaster("linear", 1).fit(growth)

    with pytest.raises(OverflowError, match=r"leaves the floating-point range at row 1\d\d\d of"):
        network.predict(2000)

    np.testing.assert_allclose(network.predict(3), growth[-1] * 1.5 ** np.arange(1, 4), rtol=1e-6)


@short_training
def test_the_same_random_state_gives_the_same_bits(y):
    def forecast(random_state):
        return (
            RNNForecaster("tanh", 3, max_iter=20, random_state=random_state, **PLAIN)
            .fit(y)
            .predict(5)
        )

    pd.testing.assert_series_equal(forecast(1), forecast(1), rtol=0, atol=0)
    pd.testing.assert_series_equal(
        forecast(np.random.RandomState(1)), forecast(np.random.RandomState(1)), rtol=0, atol=0
    )
    assert not forecast(1).equals(forecast(2))


def test_training_again_starts_again(y):
    network = RNNForecaster("tanh", 2, tol=1e-4, **PLAIN)
    first = network.fit(y).predict(3)

    second = network.fit(y).predict(3)

    pd.testing.assert_series_equal(first, second, rtol=0, atol=0)


def test_the_bayesian_criterion_finds_one_unit_in_an_ar_1():
    series = ARMA([0.7], []).simulate(400, random_state=0)

    network = RNNForecaster("linear", "bic").fit(series)

    assert network.hidden_size_ == 1


def test_the_bayesian_criterion_finds_two_units_in_an_ar_2():
    series = ARMA([1.5, -0.8], []).simulate(400, random_state=0)

    network = RNNForecaster("linear", "bic").fit(series)

    assert network.hidden_size_ == 2
    assert network.get_params()["hidden_size"] == "bic"


@pytest.mark.parametrize("n_rows", [3, 5, 8])
@pytest.mark.parametrize("hidden_size", [8, "bic"])
def test_more_units_than_rows_still_forecast(hidden_size, n_rows):
    rows = [1.0, 2.0, 4.0, 3.0, 1.0, 2.0, 5.0, 4.0][:n_rows]

    with warnings.catch_warnings():
        # Three rows may be fitted by a network that never forgets; it says so.
        warnings.simplefilter("ignore", ConvergenceWarning)
        network = RNNForecaster("linear", hidden_size).fit(rows)

    assert np.isfinite(network.predict(2)).all()


@pytest.mark.parametrize("n_rows", [3, 4])
def test_too_few_rows_for_the_lags_are_an_error(n_rows, y):
    with pytest.raises(ValueError, match=rf"{n_rows} sample\(s\) .* of 5 .*input_size=3"):
        RNNForecaster(input_size=3).fit(y[:n_rows])


BAD_PARAMETERS = {
    "cell": ("tahn", ValueError, r"unknown cell 'tahn'; choose from linear, .*did you mean 'tanh'"),
    "cell None": (None, ValueError, "unknown cell None; choose from linear, tanh"),
    "hidden_size 2.5": (2.5, TypeError, "hidden_size must be an integer, got 2.5"),
    "hidden_size True": (True, TypeError, "hidden_size must be an integer, got True"),
    "hidden_size 0": (0, ValueError, "hidden_size must be at least 1, got 0"),
    "hidden_size -1": (-1, ValueError, "hidden_size must be at least 1, got -1"),
    "hidden_size word": ("aic", ValueError, "unknown hidden_size 'aic'; give a number .* or 'bic'"),
    "hidden_size ()": ((), ValueError, r"hidden_size must name at least one layer, got \(\)"),
    "hidden_size (4, 0)": ((4, 0), ValueError, "every entry of hidden_size must be at least 1"),
    "input_size": (0, ValueError, "input_size must be at least 1, got 0"),
    "input_size 1.5": (1.5, TypeError, "input_size must be an integer, got 1.5"),
    "scale": ("standart", ValueError, r"unknown scale 'standart'; .*did you mean 'standard'"),
    "loss": ("square_error", ValueError, r"unknown loss .*did you mean 'squared_error'"),
    "loss None": (None, TypeError, r"loss must be one of squared_error, .*Huber\(delta=2.0\), got"),
    "loss class": (Huber, TypeError, "loss must be one of .*, or an object"),
    "solver": ("lbfsg", ValueError, r"unknown solver 'lbfsg'; choose from auto, .*mean 'lbfgs'"),
    "solver None": (None, TypeError, r"solver must be one of auto, .*Adam\(learning_rate=1e-3\)"),
    "solver class": (Adam, TypeError, "solver must be one of auto, .* or an object such as Adam"),
    "max_iter": (0, ValueError, "max_iter must be at least 1, got 0"),
    "max_iter 1.5": (1.5, TypeError, "max_iter must be an integer, got 1.5"),
    "tol": (0, ValueError, "tol must be a finite number above 0, got 0"),
    "tol word": ("small", TypeError, "tol must be a number, got 'small'"),
    "tol NaN": (float("nan"), ValueError, "tol must be a finite number above 0, got nan"),
}


@pytest.mark.parametrize("case", BAD_PARAMETERS)
def test_a_parameter_that_makes_no_sense_is_an_error(case, y):
    value, kind, sentence = BAD_PARAMETERS[case]

    with pytest.raises(kind, match=sentence):
        RNNForecaster(**{case.split()[0]: value}).fit(y)


def test_the_bayesian_criterion_needs_the_linear_cell(y):
    with pytest.raises(ValueError, match="hidden_size='bic' needs cell='linear', got cell='tanh'"):
        RNNForecaster("tanh", "bic").fit(y)


@pytest.mark.parametrize("params", [{"cell": "tanh"}, {"loss": "huber"}, {"input_size": 2}])
def test_levenberg_marquardt_says_what_it_needs(params, y):
    model = RNNForecaster(**{"cell": "linear", "solver": "lm", **params})

    with pytest.raises(ValueError, match=r"solver='lm' needs the linear cell .*solver='lbfgs'"):
        model.fit(y)


def test_solver_objects_are_compared_and_printed_as_parameters():
    model = RNNForecaster(solver=LBFGS(max_iter=5))

    assert model.get_params()["solver"] == LBFGS(max_iter=5)
    assert "solver=LBFGS(max_iter=5" in repr(model)
    assert model.set_params(solver=LevenbergMarquardt()).solver == LevenbergMarquardt()
