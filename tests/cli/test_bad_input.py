"""Mistakes are one sentence on stderr, exit code 2, and leave nothing behind."""

import os
import sys

import numpy as np
import pandas as pd
import pytest

from tests.cli.conftest import MONTHS, SALES, rows


def dated(
    value_of=lambda at: SALES[at], day_of=lambda at: f"{MONTHS[at]:%Y-%m-%d}", keep=range(60)
):
    lines = rows("date,sales", lambda at: f"{day_of(at)},{value_of(at)}")
    return [lines[0], *(lines[at + 1] for at in keep)]


FILES = {
    "empty": ([""], "bad.csv is empty"),
    "only a header": (["date,sales"], "has a header but no rows"),
    "no header": (dated()[1:], "seems to have no header: its first row is 1990-01-01, 100"),
    "no numbers": (["name,colour", "a,b", "c,d"], "no column of numbers to forecast; it has name"),
    "several numbers": (
        rows("date,sold,price", lambda at: f"{MONTHS[at]},{SALES[at]},{at**2}"),
        "has 2 numeric columns (sold, price); say which one to forecast with --column",
    ),
    "text among numbers": (
        dated(lambda at: "n/d" if at == 30 else SALES[at]),
        "row 32 of bad.csv: 'n/d' in column 'sales' is not a finite number",
    ),
    "infinity": (dated(lambda at: "inf" if at == 30 else 1), "row 32 of bad.csv: 'inf'"),
    "no such day": (
        dated(day_of=lambda at: "1992-13-01" if at == 30 else MONTHS[at]),
        "row 32 of bad.csv: '1992-13-01' in column 'date' is not a date",
    ),
    "no time": (
        dated(day_of=lambda at: "" if at == 30 else MONTHS[at]),
        "row 32 of bad.csv has no time in column 'date'",
    ),
    "rows count blank lines": (
        ["", *dated(lambda at: "x" if at == 30 else SALES[at])],
        "row 33 of bad.csv: 'x'",
    ),
    "day or month first": (
        dated(day_of=lambda at: f"{MONTHS[at]:%m/%d/%Y}", keep=range(10)),
        "may begin with the day or with the month; pass --date-format",
    ),
    "missing month": (
        dated(keep=[at for at in range(60) if at != 20]),
        "has 1 time(s) missing, the first 1991-09-01 before row 22; pass --fill",
    ),
    "twice": (
        dated(day_of=lambda at: MONTHS[29 if at == 30 else at]),
        "has two rows for 1992-06-01 (rows 31 and 32); keep one",
    ),
    "mixed frequencies": (
        dated(day_of=lambda at: MONTHS[at] if at < 40 else f"1993-04-{at - 38:02d}"),
        "but row 42 (1993-04-02) is 1 day(s) after 1993-04-01; bring the rows to one frequency",
    ),
    "two rows": (dated(keep=range(2)), "too few to see the step between them; say it with --freq"),
    "unequal rows": (
        dated(lambda at: "1,2" if at == 30 else 1),
        "row 32 has 3 fields, separated by ',', where 2 were expected",
    ),
    "longer than the header": (dated(lambda at: "1,234"), "more fields than its header"),
    "not text": (["date,s\0les", "\0"], "is not a CSV file: there are null bytes"),
}


@pytest.mark.parametrize(("lines", "sentence"), FILES.values(), ids=FILES)
def test_a_file_that_is_not_what_is_needed(lines, sentence, run, write, tmp_path):
    write("bad.csv", lines)

    outcome = run("forecast", "bad.csv", "--output", "out.csv", "--plot", "out.png")

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("rnnts: ")
    assert outcome.err.count("\n") == 1
    assert sentence in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


ARGUMENTS = {
    "missing file": (["sale.csv"], "there is no file sale.csv (did you mean 'sales.csv'?)"),
    "folder": (["."], ". is a folder; name a file in it"),
    "wrong column": (["sales.csv", "--column", "sale"], "no column 'sale' (did you mean 'sales'?)"),
    "wrong time": (["sales.csv", "--time", "dat"], "no column 'dat' (did you mean 'date'?)"),
    "one column twice": (
        ["sales.csv", "--time", "sales", "--column", "sales"],
        "column 'sales' is named by --time and by --column",
    ),
    "horizon below one": (["sales.csv", "--horizon", "-3"], "needs an integer of at least 1"),
    "level as a share": (["sales.csv", "--level", ".95"], "did you mean 95?"),
    "unknown model": (["sales.csv", "--model", "thetta"], "did you mean 'theta'?"),
    "unknown cell": (["sales.csv", "--cell", "gruu"], "unknown cell 'gruu'"),
    "cell of another": (["sales.csv", "--model", "theta", "--cell", "gru"], "theta has no cell"),
    "unknown setting": (
        ["sales.csv", "--set", "hiden_size=3"],
        "rnn has no setting 'hiden_size' (did you mean 'hidden_size'?)",
    ),
    "no value": (["sales.csv", "--set", "hidden_size"], "--set needs NAME=VALUE"),
    "wrong value": (["sales.csv", "--set", "hidden_size=-1"], "hidden_size must be at least 1"),
    "unknown frequency": (["sales.csv", "--freq", "XX"], "--freq 'XX' is not a pandas frequency"),
    "other frequency": (["sales.csv", "--freq", "W-SUN"], "is not a step of --freq W-SUN"),
    "long separator": (["sales.csv", "--sep", ";;"], "--sep needs one sign"),
    "unknown encoding": (["sales.csv", "--encoding", "klingon"], "no encoding 'klingon'"),
    "other format of dates": (
        ["sales.csv", "--date-format", "%d.%m.%Y"],
        "is not a date like %d.%m.%Y (60 such rows)",
    ),
    "exogenous without future": (["sales.csv", "--exog", "price"], "named with --future"),
    "unknown output": (["sales.csv", "--output", "out.xls"], "writes .csv, .json, .parquet"),
    "picture as a table": (["sales.csv", "--plot", "out.csv"], "--plot writes .png, .svg, .pdf"),
    "no such folder": (["sales.csv", "--output", "no/out.csv"], "No such file or directory"),
    "the file read": (["sales.csv", "--output", "sales.csv"], "is the file that is read"),
    "unknown option": (["sales.csv", "--horizn", "3"], "unrecognized arguments: --horizn"),
    "no file": ([], "the following arguments are required: FILE"),
}


