"""What all pictures have in common."""

import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.exceptions import NotFittedError

from rnnts import RNNForecaster, plotting
from rnnts.plotting._labels import write_labels
from rnnts.plotting._style import _spread, split_off, title_and_legend
from tests.plotting.test_comparisons import RANKS, compared

OF_FORECASTERS = [
    "plot_forecast",
    "plot_hidden_states",
    "plot_impulse_response",
    "plot_loss_curve",
    "plot_residuals",
]


@pytest.fixture(params=plotting.__all__)
def picture(request, linear, result):
    """Each plot with what it is drawn from, as a function of where to draw."""
    name = request.param
    what = linear if name in OF_FORECASTERS else result
    if name == "plot_comparison":
        what = compared(RANKS, 2.0)

    def draw(**where):
        return getattr(plotting, name)(what, **where)

    draw.has_four = name == "plot_residuals"
    return draw


def test_a_new_figure_is_one_that_a_notebook_shows(picture):
    drawn = picture()

    first = drawn[0] if picture.has_four else drawn
    assert isinstance(first, Axes)
    assert plt.get_fignums() == [first.figure.number]
    first.figure.draw_without_rendering()


def test_given_axes_are_drawn_on_and_nothing_else_is_touched(picture, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    figure = Figure()
    settings = dict(mpl.rcParams)

    if picture.has_four:
        axes = figure.subplots(2, 2)
        assert picture(axes=axes).tolist() == axes.ravel().tolist()
    else:
        ax = figure.subplots()
        assert picture(ax=ax) is ax
        assert any(each.get_title() for each in figure.axes)

    assert dict(mpl.rcParams) == settings
    figure.draw_without_rendering()


def test_settings_are_those_of_before(picture):
    settings = dict(mpl.rcParams)

    picture()

    assert dict(mpl.rcParams) == settings


def test_without_matplotlib_one_sentence_says_what_to_install(picture, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(ModuleNotFoundError, match=r"pip install 'rnnts\[plot\]'"):
        picture()


@pytest.mark.parametrize("name", OF_FORECASTERS)
def test_a_forecaster_that_is_not_fitted_is_refused(name):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(plotting, name)(RNNForecaster())
    assert not plt.get_fignums()


def test_axes_outside_a_grid_are_split_too():
    ax = Figure().add_axes((0.1, 0.1, 0.8, 0.8))

    other = split_off(ax, 0.25, below=True)

    upper, lower = ax.get_position(), other.get_position()
    assert lower.y0 == pytest.approx(0.1)
    assert upper.y1 == pytest.approx(0.9)
    assert 0 < upper.y0 - lower.y1 < 0.1
    assert lower.height < upper.height


def test_labels_are_moved_apart_no_more_than_needed():
    places = np.array([0.9, 0.50, 0.1, 0.52, 0.51])

    spread = _spread(places, 0.06)

    np.testing.assert_allclose(spread[[0, 2]], places[[0, 2]])
    # In their order, a gap apart, around where they were.
    np.testing.assert_allclose(spread[[1, 4, 3]], [0.45, 0.51, 0.57])


@pytest.mark.parametrize("width", [3, 8])
def test_a_legend_is_no_wider_than_the_axes(width):
    ax = Figure(figsize=(width, 4)).subplots()
    for number in range(5):
        ax.plot([0, 1], label=f"line number {number}")

    title_and_legend(ax, "title")
    ax.figure.draw_without_rendering()

    legend = ax.get_legend().get_window_extent()
    assert legend.width <= ax.get_window_extent().width
    assert legend.y1 < ax.title.get_window_extent().y0


def test_days_are_written_with_their_month():
    days = pd.date_range("2024-01-20", "2024-03-05")
    ax = Figure().subplots()
    ax.plot(days.to_numpy(), np.arange(len(days)))

    write_labels(ax.xaxis, days)
    ax.figure.draw_without_rendering()

    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert {"01 Feb", "01 Mar"} <= set(labels)
    assert ax.xaxis.get_offset_text().get_text() == "2024"


def test_what_are_no_axes_is_refused():
    with pytest.raises(TypeError, match="matplotlib Axes, got ndarray; pass one of those"):
        plotting.plot_comparison(compared(RANKS, 2.0), ax=np.array([None, None]))
