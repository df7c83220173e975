"""The ETS forecaster against statsmodels, where that keeps to the equations."""

import warnings

import numpy as np
import pytest
from scipy import stats
from sklearn.exceptions import ConvergenceWarning
from statsmodels.tsa.exponential_smoothing.ets import ETSModel

from rnnts import datasets
from rnnts.forecasters import ETSForecaster

# Not those with a multiplicative season, which statsmodels divides by the level after the row.
FORMS = {
    "ETS(A,N,N)": {"error": "add", "trend": None, "damped": False, "seasonal": None},
    "ETS(M,A,N)": {"error": "mul", "trend": "add", "damped": False, "seasonal": None},
    "ETS(A,Ad,N)": {"error": "add", "trend": "add", "damped": True, "seasonal": None},
    "ETS(A,A,A)": {"error": "add", "trend": "add", "damped": False, "seasonal": "add"},
    "ETS(M,Ad,A)": {"error": "mul", "trend": "add", "damped": True, "seasonal": "add"},
}


def reference(y, form):
    """The model of statsmodels, and the parameters that a fitted forecaster has, in its order."""
    choices = {**FORMS[form]}
    choices["damped_trend"] = choices.pop("damped")
    model = ETSModel(y, **choices, seasonal_periods=12)
    forecaster = ETSForecaster(**FORMS[form]).fit(y)
    names = ["alpha", "beta", "gamma", "phi", "level", "trend"]
    given = [forecaster.params_[name] for name in names if name in forecaster.params_]
    return forecaster, model, np.array([*given, *forecaster.initial_season_[::-1]])


@pytest.mark.parametrize("form", FORMS)
def test_likelihood_and_forecasts_are_those_of_statsmodels(form, y):
    forecaster, model, params = reference(y, form)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.smooth(params)

    assert forecaster.form_ == form
    assert forecaster.loglik_ == pytest.approx(theirs.llf, rel=1e-9)
    np.testing.assert_allclose(forecaster.fittedvalues_, theirs.fittedvalues, rtol=1e-9)
    np.testing.assert_allclose(forecaster.predict(24), theirs.forecast(24), rtol=1e-9)


@pytest.mark.parametrize("form", ["ETS(A,N,N)", "ETS(A,Ad,N)", "ETS(A,A,A)"])
def test_additive_intervals_are_those_of_statsmodels(form, y):
    forecaster, model, params = reference(y, form)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.smooth(params)
        ahead = theirs.get_prediction(
            start=y.index[-1] + y.index.freq, end=y.index[-1] + 24 * y.index.freq
        )

    table = forecaster.predict_interval(24, level=80)

    # Theirs has the mean square of the errors, ours a variance without bias.
    std = np.sqrt(ahead.forecast_variance * forecaster.sigma2_ / theirs.scale)
    half_width = stats.norm.ppf(0.9) * std
    np.testing.assert_allclose(table["hi-80"] - table["mean"], half_width, rtol=1e-8)


@pytest.mark.parametrize("form", FORMS)
def test_no_search_of_statsmodels_finds_a_larger_likelihood(form, y):
    forecaster, model, _ = reference(y, form)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = model.fit(disp=False, maxiter=300)

    assert forecaster.loglik_ > theirs.llf - 1e-3


def test_the_model_chosen_has_the_least_criterion(y):
    forecaster = ETSForecaster().fit(y)

    tried = [
        ETSForecaster(error=error, trend="add", damped=damped, seasonal=seasonal).fit(y)
        for error in ("add", "mul")
        for damped in (False, True)
        for seasonal in (None, "add", "mul")
        if (error, seasonal) != ("add", "mul")
    ]

    assert forecaster.form_ == "ETS(M,A,M)"
    assert forecaster.aicc_ == pytest.approx(min(each.aicc_ for each in tried), rel=1e-9)
    # Level, trend, their weights, that of the season, twelve months less one, and the variance.
    n, k, loglik = 144, 17, forecaster.loglik_
    assert forecaster.aicc_ == pytest.approx(-2 * loglik + 2 * k + 2 * k * (k + 1) / (n - k - 1))
    assert forecaster.initial_season_.mean() == pytest.approx(1.0)


def test_the_variance_counts_what_was_estimated():
    y = datasets.load("nile")

    model = ETSForecaster(error="add", trend=None).fit(y)

    assert model.form_ == "ETS(A,N,N)"
    assert model.sigma2_ == pytest.approx((model.resid_**2).sum() / (100 - 2))


