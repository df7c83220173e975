"""`rnnts backtest`, `rnnts compare` and `rnnts bench`."""

import io
import json

import numpy as np
import pandas as pd
import pytest

from rnnts import SeasonalNaiveForecaster, ThetaForecaster, backtest, compare
from rnnts.cli.commands import _bench, _compare
from rnnts.forecasters import FORECASTERS
from tests.cli.conftest import MONTHS, NOISE, SALES

BACKTEST = ["--model", "theta", "--horizon", 6, "--windows", 3]
COMPARE = ["--models", "theta", "seasonal_naive", "naive", "--horizon", 6]


@pytest.fixture
def y():
    return pd.Series(SALES, MONTHS, name="sales", dtype=float)


def table_of(text):
    return pd.read_csv(io.StringIO(text))


def test_a_backtest_is_that_of_python(run, monthly, y):
    expected = backtest({"theta": ThetaForecaster()}, y, horizon=6, n_windows=3)

    shown = table_of(run("backtest", monthly, *BACKTEST).out)

    assert list(shown) == list(expected.predictions)
    np.testing.assert_allclose(shown["theta"], expected.predictions["theta"], rtol=1e-12)


def test_origins_are_as_asked_for(run, monthly, y):
    expected = backtest(
        {"theta": ThetaForecaster()},
        y,
        **{"horizon": 2, "n_windows": 4, "step_size": 1, "gap": 3, "window": 30, "refit": 2},
    )

    shown = table_of(
        run(
            *("backtest", monthly, "--model", "theta", "--horizon", 2, "--windows", 4),
            *("--step", 1, "--gap", 3, "--window", 30, "--refit", 2),
        ).out
    )

    np.testing.assert_allclose(shown["theta"], expected.predictions["theta"], rtol=1e-12)


def test_a_person_sees_steps_and_origins(run, monthly, as_terminal):
    shown = run("backtest", monthly, *BACKTEST).out

    assert "sales: 6 row(s) ahead by theta" in shown
    assert "By step ahead" in shown
    assert "1993-06-01" in shown.partition("By origin")[2]


def test_a_backtest_of_a_panel(run, shops, as_terminal):
    shown = run("backtest", shops, "--id", "shop", *BACKTEST).out

    assert "2 series: 6 row(s) ahead by theta" in shown


@pytest.mark.filterwarnings("default")
def test_series_that_are_too_short_are_named(run, write):
    lines = [f"a,{month},{at}" for at, month in enumerate(MONTHS)]
    write("uneven.csv", ["id,ds,y", *lines, *(line.replace("a", "b", 1) for line in lines[:9])])

    outcome = run("backtest", "uneven.csv", "--model", "naive", "--windows", 2)

    assert outcome.code == 0
    assert outcome.err.startswith("rnnts: warning: ")
    assert "of series 'b' by naive: " in outcome.err
    assert set(table_of(outcome.out)["unique_id"]) == {"a"}


def test_json_of_a_backtest(run, monthly):
    document = json.loads(run("backtest", monthly, *BACKTEST, "--json").out)

    assert len(document["predictions"]) == 18
    assert [row["step"] for row in document["by_step"]] == [1, 2, 3, 4, 5, 6]
    assert len(document["by_cutoff"]) == 3


def test_a_comparison_is_that_of_python(run, monthly, y):
    models = {name: FORECASTERS[name]() for name in ("theta", "seasonal_naive", "naive")}
    expected = compare(models, y, horizon=6, n_windows=6).table()

    shown = table_of(run("compare", monthly, *COMPARE).out)

    assert shown["model"].tolist() == expected.index.tolist()
    np.testing.assert_allclose(shown["mase"], expected["mase"], rtol=1e-12)
    np.testing.assert_allclose(shown["p_value"], expected["p_value"], rtol=1e-9)


def test_a_person_sees_ranks_and_what_they_are_worth(run, monthly, as_terminal):
    shown = run("compare", monthly, *COMPARE).out

    assert "sales: 6 row(s) ahead from 6 origin(s)" in shown
    assert "Diebold-Mariano" in shown
    assert "Friedman" in shown


def test_columns_known_in_the_future_are_used_in_a_comparison(run, write):
    price = [row * 7 % 5 for row in range(60)]
    for name, labels in [("one.csv", "a"), ("two.csv", "ab")]:
        lines = [
            f"{label},{month},{100 + 3 * cost + noise},{cost}"
            for label in labels
            for month, cost, noise in zip(MONTHS, price, NOISE, strict=True)
        ]
        write(name, ["id,ds,y,price", *lines])

    for name in ("one.csv", "two.csv"):
        shown = table_of(
            run("compare", name, "--models", "arma", "naive", "--exog", "price", "--windows", 2).out
        )

        assert shown["model"][0] == "arma"
        assert shown["mae"][0] < 0.1


def test_json_of_a_comparison(run, shops):
    document = json.loads(run("compare", shops, "--id", "shop", *COMPARE, "--json").out)

    assert document["n_series"] == 2
    assert len(document["table"]) == 3
    assert 0 <= document["friedman_p_value"] <= 1


@pytest.mark.parametrize("command", ["backtest", "compare"])
def test_a_picture_is_drawn(command, run, monthly, tmp_path):
    outcome = run(command, monthly, *{"backtest": BACKTEST, "compare": COMPARE}[command],
                  "--plot", "picture.png")  # fmt: skip

    assert outcome.code == 0
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_forecasts_are_kept_in_a_folder_from_which_the_same_command_goes_on(
    run, monthly, tmp_path, monkeypatch
):
    arguments = ["compare", monthly, *COMPARE, "--checkpoint", "kept"]
    first = run(*arguments)
    assert first.code == 0
    assert list((tmp_path / "kept").glob("*.npz"))

    def never(*_):
        raise AssertionError("forecast again")

    monkeypatch.setattr("rnnts.evaluation._kept.forecast_chain", never)

    assert run(*arguments) == first
    with pytest.raises(AssertionError, match="forecast again"):
        run("backtest", monthly, *BACKTEST, "--refit", "never", "--checkpoint", "other")


def test_the_models_compared_by_default_are_known():
    kinds = {name.partition(":")[0] for name in _compare.MODELS}

    assert kinds <= set(FORECASTERS)


@pytest.fixture
def quick_contestants(monkeypatch):
    """Two models that cost nothing, on one series."""
    monkeypatch.setattr(_bench, "_SERIES", ("nile",))

    def fit(y):
        model = SeasonalNaiveForecaster().fit(y)
        return lambda: model.predict(12)

    monkeypatch.setattr(_bench, "_contestants", lambda: {_bench._PEER: fit, "seasonal_naive": fit})


def test_times_are_measured_side_by_side(run, quick_contestants):
    shown = table_of(run("bench", "--rounds", 2).out)

    assert shown["model"].tolist() == [_bench._PEER, "seasonal_naive"]
    assert shown["times_faster"][0] == 1
    assert (shown[["fit_seconds", "predict_seconds"]] > 0).all(axis=None)


def test_a_person_sees_times_as_ratios(run, quick_contestants, as_terminal):
    shown = run("bench", "--rounds", 1).out

    lines = [line.split() for line in shown.splitlines() if "seasonal_naive" in line]
    assert "faster: how many times" in shown
    assert lines[0][0] == "seasonal_naive"
    assert lines[0][-1].endswith("x")
