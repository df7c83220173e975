import io
import json

import numpy as np
import pandas as pd
import pytest

from rnnts import PanelForecaster, RNNForecaster, ThetaForecaster, datasets
from tests.cli.conftest import MONTHS, NOISE, SALES


@pytest.fixture
def y():
    return pd.Series(SALES, MONTHS, name="sales", dtype=float)


def table_of(text):
    return pd.read_csv(io.StringIO(text))


def test_a_pipe_gets_what_python_would(run, monthly, y):
    expected = ThetaForecaster().fit(y).predict_interval(3, level=(80, 95))

    outcome = run("forecast", monthly, "--horizon", 3, "--model", "theta")

    shown = table_of(outcome.out)
    assert (outcome.code, outcome.err) == (0, "")
    assert shown["date"].tolist() == ["1995-01-01", "1995-02-01", "1995-03-01"]
    np.testing.assert_allclose(shown.drop(columns="date"), expected, rtol=1e-12)


def test_the_default_is_the_network_with_its_seed(run, monthly, y):
    model = RNNForecaster(random_state=3, season_length=6, hidden_size=2).fit(y)

    shown = run(
        *("forecast", monthly, "--level", 90, "--seed", 3),
        *("--season-length", 6, "--set", "hidden_size=2"),
    ).out

    np.testing.assert_allclose(
        table_of(shown)[["mean", "lo-90", "hi-90"]],
        model.predict_interval(12, level=90),
        rtol=1e-12,
    )


@pytest.mark.parametrize("names", [["rnn:linear"], ["rnn", "--cell", "linear"]])
def test_a_cell_may_be_named_in_two_ways(names, run, monthly, y):
    expected = RNNForecaster(cell="linear").fit(y).predict(12)

    shown = table_of(run("forecast", monthly, "--model", *names).out)

    np.testing.assert_allclose(shown["mean"], expected, rtol=1e-12)


def test_settings_are_written_as_in_python(run, monthly):
    shown = table_of(
        run("forecast", monthly, "--model", "arma", "--set", "order=0,1,0", "--set", "trend=t").out
    )

    drift = (SALES[-1] - SALES[0]) / (len(SALES) - 1)
    np.testing.assert_allclose(shown["mean"].diff().dropna(), drift, rtol=1e-4)


def test_a_panel_is_forecast_series_by_series(run, shops):
    panel = pd.read_csv(shops, parse_dates=["date"])
    model = PanelForecaster(
        ThetaForecaster(), id_col="shop", time_col="date", target_col="sales"
    ).fit(panel)

    shown = table_of(run("forecast", shops, "--id", "shop", "--model", "theta").out)

    expected = model.predict_interval(12)
    assert shown["shop"].tolist() == expected["shop"].tolist()
    np.testing.assert_allclose(shown.iloc[:, 2:], expected.iloc[:, 2:], rtol=1e-12)


def test_a_person_gets_a_table_and_a_verdict(run, monthly, as_terminal):
    shown = run("forecast", monthly, "--horizon", 3).out

    assert "sales: 3 row(s) ahead by rnn" in shown
    assert "1995-03-01" in shown
    assert "95 % interval" in shown
    assert "the seasonal naive forecast" in shown


def test_many_rows_are_cut_for_a_person(run, shops, as_terminal):
    shown = run("forecast", shops, "--id", "shop", "--model", "naive", "--horizon", 30).out

    assert "2 series: 30 row(s) ahead by naive" in shown
    assert "24 more rows; --output FILE writes them all" in shown


def test_json_for_machines(run, monthly):
    shown = run("forecast", monthly, "--horizon", 2, "--model", "naive", "--json").out

    document = json.loads(shown)
    assert (document["model"], document["horizon"]) == ("naive", 2)
    assert document["forecasts"][0]["date"] == "1995-01-01"
    assert document["forecasts"][0]["mean"] == SALES[-1]