def test_a_missing_row_is_read_as_its_prediction(y):
    holed = y.astype(float)
    holed.iloc[[0, 50, 51, 143]] = np.nan
    model = ETSForecaster().fit(holed)
    filled = holed.fillna(model.fittedvalues_)
    n_known = holed.notna().sum()

    predictions, after = model._model.read(filled.to_numpy())

    np.testing.assert_allclose(model.fittedvalues_, predictions, rtol=1e-12)
    np.testing.assert_allclose(model._after(), after, rtol=1e-12)
    assert model.sigma2_ == pytest.approx(
        np.nansum((model.resid_ / model.fittedvalues_) ** 2) / (n_known - 16)
    )


def test_a_series_that_is_not_positive_has_additive_parts_only(y):
    model = ETSForecaster().fit(y - 300)

    assert model.form_ in ("ETS(A,N,A)", "ETS(A,A,A)", "ETS(A,Ad,A)")
    moved = ETSForecaster(error="add", seasonal="add").fit(y)
    np.testing.assert_allclose(model.predict(12), moved.predict(12) - 300, rtol=1e-3)
    for asked in ({"error": "mul"}, {"seasonal": "mul"}):
        with pytest.raises(ValueError, match="need positive values, the smallest is -196; use 'ad"):
            ETSForecaster(**asked).fit(y - 300)


@pytest.mark.parametrize("factor", [1e-100, 1e100])
def test_the_unit_of_the_series_does_not_matter(factor, y):
    model, scaled = ETSForecaster().fit(y), ETSForecaster().fit(factor * y)

    assert scaled.form_ == model.form_
    np.testing.assert_allclose(
        scaled.predict_interval(3), factor * model.predict_interval(3), rtol=1e-6
    )


def test_partial_fit_keeps_the_form_and_learns_its_parameters_anew(y):
    model = ETSForecaster().fit(y[:60])
    form = model.form_
    choices = {"error": "mul", "trend": "add", "damped": False, "seasonal": "mul"}

    model.partial_fit(y[60:])

    assert form == model.form_ == "ETS(M,A,M)"
    np.testing.assert_allclose(model.predict(3), ETSForecaster(**choices).fit(y).predict(3))


def test_a_straight_line_goes_on():
    model = ETSForecaster().fit(np.arange(3.0, 33.0))

    np.testing.assert_allclose(model.predict(4), [33.0, 34.0, 35.0, 36.0], rtol=1e-6)


def test_a_search_cut_short_is_a_warning_at_the_callers_line(y):
    sentence = r"ETS\(A,A,N\) was still rising after max_iter=1 .*raise max_iter or choose fewer"

    with pytest.warns(ConvergenceWarning, match=sentence) as caught:
        ETSForecaster(**{**FORMS["ETS(M,A,N)"], "error": "add"}, max_iter=1).fit(y)

    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_a_short_series_gets_what_it_can_bear(y):
    assert ETSForecaster().fit(y[:23]).form_.endswith("N)")
    assert ETSForecaster().fit(y[:4]).form_ in ("ETS(A,N,N)", "ETS(M,N,N)")
    with pytest.raises(ValueError, match=r"3 sample\(s\) while a minimum of 4 is required"):
        ETSForecaster().fit(y[:3])


BAD = {
    "a season too short": (
        {"seasonal": "add"},
        23,
        r"seasonal='add' needs a season and two of them observed, got season_length=12 and 23 obs",
    ),
    "no season": (
        {"seasonal": "mul", "season_length": 1},
        144,
        "needs a season and two of them observed, got season_length=1 and 144 observed",
    ),
    "too few rows": (
        {"error": "add", "trend": "add", "damped": True, "seasonal": None},
        5,
        r"ETS\(A,Ad,N\) estimates 6 numbers, y has 5 observed row\(s\); use fewer components",
    ),
    "damping nothing": ({"trend": None, "damped": True}, 144, "damped=True needs a trend to damp"),
    "unknown": ({"trend": "mul"}, 144, "unknown trend 'mul'; choose from 'auto', 'add', None"),
    "iterations": ({"max_iter": 0}, 144, "max_iter must be at least 1, got 0"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_is_answered_by_a_sentence(case, y):
    choices, n_rows, sentence = BAD[case]

    with pytest.raises(ValueError, match=sentence):
        ETSForecaster(**choices).fit(y[:n_rows])


def test_several_series_are_an_error(y):
    with pytest.raises(ValueError, match="ETSForecaster forecasts one series, got 2; fit one mod"):
        ETSForecaster().fit(np.column_stack([y, y]))
