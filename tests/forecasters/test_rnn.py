"""The recurrent forecaster: what it trains, how, and what it says when it cannot."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
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

# A few steps that end by design.
SHORT = Adam(max_iter=5, schedule="cosine")

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
    assert same("lbfgs", y, l2=0.01)
    assert same("lbfgs", y, early_stopping=True)
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
    "cell": (
        "tahn",
        ValueError,
        r"unknown cell 'tahn'; choose from auto, linear, .*did you mean 'tanh'",
    ),
    "cell None": (None, ValueError, "unknown cell None; choose from auto, linear, tanh"),
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
    "horizon": (0, ValueError, "horizon must be at least 1, got 0"),
    "horizon 2.5": (2.5, TypeError, "horizon must be an integer, got 2.5"),
    "horizon True": (True, TypeError, "horizon must be an integer, got True"),
    "strategy": ("dirct", ValueError, "unknown strategy 'dirct'; .* .did you mean 'direct'"),
    "level": ("lats", ValueError, "unknown level 'lats'; choose from last, .*mean 'last'"),
    "level ()": ((), ValueError, "take one choice or several, got an empty tuple; None leaves a"),
    "transform": ("logg", ValueError, "unknown transform 'logg'; .* .did you mean 'log'"),
    "transform []": ([], ValueError, "one choice or several, got an empty list; None leaves"),
    "deseasonalize": ("classic", ValueError, "unknown deseasonalize .*mean 'classical'"),
    "deseasonalize True": (True, ValueError, "unknown deseasonalize True; choose from auto"),
    "diff": (-1, ValueError, "diff, unless it is a tuple of lags, must be at least 0, got -1"),
    "diff 200": (200, ValueError, r"would be that many first .* seasonal .* is diff=.200,."),
    "diff (0,)": ((0,), ValueError, "a lag of diff must be at least 1, got 0"),
    "l2": (-1, ValueError, "l2 must lie between 0 and inf, got -1"),
    "l2 word": ("big", TypeError, "l2 must be a number, got 'big'"),
    "l2 NaN": (float("nan"), ValueError, "l2 must lie between 0 and inf, got nan"),
    "init": ("zeros", ValueError, "unknown init 'zeros'; choose from auto, random, arma"),
    "n_init": (0, ValueError, "n_init must be at least 1, got 0"),
    "n_init 1.5": (1.5, TypeError, "n_init must be an integer, got 1.5"),
    "validation_fraction": (1, ValueError, "validation_fraction must lie between 0 and 1, got 1"),
    "validation_fraction word": ("x", TypeError, "validation_fraction must be a number, got 'x'"),
    "n_iter_no_change": (0, ValueError, "n_iter_no_change must be at least 1, got 0"),
    "partner": ("tetha", ValueError, "unknown partner 'tetha'; .* .did you mean 'theta'"),
    "partner 3": (3, TypeError, "partner must be None, one of auto, .*, or a forecaster such as"),
    "fallback": ("amra", ValueError, "unknown fallback 'amra'; .* .did you mean 'arma'"),
    "fallback True": (True, TypeError, "fallback must be None, one of auto, .* got True"),
    "interval_method": ("exact", ValueError, "unknown interval_method 'exact'; .* conformal"),
}


@pytest.mark.parametrize("case", BAD_PARAMETERS)
def test_a_parameter_that_makes_no_sense_is_an_error(case, y):
    value, kind, sentence = BAD_PARAMETERS[case]

    with pytest.raises(kind, match=sentence):
        RNNForecaster(**{case.split()[0]: value}).fit(y)


def test_a_head_and_the_recursive_strategy_exclude_each_other(y):
    with pytest.raises(ValueError, match=r"horizon=3 is the length of a direct head, but .* none"):
        RNNForecaster(horizon=3, strategy="recursive").fit(y)


@short_training
def test_preparation_that_leaves_no_row_is_refused(y):
    model = RNNForecaster("linear", 1, horizon=4, diff=(1, 2), level="ses", solver=SHORT)
    again = clone(model).set_params(warm_start=True).fit(y)

    for short in (model, again):
        with pytest.raises(ValueError, match=r"difference 1, 2; .* none of 4 rows .* needs 5"):
            short.fit([1.0, 2.0, 4.0, 3.0])


@pytest.mark.parametrize("fraction", [0.001, 0.999])
def test_early_stopping_needs_rows_on_both_sides(fraction, y):
    model = RNNForecaster(early_stopping=True, validation_fraction=fraction, **PLAIN)

    with pytest.raises(ValueError, match=rf"={fraction} of 144 rows leaves nothing .* early_stop"):
        model.fit(y)


def test_more_parameters_than_observations_are_worth_a_warning_when_asked_for(y):
    # 10 from the input, 100 between units, 10 to the output, and 11 biases.
    sentence = (
        r"more free parameters \(131\) than there are observations \(100\), .* lower hidden_size"
    )
    large = {"hidden_size": 10, "solver": SHORT, **PLAIN}

    with pytest.warns(UserWarning, match=sentence) as caught:
        RNNForecaster(**large).fit(y[:100])

    assert caught[0].filename == __file__
    holed = y.astype(float).where(np.arange(144) >= 44)
    with pytest.warns(UserWarning, match=sentence):
        RNNForecaster(**large).fit(holed)


@pytest.mark.parametrize(
    "params",
    [{"hidden_size": 9}, {"l2": 0.1}, {"early_stopping": True}, {"hidden_size": 8}, {}],
)
def test_and_worth_none_where_they_are_held_back_or_nobody_asked(params, y):
    large = {"hidden_size": 10, "solver": SHORT, **PLAIN}
    n_rows = 118 if params == {"hidden_size": 9} else 30
    if not params:
        large = {}

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RNNForecaster(**{**large, **params}).fit(y[:n_rows])


@short_training
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("loss", [*FORECAST_LOSSES, Huber(delta=0.5)], ids=str)
@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_every_cell_learns_every_loss_in_every_strategy(strategy, loss, cell, y):
    model = RNNForecaster(cell, 2, loss=loss, strategy=strategy, solver=SHORT)

    # Beyond the head, where there is one; paths are slow.
    intervals = model.fit(y).predict_interval(13 if strategy == "direct" else 2)

    assert np.isfinite(intervals).all(axis=None)
    assert np.isfinite(model.fittedvalues_).all()
    assert (intervals["lo-95"] <= intervals["lo-80"]).all()
    assert (intervals["lo-80"] <= intervals["hi-80"]).all()
    # Hardly trained, it still knows where the series is.
    assert intervals["mean"].between(50, 2000).all()


@pytest.mark.parametrize("params", [{}, {"strategy": "recursive", "solver": SHORT}, {"n_init": 2}])
def test_random_state_decides_every_bit(params, y):
    def fitted(random_state):
        return RNNForecaster(**params, random_state=random_state).fit(y)

    first, second, other = fitted(3), fitted(3), fitted(4)

    pd.testing.assert_series_equal(first.predict(24), second.predict(24), rtol=0, atol=0)
    assert first.predict_interval(24).equals(second.predict_interval(24))
    assert first.sample_paths(5, 10).equals(second.sample_paths(5, 10))
    assert not first.predict(24).equals(other.predict(24))


def test_more_seeds_than_are_drawn_at_once(y):
    model = RNNForecaster(hidden_size=1, n_init=101, solver=Adam(max_iter=1, schedule="cosine"))

    assert len(model.set_params(**PLAIN).fit(y).weights_) == 101


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
