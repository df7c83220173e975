"""A catalogue of what pandas may hand over: each is read rightly, or refused with its sentence."""

import decimal
import importlib.util

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from rnnts.exceptions import TimeIndexError
from rnnts.forecasters import NaiveForecaster, RNNForecaster

N_ROWS = 60
VALUES = 10 + np.sin(np.arange(N_ROWS) / 3)
DAYS = pd.date_range("2024-01-01", periods=N_ROWS)


def series(index, values=VALUES):
    return pd.Series(values[: len(index)], index=index, name="y")


def without_freq(index):
    """The index as it comes out of a file: nothing says what its step is."""
    return pd.DatetimeIndex(index, freq=None)


def dates(freq, start="2020-01-31", n_rows=N_ROWS + 2, tz=None):
    return pd.date_range(start, periods=n_rows, freq=freq, tz=tz)


# --- What pandas does, as far as the time axis relies on it

IN_PANDAS_3 = pytest.mark.skipif(pd.__version__ < "3", reason="these are the facts of pandas 3")


@IN_PANDAS_3
def test_stamps_come_in_several_units():
    assert dates("D").unit == "us"
    assert pd.to_datetime(["2024-01-01", "2024-01-02"]).unit == "us"
    assert pd.Index([pd.Timestamp("2024-01-01")]).unit == "us"
    assert pd.DatetimeIndex(np.array(["2024-01-01"], "M8[D]")).unit == "s"


@IN_PANDAS_3
@pytest.mark.parametrize("alias", ["M", "H"])
def test_old_aliases_are_errors(alias):
    with pytest.raises(ValueError, match="Invalid frequency"):
        dates(alias)


@pytest.mark.parametrize("alias", ["ME", "h", "QE", "YE"])
def test_new_aliases_begin_with_the_unit(alias):
    assert dates(alias).freqstr.startswith(alias)


def test_periods_have_aliases_of_their_own():
    assert pd.period_range("2024-01", periods=2, freq="M").freqstr == "M"
    with pytest.raises(ValueError, match="ME"):
        pd.period_range("2024-01", periods=2, freq="ME")


@IN_PANDAS_3
def test_the_rows_of_a_split_keep_their_frequency_but_bare_labels_lose_it():
    days = dates("D", n_rows=9)

    assert series(days).iloc[[0, 1, 2]].index.freqstr == "D"
    assert days[[0, 1, 2]].freq is None
    assert pd.period_range("2024", periods=9, freq="D")[[0, 1, 2]].freqstr == "D"


@pytest.mark.filterwarnings("ignore")
def test_a_frequency_is_inferred_from_three_stamps_on():
    with pytest.raises(ValueError, match="Need at least 3 dates"):
        pd.infer_freq(dates("D", n_rows=2))
    assert pd.infer_freq(dates("ME", n_rows=3)) == "ME"
    assert pd.infer_freq(dates("QE", n_rows=3)).startswith("QE")


@pytest.mark.filterwarnings("ignore")
def test_one_working_week_looks_like_days():
    assert pd.infer_freq(dates("B", "2024-01-01", 5)) == "D"
    assert pd.infer_freq(dates("B", "2024-01-01", 10)) == "B"


def test_integers_have_no_frequency():
    with pytest.raises(TypeError, match="cannot infer freq from a non-convertible index"):
        pd.infer_freq(pd.Index([1, 2, 3]))


@IN_PANDAS_3
def test_text_has_a_dtype_of_its_own():
    assert pd.Index(["2024-01-01", "2024-01-02"]).dtype == "str"


@IN_PANDAS_3
def test_arrays_of_pandas_are_read_only():
    assert not series(DAYS).to_numpy().flags.writeable
    assert not series(DAYS).to_frame().to_numpy().flags.writeable


# --- Indexes that are a time axis

