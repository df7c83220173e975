"""What holds for every panel, whatever its series are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from rnnts import NaiveForecaster, PanelForecaster, RNNForecaster, ThetaForecaster
from tests.properties.strategies import few, panels, seeds

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

TANH = RNNForecaster("tanh", 2, max_iter=3, partner=None)
AHEAD = RNNForecaster("tanh", 2, horizon=3, max_iter=3, partner=None)
MODELS = {
    "local": PanelForecaster(TANH),
    "global": PanelForecaster(AHEAD, "global"),
    "both": PanelForecaster(AHEAD, "both"),
    "theta": PanelForecaster(ThetaForecaster(season_length=1)),
    "naive": PanelForecaster(NaiveForecaster()),
}
every_model = pytest.mark.parametrize("name", MODELS)
# Each is several series.
three = settings(few, max_examples=3)


def fitted(name, panel):
    return clone(MODELS[name]).fit(panel)


def bank_of(seed):
    """Enough series of one length that their networks are trained side by side."""
    values = np.random.default_rng(seed).normal(size=(33, 30)).cumsum(axis=1)
    index = pd.period_range("2001-01", periods=30, freq="M")
    return {f"s{place}": pd.Series(row, index) for place, row in enumerate(values)}


def assert_same(answers, expected):
    for answer, other in zip(answers, expected, strict=True):
        pd.testing.assert_frame_equal(answer, other, check_exact=True)


@every_model
@three
@given(panel=panels(3), order=st.permutations(range(3)))
def test_order_and_names_of_series_change_no_bit(name, panel, order):
    expected = fitted(name, panel).predict_interval(4)
    turned = {f"new {place}": panel[f"s{place}"] for place in order}

    found = fitted(name, turned).predict_interval(4)

    assert list(found) == list(turned)
    assert_same([found[f"new {place}"] for place in range(3)], expected.values())


@three
@given(seed=seeds, order=st.permutations(range(33)))
def test_order_and_names_of_series_side_by_side_change_no_bit(seed, order):
    panel = bank_of(seed)
    model = PanelForecaster(AHEAD)
    expected = model.fit(panel).predict_interval(4)

    found = model.fit({place: panel[f"s{place}"] for place in order}).predict_interval(4)

    assert len(model.forecasters_.bank.places) == 33
    assert_same([found[place] for place in range(33)], expected.values())


@pytest.mark.parametrize("name", ["local", "theta", "naive"])
@three
@given(panel=panels(3))
def test_a_local_forecaster_does_not_know_the_others(name, panel):
    together = fitted(name, panel).predict_interval(4)

    alone = [clone(MODELS[name].estimator).fit(y).predict_interval(4) for y in panel.values()]
    assert_same(together.values(), alone)


@every_model
@three
@given(panel=panels(3), cuts=st.lists(st.integers(0, 6), min_size=3, max_size=3))
def test_updates_in_pieces_are_one_update(name, panel, cuts):
    known = {label: y[:-6] for label, y in panel.items()}
    new = {label: y[-6:] for label, y in panel.items()}
    first = {label: y[:cut] for (label, y), cut in zip(new.items(), cuts, strict=True)}
    then = {label: y[cut:] for (label, y), cut in zip(new.items(), cuts, strict=True)}
    pieces, whole = fitted(name, known), fitted(name, known)

    for part in (first, then):
        if part := {label: y for label, y in part.items() if len(y)}:
            pieces.update(part)
    whole.update(new)

    for label, expected in whole.predict(4).items():
        pd.testing.assert_series_equal(pieces.predict(4)[label], expected, rtol=1e-12)


@every_model
@three
@given(panel=panels(2), levels=st.lists(st.integers(2, 99), min_size=2, max_size=3, unique=True))
def test_intervals_and_quantiles_are_ordered_and_nested(name, panel, levels):
    model = fitted(name, panel)
    shares = sorted({half for level in levels for half in (50 - level / 2, 50 + level / 2)})

    intervals = model.predict_interval(4, level=levels)
    quantiles = model.predict_quantiles(4, [share / 100 for share in shares])

    ends = [f"lo-{level}" for level in sorted(levels, reverse=True)]
    ends += [f"hi-{level}" for level in sorted(levels)]
    for label in panel:
        assert (np.diff(intervals[label][ends], axis=1) >= 0).all()
        assert (np.diff(quantiles[label], axis=1) >= 0).all()
        assert quantiles[label].columns.size == len(shares)
