"""Every series of the catalogue loads as catalogued, from an untouched file."""

import hashlib
import re

import numpy as np
import pandas as pd
import pytest

from rnnts import datasets
from rnnts.panel import season_length

SPANS = {
    "air_passengers": ("MS", "1949-01-01", "1960-12-01", 144, 112.0, 432.0),
    "co2_monthly": ("MS", "1958-03-01", "2001-12-01", 526, 316.1, 371.02),
    "co2_weekly": ("W-SAT", "1958-03-29", "2001-12-29", 2284, 316.1, 371.5),
    "elec_equip": ("MS", "1995-01-01", "2016-05-01", 257, 66.19, 97.86),
    "elnino_sst": ("MS", "1950-01-01", "2010-12-01", 732, 23.11, 22.07),
    "lynx": ("YS", "1821-01-01", "1934-01-01", 114, 269.0, 3396.0),
    "mackey_glass": (None, 0, 4999, 5000, 0.90029086, 0.60591359),
    "nile": ("YS", "1871-01-01", "1970-01-01", 100, 1120.0, 740.0),
    "santafe_laser": (None, 0, 10092, 10093, 86.0, 100.0),
    "sunspots": ("YS", "1700-01-01", "2008-01-01", 309, 5.0, 2.9),
    **{
        f"us_macro_{unique_id}": ("QS", "1959-01-01", "2009-07-01", 203, first, last)
        for unique_id, first, last in [
            ("cpi", 28.98, 216.385),
            ("infl", 0.0, 3.56),
            ("m1", 139.7, 1673.9),
            ("pop", 177.146, 308.013),
            ("realcons", 1707.4, 9256.0),
            ("realdpi", 1886.9, 10040.6),
            ("realgdp", 2710.349, 12990.341),
            ("realgovt", 470.045, 1044.088),
            ("realint", 0.0, -3.44),
            ("realinv", 286.898, 1486.398),
            ("tbilrate", 2.82, 0.12),
            ("unemp", 5.8, 9.6),
        ]
    },
}


def test_names_are_those_of_the_catalogue_in_order():
    assert datasets.names() == sorted(SPANS)


@pytest.mark.parametrize("name", SPANS)
def test_series_spans_what_it_should(name):
    freq, first, last, n_observations, first_value, last_value = SPANS[name]

    y = datasets.load(name)

    assert (y.name, y.dtype, len(y)) == (name, np.float64, n_observations)
    assert (y.iloc[0], y.iloc[-1]) == (first_value, last_value)
    if freq is None:
        assert y.index.equals(pd.RangeIndex(n_observations))
    else:
        assert y.index.freq == pd.tseries.frequencies.to_offset(freq)
        assert (y.index[0], y.index[-1]) == (pd.Timestamp(first), pd.Timestamp(last))


@pytest.mark.parametrize("name", SPANS)
def test_description_agrees_with_the_series(name):
    y = datasets.load(name)

    row = datasets.describe(name)

    freq = None if row["frequency"] is None else pd.tseries.frequencies.to_offset(row["frequency"])
    assert row["n_observations"] == len(y)
    assert getattr(y.index, "freq", None) == freq
    assert row["season_length"] == season_length(freq)
    assert 0 < row["horizon"] < len(y) / 2
    assert all(row[["title", "unit", "source", "licence"]])


@pytest.mark.parametrize("name", SPANS)
def test_file_is_the_one_that_was_catalogued(name):
    entry = datasets._entry(name)

    content = (datasets._folder() / entry.file).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry.sha256


def test_only_the_weekly_carbon_dioxide_has_missing_weeks():
    missing = {name: int(datasets.load(name).isna().sum()) for name in SPANS}

    assert {name: count for name, count in missing.items() if count} == {"co2_weekly": 59}


def test_description_is_one_row_a_data_set():
    table = datasets.describe()

    assert table.index.tolist() == datasets.names()
    assert table.columns.tolist() == [
        "title",
        "n_observations",
        "frequency",
        "season_length",
        "horizon",
        "unit",
        "source",
        "licence",
    ]
    assert table.dtypes[["n_observations", "season_length", "horizon"]].eq("int64").all()
    assert table.loc["mackey_glass", "frequency"] is None


def test_every_file_is_in_the_provenance_table():
    readme = (datasets._folder() / "README.md").read_text(encoding="utf-8")

    kept = {path.name for path in datasets._folder().iterdir() if path.name.endswith(".csv")}

    assert kept == {datasets._entry(name).file for name in SPANS}
    assert set(re.findall(r"`(\w+\.csv)`", readme)) == kept


def test_series_is_fresh_at_every_call():
    y = datasets.load("nile")

    y.iloc[0] = -1.0

    assert datasets.load("nile").iloc[0] == 1120.0


@pytest.mark.parametrize("function", [datasets.load, datasets.describe])
def test_misspelt_name_is_answered_with_the_nearest(function):
    sentence = (
        r"^unknown data set 'air_pasengers'; choose from air_passengers, co2_monthly, .* "
        r"\(did you mean 'air_passengers'\?\)$"
    )

    with pytest.raises(ValueError, match=sentence):
        function("air_pasengers")
