"""Files as people have them, and the command as they run it."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from rnnts.cli import main

MONTHS = pd.date_range("1990-01-01", periods=60, freq="MS")
# Without it a likelihood rises for ever.
NOISE = np.random.default_rng(0).normal(0, 0.02, 60)
SALES = [100 + row + 10 * (row % 12) for row in range(60)]


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command in an empty folder; its exit code and what it said."""
    monkeypatch.chdir(tmp_path)

    def run_once(*arguments):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stopped:
            code = stopped.code
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run_once


@pytest.fixture
def as_terminal(monkeypatch):
    """Let the command believe that a person reads what it prints."""
    monkeypatch.setattr("rnnts.cli._output.is_terminal", lambda: True)


@pytest.fixture
def write(tmp_path):
    """Write a file of these lines, and give its name."""

    def write_lines(name, lines, encoding="utf-8"):
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding=encoding)
        return name

    return write_lines


@pytest.fixture
def monthly(write):
    return write("sales.csv", rows("date,sales", lambda at: f"{MONTHS[at]:%Y-%m-%d},{SALES[at]}"))


@pytest.fixture
def shops(write):
    lines = [
        f"{shop},{month:%Y-%m-%d},{factor * value}"
        for shop, factor in [("north", 1), ("south", 3)]
        for month, value in zip(MONTHS, SALES, strict=True)
    ]
    return write("shops.csv", ["shop,date,sales", *lines])


def rows(header, row_of, n_rows=60):
    """A header and the line that `row_of` makes for each row."""
    return [header, *(row_of(at) for at in range(n_rows))]