@pytest.mark.parametrize(("arguments", "sentence"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments_that_make_no_sense(arguments, sentence, run, monthly, tmp_path):
    before = (tmp_path / monthly).read_bytes()

    outcome = run("forecast", *arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("rnnts: ")
    assert outcome.err.count("\n") == 1
    assert sentence in outcome.err
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_an_output_that_is_a_folder(run, monthly, tmp_path):
    (tmp_path / "out.csv").mkdir()

    outcome = run("forecast", monthly, "--output", "out.csv")

    assert outcome.code == 2
    assert "--output out.csv is a folder" in outcome.err


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not stop root"
)
def test_a_folder_that_cannot_be_written_to(run, monthly, tmp_path):
    tmp_path.chmod(0o555)

    outcome = run("forecast", monthly, "--output", "out.csv")

    assert outcome.code == 2
    assert "choose another place" in outcome.err


def test_dates_that_are_not_text(run, write):
    write("latin.csv", ["Monat,Erlös", *dated()[1:]], "cp1252")

    outcome = run("forecast", "latin.csv")

    assert outcome.code == 2
    assert "is not text in utf-8: byte 0xf6" in outcome.err
    assert "--encoding cp1252" in outcome.err


def test_parquet_needs_pyarrow(run, tmp_path, monkeypatch):
    (tmp_path / "sales.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr("rnnts.cli.reading._files.is_installed", lambda name: False)

    outcome = run("forecast", "sales.parquet")

    assert outcome.code == 2
    assert "pip install 'rnnts[parquet]'" in outcome.err


def test_parquet_that_is_damaged(run, tmp_path):
    (tmp_path / "sales.parquet").write_bytes(b"PAR1" + bytes(100))

    outcome = run("forecast", "sales.parquet")

    assert outcome.code == 2
    assert "damaged Parquet file" in outcome.err


def test_a_picture_needs_matplotlib(run, monthly, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    outcome = run("forecast", monthly, "--plot", "fan.png")

    assert outcome.code == 2
    assert "pip install 'rnnts[plot]'" in outcome.err


def test_series_in_one_column_of_times_ask_for_an_id(run, shops):
    outcome = run("forecast", shops)

    assert outcome.code == 2
    assert "two rows for 1990-01-01 (rows 2 and 62)" in outcome.err
    assert "--id (it has shop)" in outcome.err


def test_a_series_without_future_rows(run, write):
    lines = [f"{shop},{month},{at},{at}" for shop in "ab" for at, month in enumerate(MONTHS)]
    write("shops.csv", ["id,ds,y,price", *lines])
    write("future.csv", ["id,ds,price", "a,1995-01-01,3"])

    common = ["forecast", "shops.csv", "--exog", "price", "--future", "future.csv", "--freq", "MS"]
    without, short = run(*common), run(*common, "--horizon", "2")

    assert (without.code, short.code) == (2, 2)
    assert "has no rows of series 'b'" in without.err


@pytest.mark.parametrize("command", ["backtest", "compare"])
def test_a_horizon_longer_than_the_rows_allow(command, run, write):
    write("short.csv", dated(keep=range(20)))

    outcome = run(command, "short.csv", "--horizon", "18")

    assert outcome.code == 2
    assert "short.csv has 20 rows, but forecasts of 18 rows from 1 origin(s) need" in outcome.err
    assert "a shorter --horizon" in outcome.err


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("backtest", ["--refit", "sometimes"], "needs every, never or a count"),
        ("compare", ["--jobs", "0"], "needs a count of processes"),
        ("backtest", ["--windows", "9", "--step", "12"], "need at least 112"),
        ("compare", ["--models", "theta"], "a comparison needs two models"),
        ("compare", ["--models", "theta", "rnn:gruu"], "unknown cell 'gruu'"),
        ("compare", ["--models", "theta", "snaive"], "unknown model 'snaive'"),
    ],
)
def test_origins_and_models_that_make_no_sense(command, arguments, sentence, run, monthly):
    outcome = run(command, monthly, *arguments)

    assert outcome.code == 2
    assert sentence in outcome.err


def test_nothing_that_could_be_fitted_is_a_failure(run, write):
    lines = [f"{label},{at},{np.nan}" for label in "ab" for at in range(5)]
    write("file.csv", ["id,t,y", *lines, "a,5,1", "b,5,1"])

    outcome = run("forecast", "file.csv", "--column", "y", "--model", "naive")

    assert outcome.code == 1
    assert "none of the 2 series could be fitted" in outcome.err


def test_a_frame_of_parquet_with_text_for_numbers(run, tmp_path):
    frame = pd.DataFrame({"ds": MONTHS, "y": ["1", "x"] * 30})
    frame.to_parquet(tmp_path / "sales.parquet")

    outcome = run("forecast", "sales.parquet", "--column", "y")

    assert outcome.code == 2
    assert "row 2 of sales.parquet: 'x'" in outcome.err