PARIS = "Europe/Paris"
GRIDS = {
    **{
        freq: (without_freq(dates(freq)), {})
        for freq in ["D", "h", "min", "W-SUN", "W-WED", "B", "MS", "ME", "QE", "QS-FEB", "YE"]
    },
    **{freq: (without_freq(dates(freq)), {}) for freq in ["15min", "2D", "BME"]},
    "SME given": (without_freq(dates("SME")), {"freq": "SME"}),
    "months": (pd.period_range("2020-01", periods=62, freq="M"), {}),
    "quarters": (pd.period_range("2020Q1", periods=62, freq="Q-NOV"), {}),
    "two months": (pd.period_range("2020-01", periods=62, freq="2M"), {}),
    "counted": (pd.RangeIndex(62), {}),
    "every fifth": (pd.RangeIndex(5, 5 + 5 * 62, 5), {}),
    "days over a clock change": (without_freq(dates("D", "2024-03-01", tz=PARIS)), {}),
    "hours over the spring change": (without_freq(dates("h", "2024-03-29", tz=PARIS)), {}),
    "hours over the autumn change": (without_freq(dates("h", "2024-10-26", tz=PARIS)), {}),
    "two rows of a given step": (without_freq(dates("D", n_rows=4)), {"freq": "D"}),
}


@pytest.mark.parametrize("case", GRIDS)
def test_forecasts_carry_on_the_index(case):
    index, params = GRIDS[case]

    forecast = NaiveForecaster(season_length=1, **params).fit(series(index[:-2])).predict(2)

    assert forecast.index.equals(index[-2:])
    assert forecast.index.dtype == index.dtype


def test_stamps_of_another_zone_are_the_same_moments():
    fitted = NaiveForecaster().fit(series(dates("h", "2024-03-01", tz=PARIS)[:60]))

    predicted = fitted.predict(pd.date_range("2024-03-03 11:00", periods=2, freq="h", tz="UTC"))

    assert predicted.index.tz_convert(PARIS)[0] == fitted.future_index(1)[0]
    np.testing.assert_array_equal(predicted, fitted.predict(2))


def test_one_working_week_is_read_as_days_unless_told():
    week = series(without_freq(dates("B", "2024-01-01", 5)))

    unaware = NaiveForecaster().fit(week).predict(1)
    told = NaiveForecaster(freq="B").fit(week).predict(1)

    assert unaware.index[0].day_name() == "Saturday"
    assert told.index[0].day_name() == "Monday"


# --- Indexes that are none

BUSINESS_DAYS = dates("B", "2024-01-01", N_ROWS)
LOCAL_SPRING = dates("h", "2024-03-29", N_ROWS, PARIS).tz_localize(None)
LOCAL_AUTUMN = dates("h", "2024-10-26", N_ROWS, PARIS).tz_localize(None)
NO_GRID = {
    "missing stamps": (
        DAYS.drop(pd.Timestamp("2024-01-10")),
        {},
        r"the time axis has 1 gap\(s\), the first between 2024-01-09 .* and 2024-01-11 .*; make it "
        r"regular, e.g. y.asfreq\('D'\).interpolate\(\)",
    ),
    "missing stamps, step given": (
        DAYS.drop(pd.Timestamp("2024-01-10")),
        {"freq": "D"},
        r"1 time stamp\(s\) are missing at freq='D' \(first: 2024-01-10 .*\); insert them, e.g. "
        r"y.asfreq\('D'\).interpolate\(\)",
    ),
    "holidays": (
        BUSINESS_DAYS.drop([pd.Timestamp("2024-01-15"), pd.Timestamp("2024-02-19")]),
        {},
        r"weekday stamps with 2 holiday\(s\) missing \(first: 2024-01-15.*\); use "
        r"y.asfreq\('B'\).ffill\(\), or .reset_index\(drop=True\) to treat trading days as",
    ),
    "no regular steps": (
        pd.DatetimeIndex(np.cumsum(np.arange(1, 30)) * 3600 * 10**9),
        {},
        r"not regularly spaced and no frequency can be inferred; put them on a grid .* pass "
        r"freq=..., or use .reset_index\(drop=True\)",
    ),
    "no inferable steps": (
        without_freq(dates("SME", n_rows=N_ROWS)),
        {},
        "not regularly spaced and no frequency can be inferred",
    ),
    "off the grid": (
        DAYS[:20].insert(20, pd.Timestamp("2024-01-21 05:00")),
        {"freq": "D"},
        r"time stamp 2024-01-21 05:00:00 is off the freq='D' grid; align the stamps, e.g. "
        r"y.resample\('D'\).mean\(\)",
    ),
    "duplicates": (
        DAYS.repeat(2)[:N_ROWS],
        {},
        r"the index has 30 duplicate time stamp\(s\) \(2024-01-01.*\); aggregate them.*for several "
        "series use PanelForecaster",
    ),
    "unsorted": (
        DAYS[::-1],
        {},
        r"the index is not sorted in time; call .sort_index\(\) first \(if cross-validation did "
        "this, use TimeSeriesSplit",
    ),
    "no stamp": (
        pd.DatetimeIndex([*DAYS[:9], pd.NaT]),
        {},
        r"the index has 1 missing label\(s\) \(NaT/NaN\); drop or fill those rows",
    ),
    "two stamps": (
        without_freq(DAYS[:2]),
        {},
        r"cannot infer a frequency from 2 time stamp\(s\); pass freq='D' \(or your step\) to the",
    ),
    "text": (
        DAYS.strftime("%Y-%m-%d"),
        {},
        r"the index has dtype (str|object), not datetime, period or integer; if these are dates "
        r"stored as text or objects: y.index = pd.to_datetime\(y.index\)",
    ),
    "dates as objects": (pd.Index(DAYS.date), {}, r"dtype object, .* pd.to_datetime\(y.index\)"),
    "floats": (pd.Index(np.arange(N_ROWS) / 2), {}, "the index has dtype float64, not datetime"),
    "durations": (
        pd.timedelta_range("0s", periods=N_ROWS, freq="s"),
        {},
        r"the index has dtype timedelta64\[.*\], not datetime, period or integer",
    ),
    "levels": (
        pd.MultiIndex.from_product([["a", "b"], [0, 1]]),
        {},
        "several levels: one estimator forecasts one series; use PanelForecaster",
    ),
    "integers with a gap": (
        pd.Index([0, 1, 2, 4, 5, 6, 7, 8]),
        {},
        r"the time axis has 1 gap\(s\), the first between 2 and 4.*y.reset_index\(drop=True\)",
    ),
    "the hole of a clock change": (
        LOCAL_SPRING,
        {},
        r"1 gap\(s\).*naive local time across a clock change: tz_localize first",
    ),
    "the twice told hour of a clock change": (
        LOCAL_AUTUMN,
        {},
        r"1 duplicate time stamp\(s\) .*if it is the autumn clock change, y.tz_localize\(zone, "
        r"ambiguous='infer'\)",
    ),
}


