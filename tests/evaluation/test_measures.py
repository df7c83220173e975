"""Measures of backtests, against the metrics called one by one."""

import numpy as np
import pandas as pd
import pytest

from rnnts import datasets, metrics
from rnnts.evaluation import backtest
from rnnts.forecasters import Naive2Forecaster, NaiveForecaster, SeasonalNaiveForecaster

PROBABILITIES = (np.arange(20) + 0.5) / 20


@pytest.fixture(scope="module")
def panel():
    y = datasets.load("air_passengers")
    return {"all": y, "later": 5 + y[60:] ** 0.5}


@pytest.fixture(scope="module")
def result(panel):
    models = {"last": NaiveForecaster(), "season": SeasonalNaiveForecaster()}
    return backtest(models, panel, horizon=6, n_windows=3, step_size=4, gap=1, level=(80, 95))


def folds(result, panel):
    """Rows of predictions and the rows known, for each series and origin."""
    for (label, cutoff), rows in result.predictions.groupby(["unique_id", "cutoff"], sort=False):
        yield label, cutoff, rows, panel[label][:cutoff]


def scores(rows, known, model):
    """Every measure of one fold, by the public metrics."""
    y, said = rows["y"], rows[model]
    scaling = {"y_train": known, "season_length": 12}
    model = {"last": NaiveForecaster(), "season": SeasonalNaiveForecaster()}[model].fit(known)
    quantiles = model.predict_quantiles(7, PROBABILITIES)[1:]
    found = {
        "mae": metrics.mae(y, said),
        "rmse": metrics.rmse(y, said),
        "mase": metrics.mase(y, said, **scaling),
        "smape": metrics.smape(y, said),
        "rmsse": metrics.rmsse(y, said, **scaling),
    }
    losses = []
    intervals = model.predict_interval(7)[1:]
    for level in (80, 95):
        ends = intervals[f"lo-{level}"], intervals[f"hi-{level}"]
        found[f"coverage-{level}"] = metrics.coverage(y, *ends)
        found[f"winkler-{level}"] = metrics.winkler(y, *ends, level=level)
        found[f"msis-{level}"] = metrics.msis(y, *ends, **scaling, level=level)
        tail = (100 - level) / 200
        losses += [metrics.pinball(y, ends[0], tail), metrics.pinball(y, ends[1], 1 - tail)]
    return {
        **found,
        "pinball": np.mean(losses),
        "crps": metrics.crps_of_quantiles(y, quantiles, PROBABILITIES),
    }


@pytest.mark.parametrize("model", ["last", "season"])
def test_tables_are_means_of_the_public_metrics_over_folds(model, result, panel):
    folded = pd.DataFrame(
        {"unique_id": label, "cutoff": cutoff, **scores(rows, known, model)}
        for label, cutoff, rows, known in folds(result, panel)
    )

    expected = folded.mean(numeric_only=True)
    np.testing.assert_allclose(result.table().loc[model, expected.index], expected, rtol=1e-12)
    for table, key in ((result.by_series(), "unique_id"), (result.by_cutoff(), "cutoff")):
        found = table[table["model"] == model].set_index(key)
        expected = folded.groupby(key).mean(numeric_only=True)
        np.testing.assert_allclose(found.loc[expected.index, expected.columns], expected, 1e-12)


def test_owa_divides_means_by_those_of_naive2(result, panel):
    sums = np.zeros((2, 2))
    for _, _, rows, known in folds(result, panel):
        naive2 = Naive2Forecaster(season_length=12).fit(known).predict(7)[1:]
        scaling = {"y_train": known, "season_length": 12}
        for place, said in enumerate((rows["season"], naive2)):
            y = rows["y"]
            sums[place] += metrics.smape(y, said), metrics.mase(y, said, **scaling)

    assert result.table().loc["season", "owa"] == pytest.approx(np.mean(sums[0] / sums[1]))
    alone = backtest(Naive2Forecaster(), panel, n_windows=2)
    assert alone.table()["owa"].tolist() == pytest.approx([1])


def test_the_table_by_step_takes_each_step_over_all_origins(result, panel):
    table = result.by_step().set_index(["model", "step"])

    for place, step in enumerate(range(2, 8)):
        by_series = []
        for label in panel:
            rows = [(r.iloc[place], known) for n, _, r, known in folds(result, panel) if n == label]
            error = np.array([row["y"] - row["last"] for row, _ in rows])
            scale = np.array([metrics.naive_scale(known, 12)[0] for _, known in rows])
            held = np.mean([row["last-lo-80"] <= row["y"] <= row["last-hi-80"] for row, _ in rows])
            rmse = np.sqrt(np.mean(error**2))
            by_series.append([np.abs(error).mean(), rmse, np.mean(np.abs(error) / scale), held])
        found = table.loc[("last", step), ["mae", "rmse", "mase", "coverage-80"]]
        np.testing.assert_allclose(found, np.mean(by_series, axis=0), rtol=1e-12)
    assert table.loc["last"].index.tolist() == [2, 3, 4, 5, 6, 7]
    assert "fit_seconds" not in table


def test_seconds_are_medians_of_what_was_noted(result):
    table, seconds = result.table(), result.seconds

    assert len(seconds) == 2 * 2 * 3
    assert (seconds[["fit_seconds", "predict_seconds"]] > 0).all(axis=None)
    for model in ("last", "season"):
        noted = seconds[seconds["model"] == model]["fit_seconds"]
        assert table.loc[model, "fit_seconds"] == noted.median()


def test_a_series_without_a_scale_has_no_scaled_measures():
    result = backtest(
        NaiveForecaster(), [1.0, np.nan, 2.0, np.nan, 5.0], horizon=1, n_windows=1, level=None
    )

    row = result.table().loc["NaiveForecaster"]
    assert row["mae"] == 3
    assert row[["mase", "rmsse", "owa"]].isna().all()
