"""Tests between forecasts: by hand, against other implementations, and where they must agree."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from rnnts.evaluation.significance import (
    critical_difference,
    diebold_mariano,
    friedman,
    holm,
    mean_ranks,
    model_confidence_set,
)


def test_diebold_mariano_by_hand():
    # d = 0, 2, 6: mean 8/3, variance 56/9, factor sqrt((3 + 1 - 2) / 3).
    test = diebold_mariano([1.0, 4.0, 9.0], [1.0, 2.0, 3.0])

    expected = np.sqrt(2 / 3) * (8 / 3) / np.sqrt(56 / 9 / 3)
    assert test.statistic == pytest.approx(expected)
    assert test.p_value == pytest.approx(2 * (0.5 - expected / (2 * np.sqrt(2 + expected**2))))


def test_diebold_mariano_adds_autocovariances_up_to_the_horizon():
    difference = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 3.0, 4.0])
    centred = difference - difference.mean()
    variance = (centred @ centred + 2 * centred[1:] @ centred[:-1]) / 8
    factor = np.sqrt((8 + 1 - 4 + 2 * 1 / 8) / 8)

    test = diebold_mariano(difference, np.zeros(8), horizon=2)

    assert test.statistic == pytest.approx(factor * difference.mean() / np.sqrt(variance / 8))


def test_diebold_mariano_cannot_test_what_differs_by_the_same_each_time():
    reference = np.array([0.1, 0.7, 0.3, 0.9])

    worse, better = (diebold_mariano(reference + by, reference) for by in (0.2, -0.2))

    assert (worse.statistic, better.statistic) == (np.inf, -np.inf)
    assert np.isnan([worse.p_value, better.p_value]).all()


def test_diebold_mariano_survives_a_negative_rectangular_variance():
    alternating = np.tile([1.0, -1.0], 10) + 0.5

    test = diebold_mariano(alternating, np.zeros(20), horizon=2)

    assert np.isfinite(test.statistic)


@pytest.mark.parametrize("unit", [2.0**-1000, 2.0**1000])
def test_the_unit_of_losses_plays_no_part(unit):
    losses = np.random.default_rng(0).random((2, 20))
    named = {"one": losses[0], "other": 3 * losses[1]}

    assert diebold_mariano(*(unit * losses), horizon=3) == diebold_mariano(*losses, horizon=3)
    of_unit = {name: unit * each for name, each in named.items()}
    assert model_confidence_set(of_unit) == model_confidence_set(named)


def test_equal_losses_are_no_difference():
    assert diebold_mariano([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).p_value == 1.0


def test_confidence_set_drops_what_diebold_and_mariano_reject():
    rng = np.random.default_rng(6)
    shared = rng.standard_normal((200,))
    losses = {
        "good": shared**2,
        "as good": (shared + 0.02 * rng.standard_normal(200)) ** 2,
        "bad": (shared + rng.standard_normal(200)) ** 2,
    }

    assert diebold_mariano(losses["bad"], losses["good"]).p_value < 0.001
    assert model_confidence_set(losses) == {"good", "as good"}


def test_a_confidence_set_holds_all_models_that_are_the_same():
    losses = np.random.default_rng(0).random(20)

    assert model_confidence_set({"a": losses, "b": losses.copy()}) == {"a", "b"}
    found = model_confidence_set({"a": losses, "worse": losses + 1, "b": losses.copy()})
    assert found == {"a", "b"}


@pytest.mark.parametrize(("n_origins", "is_parted"), [(4, False), (5, True)])
def test_a_model_always_worse_goes_once_chance_is_less_than_one_in_ten(n_origins, is_parted):
    """All of n differences have one sign by chance with a probability of 2 to the 1 - n."""
    losses = {"a": np.arange(n_origins) / 10, "b": 1.0 + np.arange(n_origins) / 7}

    assert (model_confidence_set(losses) == {"a"}) == is_parted


def test_of_two_models_it_is_the_sign_flip_test_of_their_difference():
    rng = np.random.default_rng(1)
    losses = {"a": rng.random(7), "b": rng.random(7) + 0.2}
    difference = losses["b"] - losses["a"]
    means = [np.mean(difference * signs) for signs in product([1, -1], repeat=7)]
    p_value = np.mean(np.abs(means) >= np.abs(difference.mean()) - 1e-12)

    # Either may be the worse of two that are alike: the largest of both ratios counts both sides.
    assert 0.01 < p_value < 0.5
    assert model_confidence_set(losses, level=1 - p_value - 1e-6) == {"a"}
    assert model_confidence_set(losses, level=1 - p_value + 1e-6) == {"a", "b"}


@pytest.mark.parametrize("n_origins", [6, 30])
def test_equal_models_stay_as_often_as_promised(n_origins):
    rng = np.random.default_rng(2)
    n_kept = 0

    for _ in range(200):
        common = rng.normal(size=(n_origins, 1))
        losses = common + rng.normal(size=(n_origins, 4)) * [0.5, 1.0, 1.0, 2.0]
        n_kept += len(model_confidence_set(dict(zip("abcd", losses.T, strict=True)))) == 4

    # 90 % asked for; two standard errors of 200 draws are 4 points.
    assert n_kept / 200 > 0.85


def test_origins_that_overlap_count_as_one():
    rng = np.random.default_rng(0)
    losses = {"a": 1.0 + 0.01 * rng.standard_normal(12), "b": 0.01 * rng.standard_normal(12)}

    assert model_confidence_set(losses, n_overlapping=2) == {"b"}
    assert model_confidence_set(losses, n_overlapping=3) == {"a", "b"}


@pytest.mark.parametrize("seed", range(5))
def test_holm_equals_statsmodels(seed):
    p_values = np.random.default_rng(seed).random(7) ** 3

    found = holm([*p_values[:3], np.nan, *p_values[3:]])

    expected = multipletests(p_values, method="holm")[1]
    np.testing.assert_allclose(found[[0, 1, 2, 4, 5, 6, 7]], expected, rtol=1e-14)
    assert np.isnan(found[3])


# Demsar (2006), table 5 (a): two-tailed critical values q of Nemenyi's test for 2 to 10 models.
Q = {
    95: [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164],
    90: [1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920],
}


@pytest.mark.parametrize("level", Q)
def test_critical_differences_are_those_of_demsars_table(level):
    for k, q in enumerate(Q[level], start=2):
        expected = q * np.sqrt(k * (k + 1) / (6 * 30))
        # Printed to three digits after the point, some of them cut off rather than rounded.
        assert critical_difference(k, 30, level) == pytest.approx(expected, rel=5e-4)


# Demsar (2006), table 6: areas under the curve of C4.5 and three variants on 14 data sets.
AREAS = [
    [0.763, 0.768, 0.771, 0.798],
    [0.599, 0.591, 0.590, 0.569],
    [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657],
    [0.882, 0.888, 0.886, 0.898],
    [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685],
    [0.583, 0.583, 0.563, 0.625],
    [0.775, 0.838, 0.866, 0.875],
    [1.000, 1.000, 1.000, 1.000],
    [0.940, 0.962, 0.965, 0.962],
    [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.9751, 0.975],
    [0.957, 0.978, 0.946, 0.970],
]


def test_ranks_are_those_of_demsars_example():
    losses = -np.array(AREAS)

    assert mean_ranks(losses).round(3).tolist() == [3.143, 2.000, 2.893, 1.964]
    assert round(critical_difference(4, 14, 90), 2) == 1.12
    statistic = 12 * 14 / (4 * 5) * (np.sum(mean_ranks(losses) ** 2) - 4 * 25 / 4)
    assert round(statistic, 2) == 9.28
    # He leaves ties as they are: three pairs, and four on one of the data sets.
    ties = 1 - (3 * (2**3 - 2) + (4**3 - 4)) / (14 * 4 * (4**2 - 1))
    assert friedman(losses) == pytest.approx(stats.chi2.sf(statistic / ties, 3), rel=1e-12)


def test_nothing_but_ties_is_no_difference():
    assert friedman(np.ones((4, 3))) == 1.0


def test_tables_of_losses_that_say_nothing_are_refused():
    with pytest.raises(ValueError, match="at least 3 models, got 2"):
        friedman(np.ones((4, 2)))
    with pytest.raises(ValueError, match=r"without missing ones, got shape \(1, 2\)"):
        mean_ranks([[1.0, np.nan]])
    with pytest.raises(ValueError, match="n_models must be at least 2, got 1"):
        critical_difference(1, 5)
