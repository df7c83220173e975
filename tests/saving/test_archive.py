"""Files of arrays and words."""

import io
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from rnnts.losses import Huber
from rnnts.panel import time_axis
from rnnts.saving import axis_from, axis_words, from_words, read_archive, words_of, write_archive
from rnnts.solvers import Adam
from rnnts.transforms import BoxCox


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file.npz"
    write_archive(path, "list", {"words": ["a"]}, {"x": np.arange(3.0)})
    return path


def test_a_file_gives_back_what_went_in(path):
    header, arrays = read_archive(path, "list")
    assert header["words"] == ["a"]
    np.testing.assert_array_equal(arrays["x"], [0.0, 1.0, 2.0])
    assert [each.name for each in path.parent.iterdir()] == ["file.npz"]


def test_something_else_and_a_later_format_are_refused(path):
    with pytest.raises(ValueError, match="holds a list, but a panel was asked for"):
        read_archive(path, "panel")
    text = json.dumps({"rnnts": 99, "kind": "list"})
    np.savez(path, header=np.frombuffer(text.encode(), np.uint8))
    with pytest.raises(ValueError, match=r"later version of rnnts \(format 99.*update rnnts"):
        read_archive(path, "list")


def test_nothing_in_a_file_is_executed(path):
    class Harmful:
        def __reduce__(self):
            return (pytest.fail, ("executed",))

    content = io.BytesIO()
    np.lib.format.write_array(content, np.array([Harmful()], object), allow_pickle=True)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("y.npy", content.getvalue())
    with pytest.raises(ValueError, match="is no file of rnnts, or it is damaged"):
        read_archive(path, "list")


def test_what_cannot_be_written_leaves_the_file_of_before(path):
    before = path.read_bytes()
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        write_archive(path, "list", {}, {"x": np.array([object()])})
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["file.npz"]


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 0.1, float("inf"), "auto", (1, (2, "x")), [1], Adam(max_iter=7), Huber(2.0),
     BoxCox("likelihood")],
)  # fmt: skip
def test_settings_survive_as_words(value):
    assert from_words(json.loads(json.dumps(words_of(value, "name")))) == value


def test_other_objects_are_refused():
    with pytest.raises(TypeError, match=r"partner=.* cannot be written to a file; give a number"):
        words_of(object(), "partner")


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024-01-31", periods=4, freq="ME", name="ds"),
        pd.date_range("2024-03-30", periods=4, freq="D", tz="Europe/Zurich"),
        pd.date_range("2024", periods=4, freq="15min", unit="s"),
        pd.date_range("2024", periods=4, freq="W-WED"),
        pd.period_range("2024-01", periods=4, freq="Q-NOV"),
        pd.RangeIndex(10, 18, 2),
    ],
    ids=lambda index: str(index.freq) if hasattr(index, "freq") else "integers",
)
def test_time_axes_survive_as_words(index):
    axis = time_axis(index)
    again = axis_from(json.loads(json.dumps(axis_words(axis))))
    assert again == axis
    assert again.labels(0, 6).equals(axis.labels(0, 6))


def test_a_frequency_without_a_name_is_refused():
    holiday = pd.offsets.CustomBusinessDay(holidays=["2024-01-03"])
    axis = time_axis(pd.date_range("2024-01-01", periods=5, freq=holiday))
    with pytest.raises(TypeError, match="cannot be written to a file; give the rows a plain"):
        axis_words(axis)
