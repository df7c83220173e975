"""Tests between forecasts: by hand, against other implementations, and where they must agree."""

import numpy as np
import pytest

from rnnts.evaluation.significance import (
    diebold_mariano,
    model_confidence_set,
    superior_ability,
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


def test_diebold_mariano_survives_a_negative_rectangular_variance():
    alternating = np.tile([1.0, -1.0], 10) + 0.5

    test = diebold_mariano(alternating, np.zeros(20), horizon=2)

    assert np.isfinite(test.statistic)


def test_equal_losses_are_no_difference():
    assert diebold_mariano([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]).p_value == 1.0


def test_superior_ability_of_one_model_is_a_one_sided_diebold_mariano():
    for seed, shift in enumerate((0.0, 0.1, 0.2)):
        rng = np.random.default_rng(seed)
        losses = {
            "model": rng.standard_normal(300) ** 2,
            "benchmark": rng.standard_normal(300) ** 2,
        }
        losses["benchmark"] += shift
        test = diebold_mariano(losses["model"], losses["benchmark"])
        one_sided = test.p_value / 2 if test.statistic < 0 else 1 - test.p_value / 2

        p_value = superior_ability(losses, "benchmark", ["model"])

        # Hansen's recentring leaves a model that is far worse out of the null.
        assert p_value == pytest.approx(one_sided, abs=0.06) or min(p_value, one_sided) > 0.5


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
