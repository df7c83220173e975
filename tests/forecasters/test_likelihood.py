"""The likelihood of a series under a network, and the criteria made of it."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.tsa.arima.model import ARIMA

from rnnts.forecasters import RNNForecaster, ThetaForecaster
from rnnts.linear import ARMA
from tests import naive

PLAIN = {"horizon": None, "transform": None, "deseasonalize": None, "diff": 0}

short_training = pytest.mark.filterwarnings(
    "ignore:.*max_iter:sklearn.exceptions.ConvergenceWarning"
)


def test_squared_errors_are_normal_with_their_mean_square_for_variance(y):
    model = RNNForecaster("linear", 2).fit(y)
    errors = model.resid_.to_numpy()[1:]

    expected = stats.norm.logpdf(errors, scale=np.sqrt(np.mean(errors**2))).sum()

    assert model.loglik_ == pytest.approx(expected, abs=1e-6)
    # Four coefficients, a constant and a variance.
    assert model.aic_ == pytest.approx(2 * 6 - 2 * expected, abs=1e-6)
    assert model.bic_ == pytest.approx(np.log(143) * 6 - 2 * expected, abs=1e-6)


@short_training
def test_a_network_on_differences_of_logarithms_says_log_normal_rows(y):
    settings = {**PLAIN, "transform": "log", "diff": 1}
    model = RNNForecaster("tanh", 2, max_iter=50, **settings).fit(y)
    # One row is lost to the difference, and the next one has no lag.
    rows, said = y.to_numpy()[2:], model.fittedvalues_.to_numpy()[2:]
    spread = np.sqrt(np.mean(np.log(rows / said) ** 2))

    expected = stats.lognorm.logpdf(rows, s=spread, scale=said).sum()

    assert model.loglik_ == pytest.approx(expected, rel=1e-8)


@short_training
@pytest.mark.parametrize("season", ["classical", "stl"])
def test_a_season_taken_out_of_a_logarithm_changes_no_density(season, y):
    settings = {**PLAIN, "transform": "log", "deseasonalize": season}
    model = RNNForecaster("tanh", 2, max_iter=30, **settings).fit(y)
    rows, said = y.to_numpy()[1:], model.fittedvalues_.to_numpy()[1:]
    spread = np.sqrt(np.mean(np.log(rows / said) ** 2))

    assert model.loglik_ == pytest.approx(
        stats.lognorm.logpdf(rows, s=spread, scale=said).sum(), rel=1e-8
    )


@short_training
@pytest.mark.parametrize("loss", ["gaussian", "student_t"])
def test_a_likelihood_loss_is_the_likelihood_of_what_the_network_says(loss, y):
    model = RNNForecaster("tanh", 2, loss=loss, max_iter=30, **PLAIN).fit(y)
    center, spread = y.mean(), y.std(ddof=0)
    x = np.concatenate([[0.0], (y.to_numpy() - center)[:-1] / spread])[:, None]
    location, log_scale = naive.run("tanh", model.weights_, x, np.zeros(2))[0].T
    location, scale = center + spread * location, spread * (1e-3 + np.exp(log_scale))
    distribution = stats.norm if loss == "gaussian" else stats.t(5.0)
    standard = (y.to_numpy() - location) / scale

    expected = (distribution.logpdf(standard) - np.log(scale))[1:].sum()

    assert model.loglik_ == pytest.approx(expected, rel=1e-9)
    n_params = sum(weight.size for weight in model.weights_.values())
    assert model.aic_ == pytest.approx(2 * n_params - 2 * expected, rel=1e-9)


def test_the_criteria_of_a_linear_unit_are_those_of_statsmodels_up_to_the_start():
    y = ARMA(ar=[0.7], ma=[0.4], const=1.0).simulate(1000, random_state=0)
    result = ARIMA(y, order=(1, 0, 1)).fit()

    model = RNNForecaster("linear", 1).fit(y)

    # The first of 1000 rows, which the network does not count, is worth about 1.7.
    assert model.loglik_ == pytest.approx(result.llf, abs=3)
    assert model.aic_ == pytest.approx(result.aic, abs=6)
    assert model.bic_ == pytest.approx(result.bic, abs=6)


def test_missing_rows_do_not_count(y):
    holey = y.copy()
    holey.iloc[[20, 21, 70]] = np.nan
    model = RNNForecaster("linear", 1, solver="lbfgs").fit(holey)
    errors = model.resid_.to_numpy()[1:]
    errors = errors[~np.isnan(errors)]

    assert len(errors) == 140
    expected = stats.norm.logpdf(errors, scale=np.sqrt(np.mean(errors**2))).sum()
    assert model.loglik_ == pytest.approx(expected, rel=1e-9)


def test_targets_have_variances_of_their_own(y):
    wide = np.column_stack([y, np.roll(y, 3) ** 0.5])
    model = RNNForecaster("linear", 2).fit(wide)
    errors = model.resid_[1:]

    expected = stats.norm.logpdf(errors, scale=np.sqrt(np.mean(errors**2, axis=0))).sum()

    assert model.loglik_ == pytest.approx(expected, abs=1e-6)
    # Inputs, outputs and biases, up to a change of basis of two units; and two variances.
    assert model.aic_ + 2 * expected == pytest.approx(2 * (4 + 4 + 2 + 2), abs=1e-5)


def test_rows_that_came_by_update_are_not_scored(y):
    model = RNNForecaster("linear", 1).fit(y[:100])
    before = model.loglik_

    assert model.update(y[100:]).loglik_ == before


@short_training
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_iter": 2}, "an average of forecasts has none"),
        ({"partner": ThetaForecaster(), "horizon": None, "max_iter": 2}, "an average"),
        ({"n_init": 2, "max_iter": 2, **PLAIN}, "an average"),
        ({**PLAIN, "horizon": 6, "partner": None, "max_iter": 2}, "6 rows predicted at once"),
        ({**PLAIN, "loss": "huber", "max_iter": 2}, "the loss 'huber' is that of no distribution"),
    ],
)
def test_where_there_is_no_likelihood_a_sentence_says_why(settings, said, y):
    model = RNNForecaster("tanh", 2, **settings).fit(y)

    for name in ("loglik_", "aic_", "bic_"):
        with pytest.raises(AttributeError, match=said):
            getattr(model, name)
    assert not hasattr(model, "aic_")


def test_weights_from_elsewhere_have_no_likelihood_here(y):
    model = RNNForecaster.from_arma(ARMA(ar=[0.9], ma=[], const=28.0), y)

    with pytest.raises(AttributeError, match="no rows were trained on"):
        _ = model.aic_


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_values_far_beyond_their_scale_keep_a_likelihood():
    y = np.random.default_rng(0).standard_normal(40) * 10.0 ** np.linspace(-30, 30, 40)

    model = RNNForecaster.from_arma(ARMA([0.4], [0.2]), y=y)

    assert np.isfinite(model.fit(y).loglik_)
