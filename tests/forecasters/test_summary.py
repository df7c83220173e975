"""The page on a fitted network."""

import pickle

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.diagnostic import acorr_ljungbox

from rnnts.forecasters import FORECASTERS, RNNForecaster
from rnnts.linear import ARMA

short_training = pytest.mark.filterwarnings(
    "ignore:.*max_iter:sklearn.exceptions.ConvergenceWarning"
)


@short_training
def test_the_page_says_what_was_fitted_and_how_well(y):
    model = RNNForecaster(hidden_size=3, max_iter=30).fit(y)

    summary = model.summary()

    assert summary.title == "RNNForecaster of air_passengers"
    assert summary.model["rows"] == "144, 1949-01-01 to 1960-12-01"
    assert summary.model["cell"] == "tanh"
    assert summary.model["solver"] == type(model.solver_).__name__ == "Adam"
    assert summary.model["horizon"] == "12 rows at once"
    assert summary.model["forecasts"] == "75% network, 25% ThetaForecaster"
    assert summary.networks["preparation"].tolist() == model.preparation_
    n_params = [sum(weight.size for weight in each.values()) for each in model.weights_]
    assert summary.networks["parameters"].tolist() == n_params
    assert summary.model["parameters"] == str(sum(n_params))
    assert summary.networks["iterations"].tolist() == [30, 30, 30]
    pd.testing.assert_frame_equal(summary.skill, model.report_.table)
    assert summary.notes[0] == model.report_.verdict
    assert summary.likelihood.empty
    assert "no likelihood, AIC or BIC: an average" in summary.notes[1]
    assert summary.coefficients is summary.roots is None


def test_the_errors_are_tested_as_statsmodels_tests_them(y):
    model = RNNForecaster("linear", 2).fit(y)

    row = model.summary().residuals.loc["air_passengers"]

    theirs = acorr_ljungbox(model.resid_[1:], lags=[24], model_df=4).iloc[0]
    assert row["sigma2"] == model.sigma2_
    assert row["statistic"] == pytest.approx(theirs["lb_stat"], rel=1e-10)
    assert row["p_value"] == pytest.approx(theirs["lb_pvalue"], rel=1e-6)


def test_a_linear_network_shows_the_arma_model_that_it_is(y):
    model = RNNForecaster("linear", 2).fit(y)
    arma = model.to_arma()

    summary = model.summary()

    expected = [arma.const, *arma.ar, *arma.ma]
    np.testing.assert_allclose(summary.coefficients, expected, rtol=1e-12)
    assert summary.coefficients.index.tolist() == ["const", "ar.L1", "ar.L2", "ma.L1", "ma.L2"]
    for kind, polynomial in [("AR", arma.ar_polynomial), ("MA", arma.ma_polynomial)]:
        rows = summary.roots[summary.roots.index.str.startswith(kind)]
        roots = rows["real"] + 1j * rows["imaginary"]
        np.testing.assert_allclose(np.polyval(polynomial[::-1], roots), 0, atol=1e-9)
        np.testing.assert_allclose(rows["modulus"], np.abs(roots))
    assert "not stationary (forecasts settle) and invertible" in summary.notes[-1]
    likelihood = summary.likelihood
    assert likelihood["loglik"] == model.loglik_
    assert (likelihood["aic"], likelihood["bic"]) == (model.aic_, model.bic_)


def test_lags_that_are_only_handed_on_leave_no_roots(y):
    summary = RNNForecaster("linear", 1, input_size=12, solver="lbfgs").fit(y).summary()

    # det(I - AL) is that of the one unit, and the closed loop adds the eleven lags.
    assert summary.roots.index.str.startswith("MA").sum() == 1
    assert summary.roots.index.str.startswith("AR").sum() == 12


