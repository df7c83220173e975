"""Pictures of backtests and comparisons."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from scipy import stats

from rnnts.plotting import plot_backtest, plot_calibration, plot_comparison


def test_a_line_for_each_origin_holds_its_forecasts(result, y, ax):
    assert plot_backtest(result, model="seasonal", ax=ax) is ax

    observed, *lines = ax.lines
    np.testing.assert_array_equal(observed.get_ydata(), y[-30:])
    folds = [fold for _, fold in result.predictions.groupby("cutoff")]
    assert len(lines) == len(folds) == 4
    for line, fold in zip(lines, reversed(folds), strict=True):
        np.testing.assert_array_equal(line.get_ydata()[-12:], fold["seasonal"])
        np.testing.assert_array_equal(line.get_xdata()[-12:], fold["ds"])
    # All but the first start from an observation that is among the rows scored.
    assert [len(line.get_ydata()) for line in lines] == [13, 13, 13, 12]
    assert lines[0].get_ydata()[0] == y[folds[-1]["cutoff"].iloc[0]]


def test_older_forecasts_are_fainter(result, ax):
    plot_backtest(result, model="naive", ax=ax)

    brightness = [sum(line.get_color()) for line in ax.lines[1:]]
    assert brightness == sorted(brightness)


def test_the_strip_holds_the_errors_by_origin(result, ax):
    plot_backtest(result, model="naive", ax=ax)

    bars = ax.figure.axes[-1].patches
    table = result.by_cutoff()
    table = table[table["model"] == "naive"]
    np.testing.assert_allclose([bar.get_height() for bar in bars], table["mae"])
    np.testing.assert_allclose([bar.get_x() for bar in bars], date2num(table["cutoff"]))


def test_the_best_model_is_drawn_unless_another_is_named(result):
    best = result.table()["mae"].idxmin()

    chosen = plot_backtest(result)

    assert chosen.get_legend().get_texts()[1].get_text() == best
    with pytest.raises(ValueError, match=r"unknown model 'niave'.*did you mean 'naive'"):
        plot_backtest(result, model="niave")


def test_one_of_several_series_has_to_be_named(result):
    two = pd.concat([result.predictions, result.predictions.assign(unique_id="other", naive=0.0)])
    both = SimpleNamespace(models=result.models, predictions=two)

    ax = plot_backtest(both, unique_id="other", model="naive")

    assert not ax.lines[1].get_ydata()[-12:].any()
    with pytest.raises(ValueError, match="one series, got 2; pass unique_id= one of 'air_passen"):
        plot_backtest(both)
    with pytest.raises(ValueError, match="there is no series 'third' in this backtest"):
        plot_backtest(both, unique_id="third")


def test_shares_are_those_of_the_table(result, ax):
    assert plot_calibration(result, ax=ax) is ax

    table = result.table()
    for line, model in zip(ax.lines[1:], result.models, strict=True):
        assert line.get_label() == model
        assert line.get_xdata().tolist() == [50, 80, 95]
        shares = 100 * table.loc[model, ["coverage-50", "coverage-80", "coverage-95"]]
        np.testing.assert_allclose(line.get_ydata(), shares.astype(float))


def test_the_band_holds_95_per_cent_of_binomial_shares(result, ax):
    plot_calibration(result, ax=ax)

    outline = ax.collections[0].get_paths()[0].vertices
    at_80 = np.unique(outline[outline[:, 0] == 80, 1])
    np.testing.assert_allclose(at_80, 100 * stats.binom.ppf([0.025, 0.975], 48, 0.8) / 48)


def test_rows_without_observation_are_not_counted(result, ax):
    gone = result.predictions.copy()
    gone.loc[:11, "y"] = np.nan
    rest = SimpleNamespace(models=result.models, predictions=gone)

    plot_calibration(rest, ax=ax)

    known = gone[12:]
    held = known["y"].between(known["naive-lo-80"], known["naive-hi-80"]).mean()
    assert ax.lines[1].get_ydata()[1] == pytest.approx(100 * held)
    assert "36 rows" in ax.get_title()


def test_a_backtest_without_intervals_is_not_calibrated(result):
    points = result.predictions[["unique_id", "ds", "cutoff", "y", "naive"]]

    with pytest.raises(ValueError, match="of one to 8 models, got 0 that have any; backtest them"):
        plot_calibration(SimpleNamespace(models=["naive"], predictions=points))


def compared(ranks, difference):
    return SimpleNamespace(
        ranks=lambda: pd.Series(ranks), critical_difference=lambda level: difference * level / 95
    )


def bars(ax):
    """Ends of the bars that join models."""
    return [
        line.get_xdata().tolist()
        for line in ax.lines
        if line.get_linewidth() == 4 and line.get_ydata()[0] < 0
    ]


# Nine models' mean ranks, and what joins them by hand at a critical difference of 2.
RANKS = dict(zip("abcdefghi", [1.2, 2.0, 3.1, 5.4, 5.5, 6.0, 6.9, 7.2, 9.0], strict=True))


def test_bars_join_models_within_the_critical_difference(ax):
    assert plot_comparison(compared(RANKS, 2.0), ax=ax) is ax

    assert bars(ax) == [[1.2, 3.1], [5.4, 7.2], [7.2, 9.0]]
    dots = [line.get_xdata() for line in ax.lines if line.get_marker() == "o"]
    assert np.ravel(dots).tolist() == list(RANKS.values())


def test_the_level_is_handed_on(ax):
    plot_comparison(compared(RANKS, 2.0), level=38, ax=ax)

    assert bars(ax) == [[1.2, 2.0], [5.4, 6.0], [6.9, 7.2]]
    assert "critical difference 0.80 (38 %)" in [text.get_text() for text in ax.texts]


def test_models_are_named_with_the_best_first(ax):
    plot_comparison(compared({"worst": 2.6, "best": 1.1, "middle": 2.3}, 0.1), ax=ax)

    names = [text.get_text() for text in ax.texts][-3:]
    assert names == ["best  1.10", "middle  2.30", "2.60  worst"]
    assert bars(ax) == []


def test_what_is_no_comparison_is_refused(result):
    with pytest.raises(TypeError, match="'ranks' holds, which a Backtest does not have"):
        plot_comparison(result)
    with pytest.raises(ValueError, match="needs at least two models, got 1"):
        plot_comparison(compared({"only": 1.0}, 1.0))
    with pytest.raises(ValueError, match="level must lie between 0 and 100"):
        plot_comparison(compared(RANKS, 2.0), level=100)
