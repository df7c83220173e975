"""The fan: what is drawn is what was forecast."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import num2date
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from rnnts import NaiveForecaster, RNNForecaster, ThetaForecaster
from rnnts.plotting import plot_forecast


def band(ax, number):
    """Places, and lower and upper heights, of a band that runs there and back."""
    outline = ax.collections[number].get_paths()[0].vertices
    places = np.unique(outline[:, 0])
    heights = [outline[outline[:, 0] == place, 1] for place in places]
    return places, [h.min() for h in heights], [h.max() for h in heights]


def test_lines_and_bands_are_the_observations_and_the_forecast(theta, y, ax):
    drawn = plot_forecast(theta, 10, level=(95, 80), n_history=30, ax=ax)

    assert drawn is ax
    said = theta.predict_interval(10, level=(80, 95))
    past, ahead = ax.lines
    np.testing.assert_array_equal(past.get_xdata(), y.index[-30:])
    np.testing.assert_array_equal(past.get_ydata(), y[-30:])
    # The forecast starts at the last observation.
    np.testing.assert_array_equal(ahead.get_ydata(), [y.iloc[-1], *said["mean"]])
    assert ahead.get_xdata()[-1] == np.datetime64(said.index[-1])
    for number, level in enumerate((80, 95)):
        _, low, high = band(ax, number)
        np.testing.assert_allclose(low, [y.iloc[-1], *said[f"lo-{level}"]])
        np.testing.assert_allclose(high, [y.iloc[-1], *said[f"hi-{level}"]])


def test_the_narrower_band_is_darker_and_in_front(theta, ax):
    plot_forecast(theta, 5, level=(50, 80, 95), ax=ax)

    brightness = [band.get_facecolor()[0, :3].sum() for band in ax.collections]
    order = [band.get_zorder() for band in ax.collections]
    assert brightness == sorted(brightness)
    assert order == sorted(order, reverse=True)


def test_four_horizons_and_three_seasons_are_shown_before_it(theta, ax):
    plot_forecast(theta, 2, ax=ax)
    assert len(ax.lines[0].get_xdata()) == 36

    plot_forecast(theta, 24, ax=ax)
    assert len(ax.lines[2].get_xdata()) == 96


def test_without_levels_there_is_a_line_and_no_band(theta, ax):
    plot_forecast(theta, 3, level=None, ax=ax)

    assert not ax.collections
    np.testing.assert_array_equal(ax.lines[1].get_ydata()[1:], theta.predict(3))


@pytest.mark.parametrize("as_labels", [True, False], ids=["labelled", "array"])
def test_what_came_is_drawn_where_it_belongs(as_labels, y, ax):
    model = NaiveForecaster().fit(y[:-12])
    came = y[-12:-4] if as_labels else y[-12:-4].to_numpy()

    plot_forecast(model, 12, actual=came, ax=ax)

    dots = ax.lines[-1]
    np.testing.assert_array_equal(dots.get_xdata(), y.index[-12:-4])
    np.testing.assert_array_equal(dots.get_ydata(), y[-12:-4])


def test_periods_stand_where_they_begin(y, ax):
    plot_forecast(NaiveForecaster().fit(y.to_period("M")), 3, ax=ax)

    assert ax.lines[1].get_xdata()[-1] == np.datetime64("1961-03-01")


def test_rows_of_a_time_zone_are_labelled_in_it():
    hours = pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Berlin")
    ax = plot_forecast(NaiveForecaster().fit(pd.Series(np.arange(60.0), hours)), 3)

    assert ax.lines[1].get_xdata()[-1] == np.datetime64("2024-04-01T13:00")
    assert str(ax.xaxis.get_major_formatter()._tz) == "Europe/Berlin"
    assert num2date(ax.xaxis.get_ticklocs()[0], hours.tz).hour == 0


def test_numbered_rows_and_arrays_have_whole_numbers_below(ax):
    values = np.arange(2000.0, 2040.0)
    for series in (values, pd.Series(values, index=range(100, 140))):
        plot_forecast(NaiveForecaster().fit(series), 4, ax=ax)

    assert ax.lines[1].get_xdata().tolist() == [39, 40, 41, 42, 43]
    assert ax.lines[3].get_xdata().tolist() == [139, 140, 141, 142, 143]
    assert all(place == round(place) for place in ax.get_xticks())
    assert ax.yaxis.get_major_formatter()(-12345.5) == "−12,345.5"


def test_several_series_have_a_line_and_a_name_each(y, ax):
    wide = pd.DataFrame({"here": y, "there": 2 * y})
    model = ThetaForecaster().fit(wide)

    plot_forecast(model, 6, level=80, actual=np.ones((6, 2)), ax=ax)

    said = model.predict_interval(6, level=80)
    for number, name in enumerate(wide):
        ahead = ax.lines[3 * number + 1]
        np.testing.assert_array_equal(ahead.get_ydata()[1:], said[name, "mean"])
        _, low, _ = band(ax, number)
        np.testing.assert_allclose(low[1:], said[name, "lo-80"])
    assert [text.get_text() for text in ax.texts] == ["here", "there"]
    bare = plot_forecast(ThetaForecaster(season_length=12).fit(wide.to_numpy()), 6, level=None)
    assert [text.get_text() for text in bare.texts] == ["0", "1"]


def test_known_rows_of_the_future_stand_for_the_horizon(y, ax):
    months = pd.date_range("1949-01", periods=147, freq="MS")
    X = pd.DataFrame({"slope": np.arange(147.0)}, index=months)
    model = RNNForecaster("linear", 1).fit(X[:144], y)

    plot_forecast(model, X[144:], ax=ax)

    np.testing.assert_array_equal(ax.lines[1].get_ydata()[1:], model.predict(X[144:]))


def test_a_missing_last_row_is_not_joined(y, ax):
    gone = y.copy()
    gone.iloc[-1] = np.nan
    model = NaiveForecaster().fit(gone)

    plot_forecast(model, 3, ax=ax)

    np.testing.assert_array_equal(ax.lines[1].get_ydata(), model.predict(3))


def test_the_method_draws_the_same(theta, ax):
    assert theta.plot(4, level=80, ax=ax) is ax
    np.testing.assert_array_equal(ax.lines[1].get_ydata()[1:], theta.predict(4))


def test_what_cannot_be_drawn_is_refused(theta, y):
    many = pd.DataFrame(dict.fromkeys("abcdefghi", y))
    search = GridSearchCV(ThetaForecaster(), {}, cv=TimeSeriesSplit(2)).fit(y.index, y)

    with pytest.raises(ValueError, match="draws up to 8 series, got 9"):
        plot_forecast(NaiveForecaster().fit(many))
    with pytest.raises(TypeError, match="GridSearchCV does not have; pass its best_estimator_"):
        plot_forecast(search)
    with pytest.raises(ValueError, match="actual has no row of the forecast: it runs from 1949"):
        plot_forecast(theta, actual=y)
    with pytest.raises(ValueError, match="actual has 13 rows without labels, the forecast 12"):
        plot_forecast(theta, actual=np.ones(13))
    with pytest.raises(ValueError, match="actual holds 2 series, the forecast 1"):
        plot_forecast(theta, actual=np.ones((12, 2)))
    with pytest.raises(ValueError, match="n_history must be at least 1, got 0"):
        plot_forecast(theta, n_history=0)
    with pytest.raises(ValueError, match="did you mean 80"):
        plot_forecast(theta, level=0.8)
