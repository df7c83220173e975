"""Bad input is stopped at the door: what was needed, what came, what to do.

The door is one for all forecasters, so the cheapest of them stands in it.
"""

import decimal

import numpy as np
import pandas as pd
import pytest

from rnnts.exceptions import TargetLeakError, TimeIndexError
from rnnts.forecasters import NaiveForecaster, RNNForecaster

DAYS = pd.date_range("2024-01-01", periods=20, freq="D")
VALUES = np.sin(np.arange(20.0))


def series(values=VALUES, index=DAYS):
    return pd.Series(values, index=index)


def with_hole(values, hole):
    holed = np.array(values, dtype=float)
    holed[7] = hole
    return holed


BAD_TARGETS = {
    "text": (["a"] * 20, "y has dtype <U1: the target must be numeric"),
    "numbers as text": (["1"] * 20, "y has dtype <U1: the target must be numeric"),
    "a column of text": (series(["a"] * 20), r"dtype (str|object).*pd.to_numeric\(y"),
    "categories": (series(["a"] * 20).astype("category"), "y has dtype category: the target must"),
    "stamps": (series(DAYS), "y has dtype datetime64.*: the target must be numeric"),
    "an array of stamps": (DAYS.to_numpy(), "y has dtype datetime64.*: the target must be numeric"),
    "durations": (series(DAYS - DAYS[0]), "y has dtype timedelta64.*: the target must be numeric"),
    "complex": (VALUES * 1j, "Complex data not supported: y must hold real numbers"),
    "a complex series": (series(VALUES * 1j), "Complex data not supported: y must hold real"),
    "text among numbers": (
        series([1.0] * 19 + ["x"]),
        r"y has dtype object and 1 non-numeric value\(s\), the first 'x' at 2024-01-20",
    ),
    "a text column": (
        pd.DataFrame({"a": VALUES, "b": ["x"] * 20}),
        r"y\['b'\] has dtype .*: the target must be numeric|y\['b'\] has dtype object",
    ),
    "a dictionary": ({"a": 1}, "y has dtype object: the target must be numeric"),
    "infinity": (with_hole(VALUES, -np.inf), "Input y contains infinity, first at row 7"),
    "infinity in a series": (series(with_hole(VALUES, np.inf)), "infinity, first at 2024-01-08"),
    "too large to square": (
        1e300 * VALUES,
        r"y has values up to 1e\+300, whose squares leave the .* divide y by a constant",
    ),
    "three axes": (np.zeros((5, 2, 2)), r"must be 1-D, or 2-D .* got 3 dimension\(s\)"),
    "no axis": (np.array(3.0), r"must be 1-D, or 2-D .* got 0 dimension\(s\) of shape \(\)"),
    "ragged": ([[1.0, 2.0], [3.0]] * 10, "y has rows of different lengths"),
    "no columns": (np.empty((5, 0)), "y has no columns"),
    "empty list": ([], r"Found array with 0 sample\(s\) while a minimum of 2 is required: Naive"),
    "empty series": (series()[:0], r"Found array with 0 sample\(s\) while a minimum of 2"),
    "empty frame": (series().to_frame()[:0], r"Found array with 0 sample\(s\)"),
    "one row": ([1.0], r"1 sample\(s\).*NaiveForecaster\(\) cannot be fitted on so short a series"),
    "nothing": (None, r"fit needs the series: fit\(series\), or fit\(X, y\)"),
    "a number": (3, "fit needs a series, got 3"),
    "a fraction": (3.5, "fit needs a series, got 3.5"),
    "a word": ("air_passengers", "fit needs a series, got 'air_passengers'"),
    "labels only": (DAYS, r"fit got labels but no series \(y is None\).*fit\(index, y\)"),
    "a frame of labels": (pd.DataFrame(index=DAYS), r"fit got labels but no series"),
}


@pytest.mark.parametrize(("y", "sentence"), BAD_TARGETS.values(), ids=BAD_TARGETS)
def test_a_target_that_is_no_series_is_an_error(y, sentence):
    with pytest.raises(ValueError, match=sentence):
        NaiveForecaster().fit(y)


BAD_INDEXES = {
    "text": (DAYS.astype(str), "index has dtype .*, not datetime, period or integer"),
    "floats": (np.arange(20.0), "index has dtype float64"),
    "backwards": (DAYS[::-1], r"not sorted in time; call .sort_index\(\) first"),
    "twice": (DAYS[[0, *range(19)]], r"1 duplicate time stamp\(s\) \(2024-01-01"),
    "gaps": (DAYS.delete(5).union(DAYS[-1:] + DAYS.freq), r"1 gap\(s\), the first between"),
    "levels": (pd.MultiIndex.from_product([["a"], DAYS]), "several levels.*use PanelForecaster"),
}


@pytest.mark.parametrize(("index", "sentence"), BAD_INDEXES.values(), ids=BAD_INDEXES)
def test_an_index_that_is_no_time_axis_is_an_error(index, sentence):
    with pytest.raises(TimeIndexError, match=sentence):
        NaiveForecaster().fit(series(index=index))


