"""Missing values pass the door; each forecaster goes on from what it knows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from statsmodels.tsa.arima.model import ARIMA

from rnnts.exceptions import TargetLeakError, TimeIndexError
from rnnts.forecasters import (
    FORECASTERS,
    ARMAForecaster,
    NaiveForecaster,
    SeasonalNaiveForecaster,
)

BRIDGING = [name for name, kind in FORECASTERS.items() if kind._bridges_missing]
HOLES = [0, 30, 31, 77, 100, 101, 102, 143]


class Strict(NaiveForecaster):
    """A forecaster that needs every value."""

    _bridges_missing = False


@pytest.fixture(params=BRIDGING)
def bridging(request, small):
    """Each forecaster that bridges missing values, not fitted."""
    return small(request.param)


@pytest.fixture
def holed(y):
    """The series with values missing at its start, within and at its end."""
    return y.astype(float).where(~np.isin(np.arange(144), HOLES))


def test_every_row_is_predicted_and_only_missing_ones_have_no_error(bridging, holed):
    fitted = bridging.fit(holed)

    assert np.isfinite(fitted.fittedvalues_).all()
    assert np.isfinite(fitted.predict(24)).all()
    np.testing.assert_array_equal(np.flatnonzero(fitted.resid_.isna()), HOLES)


@pytest.mark.parametrize("form", ["nullable", "objects", "array", "list", "frame"])
def test_a_missing_value_is_missing_in_every_form(bridging, holed, form):
    given = {
        "nullable": holed.astype("Float64"),
        "objects": holed.astype(object).where(holed.notna(), None),
        "array": holed.to_numpy(),
        "list": holed.tolist(),
        "frame": holed.to_frame(),
    }[form]
    bridging.set_params(season_length=12)
    expected = clone(bridging).fit(holed).predict(3)

    forecast = bridging.fit(given).predict(3)

    np.testing.assert_array_equal(np.ravel(forecast), expected)


def test_update_bridges_as_fit_does(bridging, holed):
    walked = clone(bridging).fit(holed[:120])
    expected = clone(walked).fit(holed[:120]).update(holed[120:])

    for row in range(120, 144):
        walked.update(holed[row : row + 1])

    pd.testing.assert_series_equal(walked.predict(12), expected.predict(12), rtol=1e-12)
    assert walked.resid_.isna().sum() == len(HOLES)


def test_the_last_value_known_is_repeated():
    model = NaiveForecaster().fit([np.nan, 3.0, np.nan, np.nan, 5.0, np.nan])

    assert model.predict(2).tolist() == [5.0, 5.0]
    assert model.fittedvalues_.tolist() == [4.0, 4.0, 3.0, 3.0, 3.0, 5.0]


def test_the_last_value_known_of_each_season_is_repeated():
    y = [1.0, 2.0, np.nan, 3.0, np.nan, np.nan, 4.0, np.nan, np.nan]

    model = SeasonalNaiveForecaster(season_length=3).fit(y)

    mean = (1 + 2 + 3 + 4) / 4
    assert model.predict(4).tolist() == [4.0, 2.0, mean, 4.0]
    assert model.fittedvalues_.tolist() == [mean, mean, mean, 1.0, 2.0, mean, 3.0, 2.0, mean]
    assert model.update([np.nan, np.nan, 9.0]).predict(3).tolist() == [4.0, 2.0, 9.0]


def test_arma_filters_through_a_hole_as_statsmodels_does(holed):
    # The power of two near the standard deviation.
    unit = 2.0 ** np.ceil(np.log2(holed.std(ddof=0)))
    reference = ARIMA(holed / unit, order=(2, 0, 0)).fit()

    model = ARMAForecaster((2, 0, 0)).fit(holed)

    factors = [unit, 1.0, 1.0, unit**2]
    np.testing.assert_allclose(model.params_, reference.params * factors, rtol=1e-5)
    np.testing.assert_allclose(model.predict(12), unit * reference.forecast(12), rtol=1e-6)


def test_arma_puts_its_own_predictions_in_the_place_of_missing_values(holed):
    model = ARMAForecaster((1, 0, 0)).fit(holed)
    mean, phi = model.params_[:2]

    known, by_hand = mean, []
    for value in holed:
        by_hand.append(mean + phi * (known - mean))
        known = by_hand[-1] if np.isnan(value) else value

    np.testing.assert_allclose(model.fittedvalues_[1:], by_hand[1:], rtol=1e-10)


def test_series_side_by_side_may_miss_different_values(y):
    a = y.astype(float).where(np.arange(144) != 140)
    b = y[::-1].astype(float).set_axis(y.index).where(np.arange(144) != 141)
    expected = [SeasonalNaiveForecaster().fit(series).predict(12) for series in (a, b)]

    model = SeasonalNaiveForecaster().fit(pd.DataFrame({"a": a, "b": b}))

    np.testing.assert_array_equal(model.predict(12), np.column_stack(expected))
    np.testing.assert_array_equal(model.resid_.isna().sum(), [1, 1])


@pytest.mark.parametrize("value", [5.0, 0.0])
def test_a_constant_with_holes_forecasts_the_constant_in_silence(bridging, value):
    y = np.full(30, value)
    y[[0, 7, 8, 29]] = np.nan

    fitted = bridging.fit(y)

    np.testing.assert_allclose(fitted.predict(3), value, rtol=1e-9)
    np.testing.assert_allclose(fitted.fittedvalues_, value, rtol=1e-9)


def test_a_series_without_values_is_an_error(bridging, y):
    nothing = y.astype(float).where(y < 0)
    hardly = y.astype(float).where(np.arange(144) == 70)

    with pytest.raises(ValueError, match=r"y contains NaN in all but 0 of its 144 row\(s\), while"):
        bridging.fit(nothing)
    with pytest.raises(ValueError, match=r"all but 1 of its 144 .* at least \d observed .* needed"):
        bridging.fit(hardly)
    with pytest.raises(ValueError, match=r"Input column 'b' of y contains NaN in all but 0 of its"):
        NaiveForecaster().fit(pd.DataFrame({"a": y, "b": nothing}))


def test_a_missing_row_is_no_missing_value(bridging, y):
    with pytest.raises(TimeIndexError, match=r"1 gap\(s\), the first between 1949-02-01 .* and"):
        bridging.fit(y.drop(y.index[2]))


def test_a_forecaster_that_cannot_bridge_says_where_and_what_to_do(y, holed):
    sentence = (
        r"Input y contains NaN in {} row\(s\), the first at {}.*; .* y.interpolate\(\), or cut"
    )
    fitted = Strict().fit(y[:30])

    with pytest.raises(ValueError, match=sentence.format(8, "1949-01-01")):
        Strict().fit(holed)
    with pytest.raises(ValueError, match=sentence.format(8, "row 0")):
        Strict().fit(holed.to_numpy())
    for learn in (fitted.update, fitted.partial_fit):
        with pytest.raises(ValueError, match=sentence.format(7, "1951-07-01")):
            learn(holed[30:])
    assert len(fitted.resid_) == 30


def test_score_leaves_missing_values_out(forecaster, y, holed):
    fitted = forecaster.fit(y[:96])
    is_observed = holed[96:108].notna().to_numpy()
    error = np.abs(y[96:108] - fitted.predict(12))[is_observed]

    score = fitted.score(holed[96:108])

    assert score == pytest.approx(1 - error.mean() / fitted.scale_[0])
    weighted = fitted.score(holed[96:108], sample_weight=np.arange(12))
    expected = np.average(error, weights=np.arange(12)[is_observed])
    assert weighted == pytest.approx(1 - expected / fitted.scale_[0])


def test_score_of_several_series_leaves_out_those_without_values(y):
    wide = pd.DataFrame({"a": y.astype(float), "b": 2.0 * y})
    fitted = SeasonalNaiveForecaster().fit(wide[:132])

    score = fitted.score(wide[132:].assign(b=np.nan))

    assert score == pytest.approx(SeasonalNaiveForecaster().fit(y[:132]).score(y[132:]))


def test_nothing_to_score_is_an_error(forecaster, y):
    fitted = forecaster.fit(y[:132])
    missing = y[132:].astype(float).where(y < 0)

    with pytest.raises(ValueError, match=r"nothing to score: all 12 row\(s\) of y are missing"):
        fitted.score(missing)
    with pytest.raises(ValueError, match=r"nothing to score: .* are missing or have weight 0"):
        fitted.score(y[132:], sample_weight=np.zeros(12))


def test_the_scale_is_that_of_the_pairs_observed(bridging, holed):
    fitted = bridging.fit(holed)

    assert fitted.scale_ == pytest.approx([holed.diff(12).abs().mean()])
    assert fitted.squared_scale_ == pytest.approx([(holed.diff(12) ** 2).mean()])


def test_the_scale_without_any_pair_is_that_of_the_steps_between_values(bridging):
    y = np.full(40, np.nan)
    y[::2] = np.arange(20.0) ** 2

    fitted = bridging.fit(y)

    assert fitted.scale_ == pytest.approx([np.diff(np.arange(20.0) ** 2).mean()])


def test_rows_seen_may_be_passed_again_with_their_holes(bridging, holed):
    numbered = holed.reset_index(drop=True)

    fitted = bridging.fit(numbered[:140]).update(numbered)

    assert len(fitted.resid_) == 144


def test_a_leak_with_its_holes_filled_is_a_leak(holed):
    with pytest.raises(TargetLeakError, match="column 'filled' of X is the target itself"):
        NaiveForecaster().fit(pd.DataFrame({"filled": holed.bfill().ffill()}), holed)


def test_a_search_goes_over_a_series_with_holes(bridging, holed):
    folds = TimeSeriesSplit(3, test_size=12, gap=2)

    search = GridSearchCV(bridging, {"season_length": [12]}, cv=folds).fit(holed.index, holed)

    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_intervals_are_wider_where_the_last_value_is_older(small):
    y = np.random.default_rng(0).standard_normal(41).cumsum()
    holed = np.append(y, [np.nan, np.nan])

    widths = [
        np.ptp(NaiveForecaster().fit(given).predict_interval(3, level=80).iloc[:, 1:], axis=1)
        for given in (y, holed)
    ]

    sigma = np.sqrt((np.diff(y) ** 2).mean())
    np.testing.assert_allclose(widths[0], 2 * 1.2815515655 * sigma * np.sqrt([1, 2, 3]))
    np.testing.assert_allclose(widths[1], 2 * 1.2815515655 * sigma * np.sqrt([3, 4, 5]))
    paths = NaiveForecaster().fit(holed).sample_paths(3, n_paths=20_000)
    np.testing.assert_allclose(paths.std(axis=1), sigma * np.sqrt([3, 4, 5]), rtol=0.02)


def test_intervals_bridge_missing_values(bridging, holed):
    intervals = bridging.fit(holed).predict_interval(24)

    assert np.isfinite(intervals).all(axis=None)
    assert (intervals["lo-95"] < intervals["lo-80"]).all()
    assert np.isfinite(bridging.sample_paths(24, n_paths=5)).all(axis=None)
