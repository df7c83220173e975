"""Several forecasts at once, against the test of two of them."""

import numpy as np
import pytest

from rnnts.evaluation.significance import diebold_mariano
from rnnts.study.inference import bootstrapped_confidence_set, superior_ability


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
    assert bootstrapped_confidence_set(losses) == {"good", "as good"}