def test_an_unknown_frequency_is_an_error():
    with pytest.raises(TimeIndexError, match="freq='fortnight' is not a pandas frequency"):
        NaiveForecaster(freq="fortnight").fit(series())


@pytest.mark.parametrize(
    "y",
    [
        series([True, False] * 10),
        series(range(20)).astype("Int64"),
        series([decimal.Decimal(n) for n in range(20)]),
        series(range(20)).astype("uint8"),
        np.arange(20, dtype=object),
        tuple(range(20)),
    ],
    ids=["booleans", "nullable", "decimals", "bytes", "objects", "tuple"],
)
def test_anything_numeric_is_a_series(y):
    forecast = NaiveForecaster().fit(y).predict(1)

    assert np.asarray(forecast, dtype=float) == float(list(y)[-1])


FRAME = pd.DataFrame({"a": np.cos(np.arange(20.0)), "b": np.arange(20.0)}, index=DAYS)

BAD_EXOG = {
    "text": (FRAME.assign(b="x"), r"X has non-numeric column\(s\) \['b'\].*OneHotEncoder"),
    "categories": (FRAME.assign(b=pd.Categorical(["x"] * 20)), r"\['b'\] \(dtype category\)"),
    "stamps": (FRAME.assign(b=DAYS), r"\['b'\] \(dtype datetime64"),
    "stamps with a zone": (FRAME.assign(b=DAYS.tz_localize("UTC")), r"\['b'\] \(dtype datetime64"),
    "durations": (FRAME.assign(b=DAYS - DAYS[0]), r"\['b'\] \(dtype timedelta64"),
    "periods": (FRAME.assign(b=DAYS.to_period()), r"\['b'\] \(dtype period"),
    "an array of stamps": (DAYS.to_numpy()[:, None], "X has dtype datetime64.* must be numeric"),
    "an array of text": (np.full((20, 1), "x"), "arrays of bytes/strings"),
    "complex": (FRAME.assign(b=1j), "Complex data not supported"),
    "NaN": (FRAME.mask(FRAME == 7), "Input X contains NaN, first in row 7, column 1"),
    "missing": (FRAME.astype("Float64").mask(FRAME == 7), "X contains NaN, first in row 7"),
    "infinity": (FRAME.replace(7.0, np.inf), "Input X contains infinity, first in row 7, column 1"),
    "too large to square": (FRAME * 1e300, "X has values up to .* divide X by a constant"),
    "three axes": (np.zeros((20, 1, 1)), "Found array with dim 3"),
    "too short": (FRAME[:-1], "inconsistent numbers of samples: X has 19 rows, y has 20"),
    "other labels": (
        FRAME.shift(freq="D"),
        r"X and y have different indexes: 1 label\(s\) only in X, 1 only in y.*X.loc\[y.index\]",
    ),
    "other order": (FRAME[::-1], "different indexes: the same labels in another order"),
    "other kind": (FRAME.to_period(), r"different indexes \(PeriodIndex and DatetimeIndex\)"),
}


@pytest.mark.parametrize(("X", "sentence"), BAD_EXOG.values(), ids=BAD_EXOG)
def test_exogenous_columns_that_cannot_be_used_are_an_error(X, sentence):
    with pytest.raises(ValueError, match=sentence):
        NaiveForecaster().fit(X, series())


@pytest.mark.parametrize("X", [3.5, object()], ids=["a number", "an object"])
def test_exogenous_rows_must_be_rows(X):
    with pytest.raises((TypeError, ValueError), match=r"rows were needed|fit needs a series"):
        NaiveForecaster().fit(X, series())


def test_exogenous_rows_to_predict_must_be_rows():
    fitted = NaiveForecaster().fit(FRAME[:18], series()[:18])

    with pytest.raises(ValueError, match="no row to predict: X is empty"):
        fitted.predict(FRAME[18:18])
    with pytest.raises(ValueError, match="no row to predict: X is empty"):
        fitted.score(FRAME[18:18], series()[18:18])


def test_exogenous_columns_are_checked_again_at_predict():
    fitted = NaiveForecaster().fit(FRAME[:18], series()[:18])

    with pytest.raises(ValueError, match=r"2 exogenous column\(s\), but got labels or a series"):
        fitted.predict(DAYS[18:])
    with pytest.raises(ValueError, match=r"2 exogenous column\(s\), but got labels or a series"):
        fitted.update(series()[18:])
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        fitted.predict(FRAME[18:][["b", "a"]])
    with pytest.raises(ValueError, match="seen at fit time, yet now missing"):
        fitted.predict(FRAME[18:][["a"]])
    with pytest.raises(ValueError, match="unseen at fit time"):
        fitted.predict(FRAME[18:].assign(c=1.0))
    with pytest.raises(ValueError, match="Input X contains NaN, first in row 1, column 1"):
        fitted.predict(FRAME[18:].mask(FRAME == 19))


