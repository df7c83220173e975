"""Reports, fallbacks and held-out errors, against a loop that trains and rolls by hand."""

import warnings

import numpy as np
import pandas as pd
import pytest

from rnnts import datasets
from rnnts.forecasters import (
    ARMAForecaster,
    NaiveForecaster,
    RNNForecaster,
    SeasonalNaiveForecaster,
    ThetaForecaster,
)
from rnnts.forecasters.networks._held_out import HeldOut
from rnnts.forecasters.networks._report import report_on
from rnnts.solvers import Adam

SHORT = {"hidden_size": 2, "solver": Adam(max_iter=10, schedule="cosine")}


def rolled(model, y, n_first, horizon):
    """Absolute errors of forecasts from every origin after the first rows, weights unchanged."""
    fitted, errors = model.fit(y[:n_first]), []
    for origin in range(n_first, len(y)):
        after = y[origin : origin + horizon]
        errors.append(np.abs(after - fitted.predict(len(after))))
        fitted.update(y[origin : origin + 1])
    return np.concatenate(errors)


@pytest.mark.parametrize("params", [{}, {"cell": "linear", "solver": "auto"}, {"n_init": 2}])
def test_its_numbers_are_those_of_a_rolling_origin(params, y):
    params = {**SHORT, **params}
    report = RNNForecaster(**params).fit(y).report_

    models = {
        "RNNForecaster": RNNForecaster(**params),
        "seasonal naive": SeasonalNaiveForecaster(),
        "theta": ThetaForecaster(),
    }
    by_hand = pd.Series({name: rolled(model, y, 108, 12).mean() for name, model in models.items()})
    scale = y.diff(12).abs().mean()
    assert (report.n_origins, report.horizon) == (36, 12)
    pd.testing.assert_series_equal(
        report.table["MAE"], by_hand.sort_values(), check_names=False, rtol=1e-9
    )
    np.testing.assert_allclose(report.table["MASE"], by_hand.sort_values() / scale, rtol=1e-9)
    relative = by_hand.sort_values() / by_hand["seasonal naive"]
    np.testing.assert_allclose(report.table["relative"], relative, rtol=1e-9)


@pytest.mark.parametrize(("n_rows", "rows_apart"), [(80, 1), (400, 1), (640, 2), (1200, 3)])
def test_held_out_origins_know_how_far_apart_they_are(n_rows, rows_apart):
    y = np.random.default_rng(0).normal(size=n_rows)
    fitted = RNNForecaster("linear", 1, interval_method="conformal").fit(y)

    assert fitted._tested().rows_apart == rows_apart


def test_a_long_series_is_rolled_from_a_hundred_origins():
    y = datasets.load("co2_monthly")
    report = RNNForecaster(**SHORT, partner=None).fit(y).report_

    origins = np.unique(np.linspace(394, 525, 100).round().astype(int))
    naive = SeasonalNaiveForecaster().fit(y[:394])
    errors, read = [], 394
    for origin in origins:
        naive.update(y[read:origin])
        after = y[origin : origin + 12]
        errors.append(np.abs(after - naive.predict(len(after))))
        read = origin

    assert report.n_origins == 100
    expected = np.concatenate(errors).mean()
    assert report.table.loc["seasonal naive", "MAE"] == pytest.approx(expected, rel=1e-12)


def test_several_targets_are_averaged_after_scaling(y):
    wide = pd.DataFrame({"a": y, "b": 100.0 * y[::-1].to_numpy()})
    report = RNNForecaster(**SHORT).fit(wide).report_

    parts = [RNNForecaster(**SHORT).fit(wide[name]).report_.table for name in wide]
    for name in ("seasonal naive", "theta"):
        mase = np.mean([part.loc[name, "MASE"] for part in parts])
        assert report.table.loc[name, "MASE"] == pytest.approx(mase, rel=1e-9)


def test_it_says_what_it_found_in_words(y):
    good = RNNForecaster().fit(y).report_
    bad = RNNForecaster(**SHORT, horizon=None, transform=None, deseasonalize=None, diff=0)
    bad = bad.fit(y).report_

    assert good.verdict.startswith("RNNForecaster beats the seasonal naive forecast by ")
    assert good.warning == ""
    assert "RNNForecaster LOSES to the seasonal naive forecast by" in bad.verdict
    assert "theta did better" in bad.verdict
    assert bad.warning == bad.verdict
    assert set(bad.loses_to) == {"seasonal naive", "theta"}
    assert "forecasts are made by: RNNForecaster" in str(bad)
    assert "Forecasts of up to 12 row(s) from 36 held-out origin(s)" in str(bad)
    share = bad.table.loc["RNNForecaster", "relative"] - 1
    assert f"by {share:.0%}: set" in bad.verdict