@pytest.mark.parametrize("suffix", ["csv", "json", "parquet"])
def test_files_hold_what_a_pipe_gets(suffix, run, monthly, tmp_path):
    common = ["forecast", monthly, "--horizon", 2, "--model", "naive"]
    piped = table_of(run(*common).out)

    outcome = run(*common, "--output", f"out.{suffix}")

    path = tmp_path / f"out.{suffix}"
    if suffix == "json":
        written = pd.DataFrame(json.loads(path.read_text())["forecasts"])
    else:
        written = {"csv": pd.read_csv, "parquet": pd.read_parquet}[suffix](path)
    assert (outcome.out, outcome.err) == ("", f"rnnts: wrote out.{suffix}\n")
    np.testing.assert_allclose(written["mean"], piped["mean"])
    assert pd.to_datetime(written["date"]).tolist() == pd.to_datetime(piped["date"]).tolist()


def test_forecasts_of_months_are_months(run, write):
    write("file.csv", ["month,sales", *(f"{month:%Y-%m},{month.month}" for month in MONTHS)])

    shown = run("forecast", "file.csv", "--horizon", 2, "--model", "naive").out

    assert table_of(shown)["month"].tolist() == ["1995-01", "1995-02"]


def test_series_go_through_a_pipe(run, monkeypatch):
    series = run("datasets", "nile").out
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(series.encode())))

    shown = table_of(run("forecast", "-", "--horizon", 5, "--model", "naive").out)

    assert shown["ds"].tolist() == [f"{year}-01-01" for year in range(1971, 1976)]
    assert set(shown["mean"]) == {datasets.load("nile").iloc[-1]}


@pytest.mark.parametrize("is_panel", [False, True])
def test_columns_known_in_the_future_help(is_panel, run, write):
    times = pd.date_range("1990-01-01", periods=72, freq="MS")
    price = np.arange(72) * 7 % 5
    labels = ["a", "b"] if is_panel else ["a"]
    history = [
        f"{label},{time},{100 + 3 * cost + noise},{cost}"
        for label in labels
        for time, cost, noise in zip(times[:60], price, NOISE, strict=False)
    ]
    future = [
        f"{label},{time},{cost}"
        for label in labels
        for time, cost in zip(times, price, strict=True)
    ]
    write("history.csv", ["id,ds,y,price", *history])
    write("future.csv", ["id,ds,price", *future])

    outcome = run(
        *("forecast", "history.csv", "--exog", "price", "--future", "future.csv"),
        *("--model", "arma", "--set", "order=0,0,0"),
    )

    shown = table_of(outcome.out)
    np.testing.assert_allclose(shown["mean"], np.tile(100 + 3 * price[60:], len(labels)), rtol=1e-3)


def test_a_future_that_is_too_short(run, write):
    write("history.csv", ["y,price", *(f"{row},{row}" for row in range(30))])
    write("future.csv", ["price", "30", "31"])

    outcome = run(
        *("forecast", "history.csv", "--column", "y", "--horizon", 3),
        *("--exog", "price", "--future", "future.csv"),
    )

    assert outcome.code == 2
    assert "has 2 row(s) after 30, but 3 are needed" in outcome.err


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_picture_is_drawn(suffix, run, monthly, tmp_path):
    first_bytes = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]

    outcome = run("forecast", monthly, "--model", "theta", "--plot", f"fan.{suffix}")

    assert outcome.code == 0
    assert (tmp_path / f"fan.{suffix}").read_bytes().startswith(first_bytes)


def test_a_picture_of_several_series(run, shops, tmp_path):

    run("forecast", shops, "--id", "shop", "--model", "theta", "--plot", "fans.svg")

    drawn = (tmp_path / "fans.svg").read_text()
    assert "<!-- north -->" in drawn
    assert "<!-- south -->" in drawn


def test_a_picture_that_fails_leaves_nothing(run, monthly, tmp_path, monkeypatch):

    def fail(*_, **__):
        raise OSError("No space left on device")

    monkeypatch.setattr("matplotlib.figure.Figure.savefig", fail)

    outcome = run("forecast", monthly, "--model", "naive", "--plot", "fan.png")

    assert outcome.code == 2
    assert [path.name for path in tmp_path.iterdir()] == [monthly]