def test_the_target_among_the_exogenous_columns_is_a_leak():
    y = series()

    with pytest.raises(TargetLeakError, match="column 'sales' of X is the target itself"):
        NaiveForecaster().fit(FRAME.assign(sales=y), y)
    with pytest.raises(TargetLeakError, match="column 'y' of X"):
        NaiveForecaster().fit(y.rename("y"), y)
    with pytest.raises(TargetLeakError, match="column 1 of X"):
        NaiveForecaster().fit(np.column_stack([VALUES[::-1], VALUES]), y)


def test_a_leak_between_arrays_without_names_is_a_warning():
    with pytest.warns(UserWarning, match="column 0 of X is the target itself"):
        NaiveForecaster().fit(VALUES[:, None], VALUES)


def test_a_constant_beside_a_constant_series_is_no_leak():
    fitted = NaiveForecaster().fit(np.ones((20, 1)), np.ones(20))

    assert fitted.predict(np.ones((1, 1))) == 1.0


BAD_HORIZONS = {
    "zero": (0, ValueError, "the horizon must be at least 1, got 0"),
    "negative": (-1, ValueError, "the horizon must be at least 1, got -1"),
    "a fraction": (2.0, TypeError, "needs an integer horizon or the future rows, got 2.0"),
    "a truth": (True, TypeError, "needs an integer horizon or the future rows, got True"),
    "a word": ("12", TypeError, "needs an integer horizon or the future rows, got '12'"),
    "nothing": (None, TypeError, "needs an integer horizon or the future rows, got None"),
    "a stamp": (DAYS[0], TypeError, "rows were needed, got Timestamp"),
    "stamps as text": (
        ["2024-01-21", "2024-01-22"],
        TypeError,
        r"got text \('2024-01-21', ...\); if these are labels, pass pd.to_datetime\(labels\)",
    ),
    "an array of text": (np.array(["2024-01-21"]), TypeError, "got text .*pd.to_datetime"),
    "stamps and text": ([DAYS[0], "2024-01-21"], TypeError, "got text .*pd.to_datetime"),
    "no row": (np.empty((0, 1)), ValueError, "no row to predict: X is empty; pass at least one"),
    "no label": (DAYS[:0], ValueError, "no row to predict: X is empty; pass at least one"),
    "an empty list": ([], ValueError, "no row to predict: X is empty; pass at least one"),
    "no axis": (np.array(3), TypeError, r"rows were needed, got array\(3\)"),
}


@pytest.mark.parametrize(("horizon", "kind", "sentence"), BAD_HORIZONS.values(), ids=BAD_HORIZONS)
def test_what_is_no_horizon_is_an_error(horizon, kind, sentence):
    fitted = NaiveForecaster().fit(series())

    with pytest.raises(kind, match=sentence):
        fitted.predict(horizon)


def test_a_horizon_may_be_an_integer_of_numpy():
    assert len(NaiveForecaster().fit(series()).predict(np.int64(3))) == 3


def test_future_index_needs_a_horizon_of_at_least_one():
    with pytest.raises(ValueError, match="horizon must be at least 1, got 0"):
        NaiveForecaster().fit(series()).future_index(0)


BAD_SHARED_PARAMETERS = {
    "exog_gap": ("skip", ValueError, "unknown exog_gap 'skip'; choose from error, hold"),
    "season_length": ("autumn", ValueError, r"unknown season_length .*did you mean 'auto'\?"),
    "season_length of zero": (0, ValueError, "season_length must be at least 1, got 0"),
    "season_length, a fraction": (2.5, TypeError, "season_length must be an integer, got 2.5"),
}


@pytest.mark.parametrize("case", BAD_SHARED_PARAMETERS)
def test_a_parameter_that_all_share_is_checked_at_fit(forecaster, case):
    value, kind, sentence = BAD_SHARED_PARAMETERS[case]
    name = case.split()[0].strip(",")

    with pytest.raises(kind, match=sentence):
        forecaster.set_params(**{name: value}).fit(series())


@pytest.mark.parametrize("value", [5.0, 0.0, -1e-9, 1e140])
def test_a_constant_series_forecasts_the_constant_in_silence(forecaster, value):
    forecast = forecaster.fit(np.full(20, value)).predict(3)

    np.testing.assert_allclose(forecast, value, rtol=1e-9)


@pytest.mark.filterwarnings("ignore:the likelihood was still rising")
def test_tiny_values_give_forecasts_of_their_size(forecaster):
    forecast = forecaster.fit(1e-300 * VALUES).predict(3)

    assert np.isfinite(forecast).all()
    assert np.abs(forecast).max() < 1e-299


def test_scaled_tiny_values_train_as_their_multiples_do():
    network = RNNForecaster("linear", 2)
    expected = network.fit(VALUES).predict(3)

    forecast = network.fit(1e-300 * VALUES).predict(3)

    np.testing.assert_allclose(1e300 * forecast, expected, rtol=1e-6)
