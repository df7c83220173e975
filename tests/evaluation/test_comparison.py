"""Which model is best: ranks, tests and notes, from predictions by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from rnnts import compare, datasets
from rnnts.evaluation import Backtest, Comparison
from rnnts.evaluation.significance import diebold_mariano, model_confidence_set
from rnnts.forecasters import Naive2Forecaster, NaiveForecaster, SeasonalNaiveForecaster
from rnnts.metrics import naive_scale, naive_squared_scale

MODELS = {
    "last": NaiveForecaster(),
    "season": SeasonalNaiveForecaster(),
    "naive2": Naive2Forecaster(),
}
PANEL = {
    "a": datasets.load("air_passengers"),
    "b": datasets.load("us_macro_realgdp"),
    "c": datasets.load("us_macro_realinv"),
}
SEASONS = {"a": 12, "b": 4, "c": 4}


@pytest.fixture(scope="module")
def result():
    return compare(MODELS, PANEL, horizon=6, n_windows=10, step_size=4)


@pytest.fixture(scope="module")
def scaled(result):
    """Mean scaled errors of each model (columns) for each series and origin from the last."""
    rows = []
    for label, of_series in result.predictions.groupby("unique_id", sort=False):
        folds = list(of_series.groupby("cutoff", sort=False))
        for place, (cutoff, fold) in enumerate(folds):
            known = PANEL[label][:cutoff]
            scale = naive_scale(known, SEASONS[label])[0]
            squared = naive_squared_scale(known, SEASONS[label])[0]
            error = fold[list(MODELS)].sub(fold["y"], axis=0)
            absolute = error.abs().mean() / scale
            square = (error**2).mean() / squared
            rows.append({"series": label, "place": place - len(folds), **absolute, "sq": square})
    return pd.DataFrame(rows)


def test_a_comparison_is_a_backtest_with_significance_in_front(result):
    table = result.table()

    assert isinstance(result, Comparison)
    assert table.columns[:4].tolist() == ["rank", "p_value", "in_confidence_set", "mae"]
    plain = Backtest.table(result)
    pd.testing.assert_frame_equal(table[plain.columns], plain)
    assert table["mase"].is_monotonic_increasing
    assert repr(result) == "<Comparison of 3 model(s) on 3 series, from 30 origin(s)>"
    assert result.notes == []


def test_ranks_are_means_over_series_and_origins(result, scaled):
    blocks = scaled[list(MODELS)]

    expected = blocks.rank(axis=1).mean().sort_values()
    pd.testing.assert_series_equal(result.ranks(), expected, check_names=False)
    assert result.ranks().name == "rank"
    pd.testing.assert_series_equal(result.table()["rank"].sort_values(), result.ranks())
    assert result.friedman() == stats.friedmanchisquare(*blocks.to_numpy().T).pvalue
    # Demsar's q of three models at 5 % is 2.343.
    assert result.critical_difference() == pytest.approx(2.343 * np.sqrt(12 / (6 * 30)), rel=1e-3)
    assert result.critical_difference(99) > result.critical_difference(90)


@pytest.mark.parametrize("loss", ["absolute", "squared"])
def test_pairs_are_tested_on_means_over_series_by_origin(loss, result, scaled):
    if loss == "squared":
        squares = pd.DataFrame(scaled["sq"].tolist())
        scaled = pd.concat([scaled[["place"]], squares], axis=1)
    losses = scaled.groupby("place")[list(MODELS)].mean()

    found = result.diebold_mariano(loss)

    pairs = [("last", "season"), ("last", "naive2"), ("season", "naive2")]
    # Six rows are reached from origins four rows apart: two origins in a row overlap.
    assert result.n_overlapping == 2
    raw = [diebold_mariano(losses[a], losses[b], horizon=2).p_value for a, b in pairs]
    for (a, b), expected in zip(pairs, multipletests(raw, method="holm")[1], strict=True):
        assert found.loc[a, b] == found.loc[b, a] == pytest.approx(expected, rel=1e-10)
    assert np.isnan(np.diag(found)).all()
    assert found.index.tolist() == found.columns.tolist() == list(MODELS)


def test_the_table_tests_each_model_against_the_best(result, scaled):
    losses = scaled.groupby("place")[list(MODELS)].mean()
    table = result.table()

    best, *others = table.index
    raw = [diebold_mariano(losses[best], losses[name], horizon=2).p_value for name in others]
    expected = multipletests(raw, method="holm")[1]
    np.testing.assert_allclose(table.loc[others, "p_value"], expected, rtol=1e-10)
    assert np.isnan(table.loc[best, "p_value"])


def test_the_confidence_set_is_that_of_the_same_losses(result, scaled):
    losses = scaled.groupby("place")[list(MODELS)].mean()
    by_name = {name: losses[name].to_numpy() for name in losses.mean().sort_values().index}

    for level in (75, 90):
        expected = model_confidence_set(by_name, level=level / 100, n_overlapping=2)
        assert set(result.confidence_set(level)) == expected
    table = result.table()
    assert table.index[table["in_confidence_set"]].tolist() == result.confidence_set()
    assert table["in_confidence_set"].dtype == bool


def test_too_few_origins_are_said_and_not_tested():
    result = compare(MODELS, PANEL["a"], n_windows=3, step_size=4)

    table = result.table()
    assert table["p_value"].isna().all()
    assert table["in_confidence_set"].all()
    assert result.diebold_mariano().isna().all(axis=None)
    assert result.notes == [
        "p-values need more than 3 origins here, got 3; ask for n_windows=4 or more"
    ]


def test_blocks_that_a_model_failed_in_are_left_out():
    holed = PANEL["b"].copy()
    holed.iloc[-7] = np.inf
    panel = {"a": PANEL["a"], "holed": holed, "short": PANEL["b"][:9]}

    result = compare(MODELS, panel, horizon=6, n_windows=3)

    assert result.notes == ["6 pair(s) of series and model failed: `errors` has the reasons"]
    blocks = 3 + 2
    expected = 2.343 * np.sqrt(12 / (6 * blocks))
    assert result.critical_difference() == pytest.approx(expected, rel=1e-3)
    # At the last origin there is one series only.
    alone = compare(MODELS, {"a": PANEL["a"]}, horizon=6, n_windows=3)
    pd.testing.assert_series_equal(
        result._losses["absolute"].iloc[-1], alone._losses["absolute"].iloc[-1]
    )


def test_one_model_has_nothing_to_be_compared_with():
    result = compare(NaiveForecaster(), PANEL["a"], n_windows=2)

    row = result.table().loc["NaiveForecaster"]
    assert row["rank"] == 1
    assert np.isnan(row["p_value"])
    assert row["in_confidence_set"]
    assert np.isnan(result.friedman())
    assert np.isnan(result.critical_difference())


def test_words_are_answered(result):
    with pytest.raises(ValueError, match=r"unknown loss 'square'.*did you mean 'squared'"):
        result.diebold_mariano("square")
    with pytest.raises(ValueError, match=r"per cent, got 0.9 \(did you mean 90\?\)"):
        result.confidence_set(0.9)
    with pytest.raises(ValueError, match="level must lie between 0 and 100"):
        result.critical_difference(100)


class Failing(NaiveForecaster):
    def _fit(self, y, exog, season_length):
        raise ValueError("not today")


def test_a_model_without_a_forecast_has_no_rank():
    models = {"failing": Failing(), "last": NaiveForecaster(), "season": SeasonalNaiveForecaster()}

    result = compare(models, {"a": PANEL["a"]}, n_windows=4)

    table = result.table()
    assert table.index[-1] == "failing"
    assert table.loc["failing", ["rank", "p_value", "mase"]].isna().all()
    assert not table.loc["failing", "in_confidence_set"]
    assert result.ranks().index.tolist() == ["season", "last"]
    assert result.diebold_mariano()["failing"].isna().all()


def test_origins_without_an_observed_row_are_not_compared():
    holed = PANEL["a"].astype(float)
    holed.iloc[-24:] = np.nan

    result = compare(MODELS, holed, n_windows=2)

    assert result.by_cutoff().empty
    assert result.table()[["rank", "p_value", "mase"]].isna().all(axis=None)
