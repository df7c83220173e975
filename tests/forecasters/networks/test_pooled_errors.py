"""Intervals of one series from what was held out of all."""

import numpy as np
from numpy.testing import assert_allclose

from rnnts.forecasters.networks._pooled_errors import PooledErrors

N_SERIES, N_STEPS = 2000, 4


def panel(exponent, seed=0):
    """Errors whose spread is a power of the size of steps before them."""
    rng = np.random.default_rng(seed)
    sizes = np.exp(rng.standard_normal(N_SERIES))
    spread = sizes**exponent
    return spread[:, None, None] * rng.standard_normal((N_SERIES, N_STEPS, 1)), sizes[:, None]


def test_exponent_is_the_one_that_made_the_errors():
    for exponent in (0.0, 0.4, 1.0):
        pooled = PooledErrors.like(*panel(exponent))

        assert_allclose(pooled.exponent, exponent, atol=0.05)


def test_calm_and_restless_series_are_held_alike():
    pooled = PooledErrors.like(*panel(0.6))
    errors, sizes = panel(0.6, seed=1)

    low, high = pooled.errors.quantiles(N_STEPS, np.array([0.1, 0.9]))[:, 0].T

    units = np.array([pooled.unit(size) for size in sizes])
    held = ((units * low <= errors[..., 0]) & (errors[..., 0] <= units * high)).mean(axis=1)
    is_calm = sizes[:, 0] < 1
    assert_allclose([held[is_calm].mean(), held[~is_calm].mean()], 0.8, atol=0.02)


def test_a_series_that_stood_still_has_a_unit():
    errors, sizes = panel(1.0)
    sizes[0] = 0.0

    pooled = PooledErrors.like(errors, sizes)

    [unit] = pooled.unit(np.zeros(1))
    assert 0 < unit < pooled.usual[0]


def test_a_panel_that_stood_still_has_intervals_without_width():
    pooled = PooledErrors.like(np.zeros((5, N_STEPS, 1)), np.zeros((5, 1)))

    assert not pooled.errors.quantiles(N_STEPS, np.array([0.1, 0.9])).any()


def test_targets_do_not_know_each_other():
    (first, first_sizes), (second, second_sizes) = panel(0.3), panel(0.9, seed=1)

    both = PooledErrors.like(
        np.concatenate([first, second], axis=2), np.hstack([first_sizes, second_sizes])
    )

    alone = PooledErrors.like(second, second_sizes)
    assert_allclose(both.exponent[1], alone.exponent[0])
    assert_allclose(both.unit(np.array([1.0, 2.0]))[1], alone.unit(np.array([2.0]))[0])