def test_nothing_is_reported_of_a_short_series():
    assert RNNForecaster(**SHORT).fit([1.0, 2.0, 4.0, 3.0, 5.0]).report_ is None


def test_a_report_is_about_the_rows_learned_from(y):
    model = RNNForecaster(**SHORT).fit(y[:120])
    expected = model.report_.table

    later = RNNForecaster(**SHORT).fit(y[:120]).update(y[120:]).report_.table

    pd.testing.assert_frame_equal(later, expected)


@pytest.mark.parametrize(
    ("fallback", "name", "reference"),
    [
        ("seasonal_naive", "seasonal naive", SeasonalNaiveForecaster()),
        ("theta", "theta", ThetaForecaster()),
        ("arma", "arma", ARMAForecaster((1, 1, 1))),
        (ARMAForecaster((2, 0, 0)), "ARMAForecaster", ARMAForecaster((2, 0, 0))),
    ],
)
def test_a_fallback_forecasts_where_it_was_better(fallback, name, reference):
    y = datasets.load("us_macro_unemp")
    # Hardly trained, on the series as it is.
    bad = {**SHORT, "horizon": None, "transform": None, "diff": 0, "deseasonalize": None}

    model = RNNForecaster(**bad, fallback=fallback).fit(y)
    reference.fit(y)

    mistakes = model.report_.table["MAE"]
    assert mistakes[name] < mistakes["RNNForecaster"]
    assert model.fallback_ == model.report_.chosen == name
    assert f"forecasts are made by: {name}" in str(model.report_)
    np.testing.assert_allclose(model.predict(8), reference.predict(8), rtol=1e-9)
    np.testing.assert_allclose(model.fittedvalues_, reference.fittedvalues_, rtol=1e-9)
    assert model.report_.warning == ""


def test_a_fallback_that_was_worse_is_not_used(y):
    model = RNNForecaster(fallback=NaiveForecaster()).fit(y)

    assert model.fallback_ in (None, "RNNForecaster")
    pd.testing.assert_series_equal(model.predict(12), RNNForecaster().fit(y).predict(12))
    assert "NaiveForecaster" in model.report_.table.index


def test_auto_is_the_best_of_all(y):
    for series in (y, datasets.load("us_macro_unemp"), datasets.load("nile")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = RNNForecaster(**SHORT, fallback="auto").fit(series)

        assert model.fallback_ == model.report_.table["MAE"].idxmin()
        assert set(model.report_.table.index) == {
            "RNNForecaster",
            "seasonal naive",
            "theta",
            "arma",
        }


@pytest.mark.parametrize("what", [np.inf, np.nan])
def test_forecasts_that_are_no_numbers_are_the_worst_of_all(what):
    actual = np.array([[[1.0], [np.nan]], [[3.0], [4.0]]])
    forecasts = {
        "broken": np.array([[[1.0], [2.0]], [[3.0], [what]]]),
        "seasonal naive": actual + 2,
    }
    forecasts["seasonal naive"][0, 1] = 0.0
    tested = HeldOut(actual, forecasts, {}, np.zeros((4, 1)), n_first=2)

    assert tested.best_of(["broken", "seasonal naive"]) == "seasonal naive"
    table = report_on("broken", tested, np.ones(1), [], "seasonal naive").table
    assert table["MAE"].to_dict() == {"seasonal naive": 2.0, "broken": np.inf}


def test_what_was_said_of_a_missing_row_does_not_count():
    actual = np.array([[[1.0]], [[np.nan]]])
    tested = HeldOut(actual, {"a": np.array([[[2.0]], [[np.inf]]])}, {}, np.zeros((4, 1)), 2)

    assert tested.mean_absolute_error("a") == 1.0


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_fallback_that_reads_one_series_is_given_one():
    X = np.random.default_rng(0).standard_normal((40, 1))

    model = RNNForecaster(hidden_size=2, max_iter=2, fallback="arma").fit(X, X[:, 0].cumsum())

    assert len(model.predict(np.zeros((3, 1)))) == 3