@pytest.mark.parametrize("case", NO_GRID)
def test_an_index_that_is_no_time_axis_says_what_is_in_the_way(case):
    index, params, sentence = NO_GRID[case]

    with pytest.raises(TimeIndexError, match=sentence):
        NaiveForecaster(**params).fit(series(index))


def test_one_row_is_too_few():
    with pytest.raises(ValueError, match=r"1 sample\(s\) while a minimum of 2 is required"):
        NaiveForecaster().fit(series(DAYS[:1]))


MONTHS = dates("ME", n_rows=N_ROWS)
ASTRAY = {
    "stamps after periods": (
        MONTHS.to_period(),
        pd.date_range("2025-01-31", periods=2, freq="ME"),
        r"trained on periods but X has time stamps; use X.index.to_period\('M'\)",
    ),
    "periods after stamps": (
        MONTHS,
        pd.period_range("2025-01", periods=2, freq="M"),
        r"trained on time stamps but X has periods; use X.index.to_timestamp\(\)",
    ),
    "no zone after a zone": (
        dates("D", "2024-03-01", N_ROWS, PARIS),
        pd.date_range("2024-04-30", periods=2),
        "time zones differ: trained on tz=Europe/Paris, X has tz=None; use tz_localize or tz_conv",
    ),
    "before the first row": (
        DAYS[5:],
        DAYS[:3],
        r"X starts at 2024-01-01 .*, before the first training row 2024-01-06 .*; in cross-valida"
        r"tion use TimeSeriesSplit \(KFold trains on the future\)",
    ),
    "off the grid": (
        DAYS,
        pd.DatetimeIndex(["2024-03-05 07:00"]),
        "time stamp 2024-03-05 07:00:00 is off the freq='D' grid; align the stamps",
    ),
}


@pytest.mark.parametrize("case", ASTRAY)
def test_a_label_that_is_no_later_step_says_why(case):
    trained, asked, sentence = ASTRAY[case]
    fitted = NaiveForecaster().fit(series(trained))

    with pytest.raises(TimeIndexError, match=sentence):
        fitted.predict(asked)


# --- Values

