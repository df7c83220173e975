"""Effects of exogenous columns, against least squares by hand and against the truth."""

import numpy as np
import pytest
from statsmodels.regression.linear_model import GLSAR

from rnnts.forecasters import RNNForecaster
from rnnts.forecasters.networks._effects import effects_of
from rnnts.linear import ARMA

BETA = np.array([3.0, -0.5])


def simulated(n_rows=2000, beta=BETA, season=0.0):
    """A regression with AR(1) errors of variance 1 and, by request, a season of four rows."""
    rng = np.random.default_rng(0)
    exog = rng.standard_normal((n_rows, 2)).cumsum(axis=0)
    errors = ARMA(ar=[0.7], ma=[]).simulate(n_rows, random_state=1)
    seasons = season * np.array([1.0, -1.0, 2.0, 0.0])[np.arange(n_rows) % 4]
    return (exog @ beta + errors + seasons + 5.0)[:, None], exog


def test_they_are_those_that_a_series_was_made_of():
    y, exog = simulated()

    effects = effects_of(y, exog, 1)

    # Each step of a column moves by 1, and so do the errors: a standard error of about 0.02.
    np.testing.assert_allclose(effects[:, 0], BETA, atol=0.06)


def test_a_season_passes_for_no_effect():
    y, exog = simulated(400, beta=np.array([3.0, 0.0]), season=20.0)
    is_first = np.arange(400) % 4 == 0
    exog[:, 1] = is_first + 0.3 * np.random.default_rng(2).standard_normal(400)

    by_season, without = effects_of(y, exog, 4), effects_of(y, exog, 1)

    np.testing.assert_allclose(by_season[:, 0], [3.0, 0.0], atol=0.5)
    assert abs(without[1, 0]) > 5


def test_they_are_least_squares_on_quasi_differences():
    y, exog = simulated(200)
    columns = np.column_stack([exog, np.ones(200)])

    rho = 0.0
    for _ in range(5):
        left, right = y[1:, 0] - rho * y[:-1, 0], columns[1:] - rho * columns[:-1]
        beta = np.linalg.solve(right.T @ right, right.T @ left)
        error = y[:, 0] - columns @ beta
        rho = (error[1:] @ error[:-1]) / (error[:-1] @ error[:-1])

    np.testing.assert_allclose(effects_of(y, exog, 1)[:, 0], beta[:2], rtol=1e-9)


def test_they_are_those_of_statsmodels_when_it_has_settled():
    y, exog = simulated(500)

    reference = GLSAR(y[:, 0], np.column_stack([np.ones(500), exog]), rho=1)
    slopes = reference.iterative_fit(maxiter=50).params[1:]

    # It solves Yule-Walker for rho, which leaves out one row.
    np.testing.assert_allclose(effects_of(y, exog, 1)[:, 0], slopes, rtol=1e-3)


def test_each_series_has_its_own_and_a_constant_column_none():
    y, exog = simulated(300)
    wide = np.hstack([y, 10 * y])

    effects = effects_of(wide, np.column_stack([exog, np.full(300, 7.0)]), 1)

    np.testing.assert_allclose(effects[:, 1], 10 * effects[:, 0], rtol=1e-9)
    np.testing.assert_array_equal(effects[2], 0)


def test_missing_rows_are_left_out():
    y, exog = simulated()
    holed = y.copy()
    holed[[0, 17, 18, 19, 500, -1]] = np.nan

    np.testing.assert_allclose(effects_of(holed, exog, 1), effects_of(y, exog, 1), atol=0.02)


@pytest.mark.parametrize("params", [{}, {"cell": "linear"}, {"cell": "gru", "horizon": 6}])
def test_forecasts_follow_their_columns(params):
    y, exog = simulated(260)
    ahead = exog[248:].copy()
    ahead[6:, 0] += 10.0

    model = RNNForecaster(**params).fit(exog[:248], y[:248, 0])
    difference = model.predict(ahead) - model.predict(exog[248:])

    # The head has taken them out before; a linear network reads them itself.
    expected = np.where(np.arange(12) < 6, 0.0, 10 * BETA[0])
    np.testing.assert_allclose(difference[:7], expected[:7], atol=2.0)
    np.testing.assert_allclose(difference[7:], expected[7:], atol=6.0)
