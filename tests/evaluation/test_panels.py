"""Several series, some of which cannot be forecast."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from rnnts import datasets
from rnnts.evaluation import backtest
from rnnts.forecasters import NaiveForecaster, RNNForecaster, SeasonalNaiveForecaster

MODELS = {"last": NaiveForecaster(), "season": SeasonalNaiveForecaster()}


@pytest.fixture
def panel():
    y = datasets.load("air_passengers")
    return {"a": y, "b": y[40:] * 2.0, "c": y[100:]}


def long(panel):
    parts = [
        pd.DataFrame({"unique_id": label, "ds": y.index, "y": y.to_numpy(dtype=float)})
        for label, y in panel.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_every_series_is_forecast_as_it_is_alone(panel):
    result = backtest(MODELS, panel, horizon=6, n_windows=2)

    for label, y in panel.items():
        alone = backtest(MODELS, y.rename(label), horizon=6, n_windows=2).predictions
        rows = result.predictions[result.predictions["unique_id"] == label]
        pd.testing.assert_frame_equal(rows.reset_index(drop=True), alone, check_dtype=False)
    assert result.predictions["unique_id"].unique().tolist() == ["a", "b", "c"]


@pytest.mark.parametrize("form", ["long", "renamed", "indexed", "polars", "arrow"])
def test_a_panel_comes_in_every_form(form, panel):
    frame = long(panel)
    names = {"unique_id": "shop", "ds": "month", "y": "sold"}
    options = {"id_col": "shop", "time_col": "month", "target_col": "sold"}
    given, options = {
        "long": (frame, {}),
        "renamed": (frame.rename(columns=names), options),
        "indexed": (frame.set_index(["unique_id", "ds"])["y"], {}),
        "polars": (pl.from_pandas(frame), {}),
        "arrow": (pl.from_pandas(frame).to_arrow(), {}),
    }[form]

    result = backtest(MODELS, given, horizon=6, n_windows=2, **options)

    expected = backtest(MODELS, panel, horizon=6, n_windows=2).predictions
    pd.testing.assert_frame_equal(result.predictions, expected, check_dtype=False)


def test_further_columns_of_a_long_frame_are_exogenous(panel):
    frame = long(panel)
    frame["wave"] = np.sin(np.arange(len(frame)))
    model = RNNForecaster("linear", 1, skip=True, tol=1e-3)

    result = backtest(model, frame, horizon=6, n_windows=1)

    last = frame[frame["unique_id"] == "c"].set_index("ds")
    fitted = model.fit(last[["wave"]][:-6], last["y"][:-6])
    found = result.predictions["RNNForecaster"][-6:]
    np.testing.assert_array_equal(found, fitted.predict(last[["wave"]][-6:]))


def test_what_fails_is_noted_and_the_others_go_on(panel):
    months = pd.date_range("2020", periods=30, freq="MS")
    panel = {
        **panel,
        "short": panel["a"][:10],
        "holes": pd.Series(1.0, index=months[[0, 1, 2, *range(9, 30)]]),
    }

    result = backtest(MODELS, panel, horizon=6, n_windows=2)

    errors = result.errors
    assert errors["unique_id"].tolist() == ["short", "short"] + ["holes"] * 4
    assert errors["model"].tolist() == ["last", "season"] + ["last"] * 2 + ["season"] * 2
    assert errors["cutoff"].isna().tolist() == [True, True] + [False] * 4
    assert "y has 10 rows, but horizon=6" in errors["reason"][0]
    holes = result.predictions[result.predictions["unique_id"] == "holes"]
    assert holes["last"].isna().all()
    assert holes["y"].notna().all()
    table = result.table()
    assert table["n_failed"].tolist() == [2, 2]
    clean = backtest(MODELS, {k: panel[k] for k in "abc"}, horizon=6, n_windows=2).table()
    measures = clean.columns.drop(["fit_seconds", "predict_seconds"])
    pd.testing.assert_frame_equal(table[measures], clean[measures])
    assert "n_failed" not in clean


def test_a_chain_that_breaks_is_noted_from_there_on(panel):
    broken = panel["b"].copy()
    broken.iloc[-8] = np.inf
    models = {"last": NaiveForecaster()}

    result = backtest(models, {"b": broken, "c": panel["c"]}, horizon=6, n_windows=4, refit=False)

    cutoffs = broken.index[[-13, -7]]
    assert result.errors["cutoff"].tolist() == cutoffs[1:].tolist()
    rows = result.predictions[result.predictions["unique_id"] == "b"]
    assert rows["last"].notna().tolist() == [True] * 18 + [False] * 6


def test_a_panel_on_which_everything_fails_is_an_error(panel):
    with pytest.raises(ValueError, match="y has 44 rows") as caught:
        backtest(MODELS, {"c": panel["c"]}, horizon=30)

    assert "every series and model failed" in caught.value.__notes__[0]


def test_words_for_columns_are_answered(panel):
    with pytest.raises(ValueError, match=r"no column 'dss' \(did you mean 'ds'\?\)"):
        backtest(MODELS, long(panel), time_col="dss")
    with pytest.raises(ValueError, match="X goes with one series"):
        backtest(MODELS, long(panel), np.ones((3, 1)))
    with pytest.raises(ValueError, match="give a long frame with columns 'unique_id', 'ds'"):
        backtest(MODELS, long(panel).drop(columns="unique_id"))


def test_the_season_is_that_of_each_series():
    months = datasets.load("air_passengers")
    quarters = datasets.load("us_macro_realgdp")

    result = backtest(SeasonalNaiveForecaster(), {"m": months, "q": quarters}, n_windows=1)

    assert [origin.season_length for origin in result.origins] == [12, 4]
    assert result.season_length == 12