HOLED = np.where(np.isin(np.arange(N_ROWS), [5, 6]), np.nan, VALUES)
NUMBERS = {
    "nullable floats": series(DAYS).astype("Float64"),
    "nullable integers": series(DAYS).round().astype("Int64"),
    "booleans": series(DAYS) > 10,
    "floats as objects": series(DAYS).astype(object),
    "decimals": series(DAYS).map(decimal.Decimal).astype(object),
    "single precision": series(DAYS).astype("float32"),
    "a constant": series(DAYS, np.ones(N_ROWS)),
    "missing values": series(DAYS, HOLED),
    "nullable, missing values": pd.Series(pd.array(HOLED, dtype="Float64"), index=DAYS, name="y"),
}
if importlib.util.find_spec("pyarrow"):
    NUMBERS["floats of pyarrow"] = series(DAYS).astype("double[pyarrow]")


@pytest.mark.parametrize("case", NUMBERS)
def test_numbers_of_any_dtype_are_a_series(case):
    given = NUMBERS[case]
    model = NaiveForecaster()
    if not given.isna().any():
        model = RNNForecaster("linear", 1, tol=1e-3)
    expected = clone(model).fit(given.to_numpy(dtype=float, na_value=np.nan)).predict(2)

    forecast = model.fit(given).predict(2)

    assert forecast.dtype == float
    np.testing.assert_array_equal(forecast, expected)


NO_NUMBERS = {
    "infinity": (
        series(DAYS, np.where(np.arange(N_ROWS) == 3, np.inf, VALUES)),
        "Input y contains infinity, first at 2024-01-04",
    ),
    "text among numbers": (
        pd.Series([1.0, "x"] * 30, index=DAYS),
        r"y has dtype object and 30 non-numeric value\(s\), the first 'x' at 2024-01-02.*; convert "
        r"it, e.g. pd.to_numeric\(y, errors='coerce'\).interpolate\(\)",
    ),
    "numbers as text": (
        series(DAYS).round(2).astype(str),
        r"y has dtype (str: the target must be numeric|object and 60 non-numeric value\(s\), the "
        r"first '10.0' at 2024-01-01.*); convert it, e.g. pd.to_numeric\(y",
    ),
    "numbers as text among objects": (
        series(DAYS).round(2).astype(str).astype(object),
        r"y has dtype object and 60 non-numeric value\(s\), the first '10.0' at 2024-01-01",
    ),
    "categories": (
        series(DAYS).round(0).astype("category"),
        "y has dtype category: the target must be numeric",
    ),
    "stamps": (pd.Series(DAYS, index=DAYS), "y has dtype datetime64.*: the target must be numeric"),
    "complex numbers": (
        series(DAYS, VALUES.astype(complex)),
        "Complex data not supported: y must hold real numbers",
    ),
}


@pytest.mark.parametrize("case", NO_NUMBERS)
def test_a_series_of_something_else_is_an_error(case):
    given, sentence = NO_NUMBERS[case]

    with pytest.raises(ValueError, match=sentence):
        NaiveForecaster().fit(given)


# --- Exogenous columns

X = pd.DataFrame({"a": np.cos(np.arange(N_ROWS))}, index=DAYS)
WIDE = X.assign(b=1.0)


def test_exogenous_columns_of_any_numeric_dtype_are_read():
    mixed = X.assign(b=True, c=pd.array(VALUES**2, dtype="Float64"))

    fitted = RNNForecaster("linear", 1, tol=1e-3, max_iter=20).fit(mixed[:50], series(DAYS[:50]))

    assert fitted.n_features_in_ == 3
    assert np.isfinite(fitted.predict(mixed[50:])).all()


