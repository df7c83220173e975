import io
import json

import pandas as pd
import pytest

from rnnts import datasets


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_every_series_is_listed(arguments, run):
    shown = run("datasets", *arguments).out

    assert all(name in shown for name in datasets.names())


def test_a_person_gets_a_table(run, as_terminal):
    shown = run("datasets").out

    assert all(name in shown for name in datasets.names())
    assert "," not in shown.splitlines()[1]


@pytest.mark.parametrize("name", ["nile", "co2_weekly", "santafe_laser"])
def test_a_series_is_printed_as_it_is(name, run):
    y = datasets.load(name)

    shown = pd.read_csv(io.StringIO(run("datasets", name).out))

    assert shown.columns[1] == name
    pd.testing.assert_series_equal(shown[name], y.reset_index(drop=True))
    if y.index.name:
        assert (pd.to_datetime(shown["ds"]) == y.index).all()


def test_json_holds_the_rows(run):
    document = json.loads(run("datasets", "nile", "--json").out)

    assert document["rows"][0] == {"ds": "1871-01-01", "nile": 1120.0}


def test_an_unknown_name_is_one_sentence(run):
    outcome = run("datasets", "niel")

    assert outcome.code == 2
    assert "did you mean 'nile'?" in outcome.err
