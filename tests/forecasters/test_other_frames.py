"""Series and frames of polars and pyarrow, in and out."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from rnnts import NaiveForecaster, RNNForecaster, ThetaForecaster

VALUES = 100 + np.random.default_rng(0).standard_normal(48).cumsum()
TIMES = pd.date_range("2020-01-01", periods=60, freq="MS")
WAVE = np.sin(np.arange(60.0))


def linear():
    return RNNForecaster("linear", 1)


def test_a_polars_series_comes_back_as_one():
    model, expected = linear().fit(pl.Series("sales", VALUES)), linear().fit(VALUES)

    forecast = model.predict(3)

    assert isinstance(forecast, pl.Series)
    assert forecast.name == "sales"
    np.testing.assert_array_equal(forecast, expected.predict(3))
    assert isinstance(model.fittedvalues_, pl.Series)


def test_an_arrow_array_comes_back_as_one():
    chunked = pa.chunked_array([VALUES[:20], VALUES[20:]])

    forecast = linear().fit(chunked).predict(3)

    assert isinstance(forecast, pa.ChunkedArray)
    np.testing.assert_array_equal(forecast, linear().fit(VALUES).predict(3))


@pytest.mark.parametrize("make", [pl.DataFrame, pa.table], ids=["polars", "pyarrow"])
def test_frames_of_several_series_come_back_as_such(make):
    columns = {"up": VALUES, "down": 300 - VALUES}
    model = ThetaForecaster().fit(make(columns))
    expected = ThetaForecaster().fit(pd.DataFrame(columns))

    forecast, interval = model.predict(3), model.predict_interval(3, level=80)

    assert type(forecast) is type(interval) is type(make(columns))
    assert list(forecast.to_pandas() if make is pa.table else forecast.columns) == ["up", "down"]
    np.testing.assert_array_equal(forecast, expected.predict(3))
    assert pl.DataFrame(interval).columns == [
        *("up-mean", "up-lo-80", "up-hi-80"),
        *("down-mean", "down-lo-80", "down-hi-80"),
    ]
    np.testing.assert_array_equal(interval, expected.predict_interval(3, level=80))


def test_intervals_quantiles_and_paths_are_frames_of_the_same_library():
    model, expected = linear().fit(pl.Series(VALUES)), linear().fit(VALUES)

    interval, quantiles = (
        model.predict_interval(3, level=80),
        model.predict_quantiles(3, (0.1, 0.9)),
    )
    paths = model.sample_paths(3, n_paths=2)

    assert interval.columns == ["mean", "lo-80", "hi-80"]
    assert quantiles.columns == ["0.1", "0.9"]
    assert paths.columns == ["0", "1"]
    np.testing.assert_array_equal(interval, expected.predict_interval(3, level=80))
    np.testing.assert_array_equal(quantiles, expected.predict_quantiles(3, (0.1, 0.9)))


def test_new_rows_may_be_of_any_library():
    expected = linear().fit(VALUES[:40]).update(VALUES[40:]).predict(2)

    for new in (pl.Series(VALUES[40:]), pa.chunked_array([VALUES[40:]]), VALUES[40:]):
        updated = linear().fit(pl.Series(VALUES[:40])).update(new)
        np.testing.assert_array_equal(updated.predict(2), expected)


@pytest.mark.parametrize(
    "make",
    [
        lambda values: pl.DataFrame({"wave": values}),
        lambda values: pl.Series("wave", values),
        lambda values: pa.table({"wave": values}),
        lambda values: pa.chunked_array([values]),
    ],
    ids=["polars frame", "polars series", "arrow table", "arrow array"],
)
def test_exogenous_columns_may_be_of_any_library(make):
    expected = linear().fit(WAVE[:48, None], VALUES).predict(WAVE[48:, None])

    forecast = linear().fit(make(WAVE[:48]), pl.Series(VALUES)).predict(make(WAVE[48:]))

    np.testing.assert_array_equal(forecast, expected)


@pytest.mark.parametrize("zone", [None, "Europe/Paris"])
def test_a_column_of_times_in_front_labels_the_rows(zone):
    times = pl.Series("ds", TIMES.to_numpy()).dt.replace_time_zone(zone)
    model = NaiveForecaster().fit(times[:48], pl.Series("y", VALUES))

    assert model.season_length_ == 12
    assert model.future_index(1)[0] == pd.Timestamp("2024-01-01", tz=zone)
    assert model.predict(times[48:50]).to_list() == [VALUES[-1]] * 2
    assert model.predict(times[1:3]).to_list() == VALUES[:2].tolist()


def test_missing_and_whole_numbers_are_read():
    of_polars = NaiveForecaster().fit(pl.Series([1, None, 3, 4, None]))
    of_arrow = NaiveForecaster().fit(pa.chunked_array([[1, None, 3], [4, None]]))

    assert of_polars.predict(2).to_list() == of_arrow.predict(2).to_pylist() == [4.0, 4.0]


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (pl.Series(["a", "b", "c"]), "y has dtype String: the target must be numeric; cast"),
        (
            pl.DataFrame({"ds": TIMES.to_numpy(), "y": WAVE}),
            r"y\['ds'\].*fit\(frame\['ds'\], frame",
        ),
        (pl.DataFrame({"y": [1.0, 2.0, float("inf")]}), "infinity, first at row 2"),
        (pl.DataFrame(), "y has no columns"),
    ],
    ids=["text", "times", "infinity", "nothing"],
)
def test_what_is_no_series_of_numbers_is_refused(y, said):
    with pytest.raises(ValueError, match=said):
        NaiveForecaster().fit(y)


def test_rows_that_are_not_there_yet_are_asked_for():
    with pytest.raises(TypeError, match="LazyFrame.*collect"):
        NaiveForecaster().fit(pl.DataFrame({"y": WAVE}).lazy())