NO_EXOG = {
    "text": (
        lambda: NaiveForecaster().fit(X.assign(b="u"), series(DAYS)),
        r"X has non-numeric column\(s\) \['b'\] \(dtype (str|object)\); encode them first, e.g. "
        r"make_column_transformer\(\(OneHotEncoder\(sparse_output=False\), columns\), remainder",
    ),
    "categories": (
        lambda: NaiveForecaster().fit(X.assign(b=pd.Categorical(["u"] * N_ROWS)), series(DAYS)),
        r"X has non-numeric column\(s\) \['b'\] \(dtype category\)",
    ),
    "missing values": (
        lambda: NaiveForecaster().fit(X.assign(a=HOLED), series(DAYS) + X["a"]),
        "Input X contains NaN, first in row 5, column 0; the exogenous values of every row are",
    ),
    "columns in another order": (
        lambda: NaiveForecaster().fit(WIDE[:50], series(DAYS[:50])).predict(WIDE[["b", "a"]][50:]),
        "Feature names must be in the same order as they were in fit",
    ),
    "a column less": (
        lambda: NaiveForecaster().fit(WIDE[:50], series(DAYS[:50])).predict(X[50:]),
        "Feature names seen at fit time, yet now missing",
    ),
    "other rows": (
        lambda: NaiveForecaster().fit(X[1:], series(DAYS)[:-1]),
        r"X and y have different indexes: 1 label\(s\) only in X, 1 only in y; align them first, "
        r"e.g. X = X.loc\[y.index\]",
    ),
    "rows left out before those asked for": (
        lambda: NaiveForecaster().fit(X[:50], series(DAYS[:50])).predict(X[54:]),
        r"X skips 4 row\(s\) after the last known one, the first 2024-02-20 .*; their exogenous "
        "values are needed to reach the later rows: pass these rows too, or set exog_gap='hold'",
    ),
    "a number of rows": (
        lambda: NaiveForecaster().fit(X[:50], series(DAYS[:50])).predict(5),
        r"fitted with 1 exogenous column\(s\), so predict needs their future values: pass a frame "
        r"with 5 row\(s\), e.g. indexed by model.future_index\(5\), not the integer 5",
    ),
}


@pytest.mark.parametrize("case", NO_EXOG)
def test_exogenous_columns_that_do_not_fit_are_an_error(case):
    attempt, sentence = NO_EXOG[case]

    with pytest.raises(ValueError, match=sentence):
        attempt()


# --- Horizons, updates, and the caller's data

NO_HORIZON = {
    "zero": (0, ValueError, "the horizon must be at least 1, got 0"),
    "a float": (2.0, TypeError, "predict needs an integer horizon or the future rows, got 2.0"),
    "a truth": (True, TypeError, "predict needs an integer horizon or the future rows, got True"),
}


@pytest.mark.parametrize("case", NO_HORIZON)
def test_a_horizon_that_is_none_is_an_error(case):
    horizon, kind, sentence = NO_HORIZON[case]

    with pytest.raises(kind, match=sentence):
        NaiveForecaster().fit(series(DAYS)).predict(horizon)


def test_a_horizon_may_be_an_integer_of_numpy():
    assert len(NaiveForecaster().fit(series(DAYS)).predict(np.int64(2))) == 2


def test_predict_before_fit_is_an_error():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        NaiveForecaster().predict(3)


def test_update_over_a_hole_is_an_error():
    fitted = NaiveForecaster().fit(series(DAYS)[:50])

    sentence = "update must continue at 2024-02-20 .*, the next new row is 2024-02-22"
    with pytest.raises(TimeIndexError, match=sentence):
        fitted.update(series(DAYS)[52:])


def test_update_skips_the_rows_it_knows():
    fitted = NaiveForecaster().fit(series(DAYS)[:50]).update(series(DAYS)[45:])

    assert len(fitted.resid_) == N_ROWS


def test_a_later_edit_of_the_callers_does_not_reach_the_model():
    y = series(DAYS, VALUES.copy())
    fitted = NaiveForecaster().fit(y)

    y.iloc[-1] = 99.0

    assert fitted.predict(1).iloc[0] == VALUES[-1]


# --- Wide frames: several series at once, through every method


def test_several_series_go_through_every_method(multivariate):
    wide = pd.DataFrame({"a": VALUES, "b": VALUES[::-1] ** 2}, index=DAYS)
    model = multivariate.fit(wide[:40])

    model.update(wide[40:44]).partial_fit(wide[44:50])

    assert model.predict(5).columns.tolist() == ["a", "b"]
    pd.testing.assert_index_equal(model.predict(DAYS[48:52]).index, DAYS[48:52])
    pd.testing.assert_frame_equal(model.fittedvalues_ + model.resid_, wide[:50], rtol=1e-12)
    assert np.isfinite(model.score(wide[50:]))
    assert model.scale_.shape == (2,)
    assert clone(model).fit(X[:50], wide[:50]).predict(X[50:]).shape == (10, 2)
