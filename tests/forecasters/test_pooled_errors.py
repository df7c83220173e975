import numpy as np
import pytest

from rnnts.forecasters.networks._pooled_errors import PooledErrors

N_SERIES, HORIZON = 2_000, 4
ENDS = np.array([0.025, 0.975])


def windows(units, seed=0):
    """Normal errors that grow with the horizon, of series with these units."""
    steps = np.random.default_rng(seed).normal(size=(len(units), HORIZON, 1))
    return steps.cumsum(axis=1) * units[:, None]


def coverage(pooled, sizes, errors):
    low, high = np.moveaxis(pooled.errors.quantiles(HORIZON, ENDS), -1, 0)
    units = np.stack([pooled.unit(size) for size in sizes])[:, None]
    return np.mean((low * units <= errors) & (errors <= high * units))


@pytest.mark.parametrize("exponent", [0.0, 0.4, 1.0])
def test_the_law_between_steps_and_errors_is_found(exponent):
    sizes = np.exp(np.random.default_rng(1).normal(size=(N_SERIES, 1)))

    pooled = PooledErrors.like(windows(sizes**exponent), sizes)

    assert pooled.exponent[0] == pytest.approx(exponent, abs=0.1)
    new = windows(sizes**exponent, seed=2)
    assert coverage(pooled, sizes, new) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("later", [0.05, 1.0, 3.0])
def test_series_that_never_moved_are_measured_by_how_such_series_went_on(later):
    is_still = np.arange(N_SERIES) % 2 == 0
    sizes = np.where(is_still, 0.0, 1.0)[:, None]
    units = np.where(is_still, later, 1.0)[:, None]

    pooled = PooledErrors.like(windows(units), sizes)

    assert pooled.unit(np.zeros(1))[0] == pytest.approx(later, rel=0.1)
    new = windows(units, seed=2)
    assert coverage(pooled, sizes[is_still], new[is_still]) == pytest.approx(0.95, abs=0.02)
    assert coverage(pooled, sizes[~is_still], new[~is_still]) == pytest.approx(0.95, abs=0.02)


def test_a_panel_of_constants_stays_what_it_is():
    pooled = PooledErrors.like(np.zeros((20, HORIZON, 1)), np.zeros((20, 1)))

    np.testing.assert_array_equal(pooled.errors.quantiles(HORIZON, ENDS), 0.0)
    assert pooled.unit(np.zeros(1))[0] > 0


def test_targets_do_not_know_of_each_other():
    sizes = np.exp(np.random.default_rng(1).normal(size=(60, 2)))
    errors = windows(sizes ** np.array([0.2, 0.9]))

    both = PooledErrors.like(errors, sizes)

    for target in range(2):
        alone = PooledErrors.like(errors[..., [target]], sizes[:, [target]])
        assert alone.exponent[0] == both.exponent[target]
        assert alone.unit(sizes[0, [target]])[0] == both.unit(sizes[0])[target]
