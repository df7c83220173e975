"""Quantiles that cross, and those between and beyond the ones known."""

import numpy as np
import pytest
from scipy import stats

from rnnts.intervals import interpolated_quantiles, rearranged
from rnnts.intervals._quantiles import quantiles_of_columns

KNOWN = np.array([0.025, 0.1, 0.5, 0.9, 0.975])


def test_rearranged_quantiles_do_not_cross_and_are_no_worse():
    rng = np.random.default_rng(0)
    estimates = stats.norm.ppf(KNOWN) + rng.normal(0, 0.8, size=(500, 5))

    ordered = rearranged(estimates)

    assert (np.diff(ordered, axis=1) >= 0).all()
    # Proposition 4 of Chernozhukov et al. for p = 2, and in every sample.
    before, after = (
        np.square(table - stats.norm.ppf(KNOWN)).sum(axis=1) for table in (estimates, ordered)
    )
    assert (after <= before + 1e-12).all()
    assert (after < before - 0.1).any()


def test_quantiles_of_a_normal_distribution_are_found_at_any_probability():
    wanted = np.array([0.001, 0.025, 0.3, 0.5, 0.97, 0.999])

    found = interpolated_quantiles(stats.norm(3, 2).ppf(KNOWN)[None], KNOWN, wanted)

    np.testing.assert_allclose(found[0], stats.norm(3, 2).ppf(wanted), rtol=1e-12)


def test_found_quantiles_do_not_cross_though_the_known_ones_do():
    rng = np.random.default_rng(0)
    crossing = rng.normal(size=(200, 2, 5))

    found = interpolated_quantiles(crossing, KNOWN, np.linspace(0.001, 0.999, 99))

    assert found.shape == (200, 2, 99)
    assert (np.diff(found, axis=2) >= 0).all()


def test_one_quantile_says_nothing_of_others():
    with pytest.raises(ValueError, match="two known ones at least, got 1; train for more"):
        interpolated_quantiles(np.zeros((1, 1)), np.array([0.5]), np.array([0.1]))


def test_each_row_may_ask_for_its_own_probabilities():
    rng = np.random.default_rng(0)
    quantiles, known = rng.standard_normal((4, 2, 3)), np.array([0.2, 0.5, 0.9])
    probabilities = rng.uniform(0.01, 0.99, (4, 2, 5))

    found = interpolated_quantiles(quantiles, known, probabilities)

    for place in np.ndindex(4, 2):
        expected = interpolated_quantiles(quantiles[place], known, probabilities[place])
        np.testing.assert_allclose(found[place], expected, rtol=1e-12)


def test_quantiles_of_columns_are_those_of_numpy_for_each():
    rng = np.random.default_rng(0)
    values, probabilities = rng.normal(size=(40, 7)), rng.random((7, 5))
    values[rng.random(values.shape) < 0.4] = np.nan
    values[:, 2], values[1:, 3] = np.nan, np.nan

    found = quantiles_of_columns(values, probabilities)

    for column, asked in enumerate(probabilities):
        seen = values[~np.isnan(values[:, column]), column]
        expected = np.quantile(seen, asked) if len(seen) else 0.0
        np.testing.assert_allclose(found[column], expected, rtol=1e-13)
