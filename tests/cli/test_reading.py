"""What a file may look like: columns, separators, dates, holes."""

import gzip
import io
import sys
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from rnnts import datasets
from rnnts.cli.reading import CsvForm, Reading, Wanted, read_data
from tests.cli.conftest import MONTHS, SALES, rows


def series_of(path, **said):
    """The one series of a file."""
    ((_, frame),) = read_data(str(path), Reading(**said)).frames.items()
    return frame.iloc[:, 0]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_shipped_file_needs_no_options(tmp_path):
    y = datasets.load("air_passengers")
    y.reset_index().assign(unique_id="air").to_csv("air.csv", index=False)

    read = series_of("air.csv")

    pd.testing.assert_series_equal(read, y, check_names=False)


def test_times_and_values_come_back_as_written(monthly):
    read = series_of(monthly)

    assert read.index.equals(MONTHS)
    assert read.tolist() == SALES


@pytest.mark.parametrize(
    ("header", "row_of", "said"),
    [
        ("date;sales", lambda at: f"{MONTHS[at]:%d.%m.%Y};{SALES[at]},0", {}),
        ("date\tsales", lambda at: f"{MONTHS[at]:%Y-%m-%d}\t{SALES[at]}", {}),
        ("date, sales", lambda at: f"{MONTHS[at]:%Y-%m-%d}, {SALES[at]}", {}),
        ("date,sales", lambda at: f"{MONTHS[at]:%m/%d/%Y},{SALES[at]}", {}),
        ("date,sales", lambda at: f"{MONTHS[at]:%d/%m/%Y},{SALES[at]}", {}),
        ("date,sales", lambda at: f"{MONTHS[at]:%b %Y},{SALES[at]}", {}),
        ("date,sales", lambda at: f"{MONTHS[at]:%Y%m%d},{SALES[at]}", {}),
        ("date,sales,", lambda at: f"{MONTHS[at]:%Y-%m-%d},{SALES[at]},", {}),
        (",date,sales", lambda at: f"{at},{MONTHS[at]:%Y-%m-%d},{SALES[at]}", {}),
        ("sales,note,date", lambda at: f"{SALES[at]},x,{MONTHS[at]:%Y-%m-%d}", {}),
        (
            "date;sales",
            lambda at: f"{MONTHS[at]:%Y-%m-%d};1.{SALES[at]:03d},0",
            {"form": CsvForm(decimal=",", thousands=".")},
        ),
        (
            "date,sales",
            lambda at: f"{MONTHS[at]:%Y %j},{SALES[at]}",
            {"date_format": "%Y %j"},
        ),
    ],
    ids=[
        *("semicolons and decimal commas", "tabs", "spaces", "month first", "day first"),
        *("month names", "digits", "empty column", "row numbers", "other order"),
        *("thousands", "own format"),
    ],
)
def test_the_way_a_file_is_written_is_found_out(header, row_of, said, write):
    write("file.csv", rows(header, row_of))

    read = series_of("file.csv", **said)

    offset = 1000 if "form" in said else 0
    assert read.index.equals(MONTHS)
    assert (read - offset).tolist() == SALES


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings(encoding, write):
    write("file.csv", rows("date,Erlös", lambda at: f"{MONTHS[at]},{SALES[at]}"), encoding)

    assert series_of("file.csv", form=CsvForm(encoding=encoding)).name == "Erlös"


@pytest.mark.parametrize(
    ("label", "first", "freq"),
    [
        (lambda at: f"{1990 + at // 12}-{at % 12 + 1:02d}", "1990-01", "M"),
        (lambda at: f"{1990 + at // 4}Q{at % 4 + 1}", "1990Q1", "Q-DEC"),
        (lambda at: f"{1990 + at // 4}-Q{at % 4 + 1}", "1990Q1", "Q-DEC"),
        (lambda at: f"{1990 + at / 12:.8g}", "1990-01", "M"),
        (lambda at: f"{1990 + at / 4:.8g}", "1990Q1", "Q-DEC"),
    ],
    ids=["months", "quarters", "quarters with a dash", "twelfths", "fourths"],
)
def test_months_and_quarters_are_periods(label, first, freq, write):
    write("file.csv", rows("time,sales", lambda at: f"{label(at)},{SALES[at]}"))

    index = series_of("file.csv").index

    assert (str(index[0]), index.freqstr, len(index)) == (first, freq, 60)


