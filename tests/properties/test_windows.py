"""However a series is cut, each row to forecast is forecast once, from rows before it."""

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

from rnnts import NaiveForecaster, PanelTimeSeriesSplit, backtest
from rnnts.evaluation._folds import Windows
from tests.properties.strategies import few, many

counts = st.integers(1, 6)
gaps = st.integers(0, 3)


@few
@given(horizon=counts, n_windows=counts, gap=gaps, n_spare=st.integers(2, 9))
def test_a_backtest_scores_each_of_the_last_rows_once(horizon, n_windows, gap, n_spare):
    n_scored = horizon * n_windows
    y = pd.Series(np.arange(n_scored + gap + n_spare, dtype=float))

    table = backtest(
        NaiveForecaster(), y, horizon=horizon, n_windows=n_windows, gap=gap, level=None
    ).predictions

    assert sorted(table["ds"]) == y.index[-n_scored:].tolist()
    np.testing.assert_array_equal(table["y"], table["ds"])
    # The naive forecast of a row is its origin, this series being its own row numbers.
    np.testing.assert_array_equal(table["NaiveForecaster"], table["cutoff"])
    assert (table["cutoff"] + gap < table["ds"]).all()
    assert (table["ds"] <= table["cutoff"] + gap + horizon).all()


@many
@given(
    horizon=counts,
    n_windows=counts,
    step=counts,
    gap=gaps,
    window=st.none() | st.integers(1, 9),
    n_rows=st.integers(10, 60),
)
def test_every_origin_knows_rows_before_those_it_is_asked_for(
    horizon, n_windows, step, gap, window, n_rows
):
    assume(n_rows >= gap + horizon + (n_windows - 1) * step + (window or 1))

    folds = Windows.of(horizon, n_windows, step, gap, window).folds(n_rows)

    assert len(folds) == n_windows
    assert set(np.diff([fold.origin for fold in folds])) <= {step}
    assert folds[-1].scored[-1] == n_rows - 1
    for fold in folds:
        assert len(fold.known) == (window or fold.origin + 1)
        np.testing.assert_array_equal(np.diff(fold.known), 1)
        first = fold.origin + 1 + gap
        np.testing.assert_array_equal(fold.scored, np.arange(first, first + horizon))


@few
@given(
    lengths=st.lists(st.integers(1, 20), min_size=1, max_size=4),
    n_splits=counts,
    test_size=counts,
    gap=gaps,
    order=st.randoms(use_true_random=False),
)
def test_splits_of_a_panel_test_the_last_rows_of_each_series_once(
    lengths, n_splits, test_size, gap, order
):
    assume(max(lengths) >= n_splits * test_size + gap + 1)
    rows = [(label, time) for label, length in enumerate(lengths) for time in range(length)]
    # Series may stand in any order, and their rows among each other, each by its own clock.
    ranks = {row: place for place, row in enumerate(order.sample(rows, len(rows)))}
    rows.sort(key=lambda row: (row[1], ranks[row]))
    X = pd.DataFrame(rows, columns=["unique_id", "ds"])

    tested = []
    for train, test in PanelTimeSeriesSplit(n_splits, test_size, gap).split(X):
        last = X.loc[train].groupby("unique_id")["ds"].max()
        first = X.loc[test].groupby("unique_id")["ds"].min()
        assert (first - last.loc[first.index] >= gap + 1).all()
        tested += X.loc[test].itertuples(index=False, name=None)

    assert len(set(tested)) == len(tested)
    for label, length in enumerate(lengths):
        # Splits for which there is a row to train on.
        n_parts = max(min((length - gap - 1) // test_size, n_splits), 0)
        expected = range(length - n_parts * test_size, length)
        assert sorted(time for one, time in tested if one == label) == list(expected)