def test_a_model_from_elsewhere_has_a_page_too(y):
    model = RNNForecaster.from_arma(ARMA(ar=[1.2, -0.4], ma=[0.3], const=56.0), y)

    summary = model.summary()

    assert summary.model["converged"] == "not trained here"
    assert summary.skill is None
    np.testing.assert_allclose(summary.coefficients[["ar.L1", "ar.L2"]], [1.2, -0.4], atol=1e-9)
    assert "stationary" in str(summary)


@short_training
@pytest.mark.parametrize(
    "settings",
    [
        {"n_init": 2},
        {"fallback": "seasonal_naive"},
        {"cell": "lstm", "hidden_size": (2, 2), "horizon": None},
        {"loss": "pinball"},
        {"cell": "linear", "max_iter": None},
    ],
    ids=str,
)
def test_every_kind_of_model_prints_in_text_and_html(settings, y, X):
    model = RNNForecaster(**{"hidden_size": 2, "max_iter": 10, **settings}).fit(X[:144], y)

    summary = model.update(X[140:144], y[140:]).summary()

    assert all(len(line) <= 78 for line in str(summary).split("\n"))
    assert repr(summary) == str(summary)
    html = summary._repr_html_()
    for heading, table in summary.tables().items():
        assert heading in html
        assert len(table)
    assert "exogenous:      2" in str(summary)


@short_training
def test_several_series_with_gaps_have_a_row_each(y):
    wide = pd.DataFrame({"a": y, "b": np.roll(y, 5)})
    wide.iloc[[30, 31], 0] = np.nan
    model = RNNForecaster(hidden_size=2, max_iter=10).fit(wide)

    summary = model.summary()

    assert summary.residuals.index.tolist() == ["a", "b"]
    np.testing.assert_allclose(summary.residuals["sigma2"], model.sigma2_)
    assert summary.residuals.notna().all(axis=None)
    assert summary.model["missing"] == "2"


@pytest.mark.parametrize("factor", [1e-100, 1e100])
def test_the_statistics_are_those_of_the_series_in_any_unit(factor, y):
    summary, scaled = (RNNForecaster("linear", 2).fit(each).summary() for each in (y, factor * y))

    np.testing.assert_allclose(scaled.roots, summary.roots, rtol=1e-6)
    kept = ["lags", "df", "statistic", "p_value", "lag1"]
    np.testing.assert_allclose(scaled.residuals[kept], summary.residuals[kept], rtol=1e-5)
    # A density of rows in other units: 143 of them count.
    expected = summary.likelihood["loglik"] - 143 * np.log(factor)
    assert scaled.likelihood["loglik"] == pytest.approx(expected, rel=1e-9)


def test_a_constant_has_a_page_but_no_likelihood():
    model = RNNForecaster("linear", 1).fit(np.full(40, 3.0))

    summary = model.summary()

    assert summary.likelihood.empty
    assert (summary.residuals["statistic"] == 0).all()
    assert "without any error" in str(summary)
    with pytest.raises(AttributeError, match="without any error"):
        _ = model.bic_


def test_a_series_too_short_to_compare_says_so():
    summary = RNNForecaster("linear", 1).fit([1.0, 2.0, 4.0, 3.0, 5.0]).summary()

    assert summary.skill is None
    assert summary.notes[0] == "too few rows to hold some out and compare"
    assert summary.residuals.columns.tolist() == ["sigma2"]


@short_training
def test_converged_says_whether_every_network_met_its_criterion(y):
    assert RNNForecaster("linear", 1).fit(y).converged_
    assert not RNNForecaster("tanh", 4, horizon=None, max_iter=3).fit(y).converged_


@pytest.mark.parametrize("name", FORECASTERS)
def test_a_fitted_forecaster_pickles_to_kilobytes(name, y):
    model = FORECASTERS[name]().fit(y)
    expected = model.predict_interval(12)

    blob = pickle.dumps(model)

    # Three networks, theta and the errors on held-out rows take the most.
    assert len(blob) < (100_000 if name == "rnn" else 4_000)
    pd.testing.assert_frame_equal(pickle.loads(blob).predict_interval(12), expected)