def test_years_count(write):
    write("file.csv", rows("Year,sales", lambda at: f"{1900 + at},{SALES[at]}"))

    assert series_of("file.csv").index.tolist() == list(range(1900, 1960))


def test_rows_without_times_are_steps(write):
    write("file.csv", ["sales", *map(str, SALES)])

    read = series_of("file.csv")

    assert read.index.tolist() == list(range(1, 61))
    assert read.tolist() == SALES


def test_a_file_without_header(write):
    write("file.csv", [f"{month:%Y-%m-%d},{value}" for month, value in zip(MONTHS, SALES)])  # noqa: B905

    assert series_of("file.csv", form=CsvForm(has_header=False)).index.equals(MONTHS)


def test_rows_may_come_in_any_order(write):
    write("file.csv", rows("date,sales", lambda at: f"{MONTHS[59 - at]},{SALES[59 - at]}"))

    assert series_of("file.csv").tolist() == SALES


def test_summer_time_does_not_disturb_hours(write):
    hours = pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Paris")
    write("file.csv", rows("time,load", lambda at: f"{hours[at].isoformat()},{at}"))

    index = series_of("file.csv").index

    assert index.freqstr == "h"
    assert (index == hours).all()


def test_numbers_are_read_to_the_last_bit(write):
    values = np.random.default_rng(0).normal(size=60).tolist()
    write("file.csv", ["y", *map(repr, values)])

    assert series_of("file.csv").tolist() == values


@pytest.mark.parametrize("word", ["", "NA", "n/a", "-", "NULL"])
def test_missing_values_have_many_names(word, write):
    write("file.csv", rows("date,y", lambda at: f"{MONTHS[at]},{word if at == 7 else at}"))

    read = series_of("file.csv")

    assert np.flatnonzero(read.isna()).tolist() == [7]


@pytest.mark.parametrize(
    ("fill", "expected"), [("interpolate", 7.0), ("last", 6.0), ("zero", 0.0), ("missing", np.nan)]
)
@pytest.mark.parametrize("is_row_there", [True, False])
def test_what_stands_where_something_is_missing(fill, expected, is_row_there, write):
    lines = rows("date,y", lambda at: f"{MONTHS[at]},{'' if at == 7 else at}")
    write("file.csv", lines if is_row_there else lines[:8] + lines[9:])

    read = series_of("file.csv", fill=fill)

    assert read.index.equals(MONTHS)
    np.testing.assert_equal(read.iloc[7], expected)


def test_holidays_are_holes_among_working_days(write):
    days = pd.bdate_range("2024-01-01", periods=60).drop("2024-02-19")
    write("file.csv", ["date,close", *(f"{day},{at}" for at, day in enumerate(days))])

    read = series_of("file.csv", fill="last")

    assert read.index.freqstr == "B"
    assert read["2024-02-19"] == read["2024-02-16"]


def test_series_of_a_panel_are_told_apart(shops):
    data = read_data(shops, Reading(wanted=Wanted(id="shop")))

    assert list(data.frames) == ["north", "south"]
    assert data.targets["south"].tolist() == [3 * value for value in SALES]
    assert data.long.shape == (120, 3)


def test_an_id_is_recognised_by_its_name(write):
    lines = [f"{label},{month},{1}" for label in "ab" for month in MONTHS]
    write("file.csv", ["unique_id,ds,y", *lines])

    assert list(read_data("file.csv", Reading()).frames) == ["a", "b"]


def test_thousands_of_columns(write):
    names = ",".join(f"c{place}" for place in range(3000))
    write("file.csv", rows(f"date,{names}", lambda at: f"{MONTHS[at]}" + f",{at}" * 3000))

    assert series_of("file.csv", wanted=Wanted(target="c2999")).tolist() == list(range(60))


@pytest.mark.parametrize("keeps_index", [True, False])
def test_parquet(keeps_index):
    y = pd.Series(SALES, MONTHS, name="sales", dtype=float).rename_axis("when")
    frame = y.to_frame() if keeps_index else y.reset_index()
    frame.to_parquet("file.parquet")

    pd.testing.assert_series_equal(series_of("file.parquet"), y, check_freq=False)


def test_standard_input_and_compressed_files(monthly, tmp_path, monkeypatch):
    content = (tmp_path / monthly).read_bytes()
    (tmp_path / "sales.csv.gz").write_bytes(gzip.compress(content))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    assert series_of("-").tolist() == SALES
    assert series_of("sales.csv.gz").tolist() == SALES
