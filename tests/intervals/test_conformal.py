"""Calibration by held-out errors: coverage where the truth is known, and what it cannot know."""

import numpy as np
import pytest
from scipy import stats

from rnnts.intervals import ConformalErrors
from rnnts.intervals._spread import Spread

PROBABILITIES = np.array([0.025, 0.1, 0.9, 0.975])


def random_walk(rng, shape):
    return rng.normal(size=shape).cumsum(axis=1)


def reverting(rng, shape):
    errors = rng.normal(size=shape)
    for step in range(1, shape[1]):
        errors[:, step] += 0.7 * errors[:, step - 1]
    return errors


def heavy_tails(rng, shape):
    return rng.standard_t(3, size=shape)


def skew_walk(rng, shape):
    return (rng.exponential(size=shape) - 1).cumsum(axis=1)


def coverages(draw, n_origins, n_repetitions):
    """Mean coverage of the 80 and 95 % intervals at each of twelve steps."""
    rng = np.random.default_rng(0)
    covered = []
    for _ in range(n_repetitions):
        seen, unseen = draw(rng, (n_origins, 12)), draw(rng, (4000, 12))
        quantiles = ConformalErrors.like(seen[:, :, None]).quantiles(12, PROBABILITIES)[:, 0]
        below = [(unseen < quantiles[:, end]).mean(axis=0) for end in range(4)]
        covered.append([below[2] - below[1], below[3] - below[0]])
    return np.mean(covered, axis=0)


@pytest.mark.parametrize("draw", [random_walk, reverting, heavy_tails, skew_walk])
def test_many_origins_cover_within_two_points_at_every_step(draw):
    covered = coverages(draw, 2000, 5)

    # The first error of the skew walk is exponential, and not yet free of the pooled ones.
    steps = slice(1, None) if draw is skew_walk else slice(None)
    assert np.abs(covered[0] - 0.80)[steps].max() < 0.02
    assert np.abs(covered[1] - 0.95)[steps].max() < 0.02


@pytest.mark.parametrize("draw", [random_walk, reverting])
@pytest.mark.parametrize(("n_origins", "above"), [(3, 0.10), (6, 0.05), (12, 0.03), (30, 0.02)])
def test_few_origins_err_on_the_side_of_caution(draw, n_origins, above):
    covered = coverages(draw, n_origins, 200).mean(axis=1)

    # Means over 200 draws have a standard error of at most 0.7 points.
    assert 0.80 - 0.01 < covered[0] < 0.80 + above
    assert 0.95 - 0.01 < covered[1] < 0.95 + above


def overlapping(rng, n_origins, n_steps, rows_apart=1):
    """Errors of naive forecasts of one random walk from origins so many rows apart."""
    walk = rng.normal(size=(n_origins - 1) * rows_apart + n_steps + 1).cumsum()
    origins = np.arange(n_origins)[:, None] * rows_apart
    return walk[origins + np.arange(1, n_steps + 1)] - walk[origins]


@pytest.mark.parametrize("n_origins", [12, 30, 75])
def test_origins_that_overlap_cover_within_two_points(n_origins):
    rng = np.random.default_rng(0)
    scale = np.sqrt(np.arange(1, 13))[:, None]

    covered = {rows_apart: [] for rows_apart in (None, 1)}
    for _ in range(300):
        errors = overlapping(rng, n_origins, 12)[:, :, None]
        for rows_apart, shares in covered.items():
            likely = ConformalErrors.like(errors, rows_apart)
            below = stats.norm.cdf(likely.quantiles(12, PROBABILITIES)[:, 0] / scale).mean(axis=0)
            shares.append([below[2] - below[1], below[3] - below[0]])

    np.testing.assert_allclose(np.mean(covered[1], axis=0), [0.80, 0.95], atol=0.02)
    # Taken for independent, they are too few to know their spread.
    assert (np.mean(covered[None], axis=0) < [0.78, 0.93]).all()


@pytest.mark.parametrize(("n_steps", "rows_apart"), [(6, 1), (6, 2), (6, 4), (6, 7), (12, 5)])
def test_overlapping_errors_are_worth_what_their_mean_square_varies(n_steps, rows_apart):
    rng, n_origins = np.random.default_rng(0), 60

    squares = [
        np.square(overlapping(rng, n_origins, n_steps, rows_apart)[:, -1]).mean()
        for _ in range(4000)
    ]

    worth = ConformalErrors.like(np.ones((2, n_steps, 1)), rows_apart).worth[-1]
    independent = 2 * n_steps**2 / n_origins
    # Standard error of the variance of 4000 draws is 2.2 %; 60 origins have ends of their own.
    assert worth == pytest.approx(independent / np.var(squares), rel=0.08)


def test_very_many_errors_speak_for_themselves():
    errors = np.random.default_rng(0).exponential(size=(40_000, 2, 1))

    found = ConformalErrors.like(errors).quantiles(2, PROBABILITIES)[:, 0]

    np.testing.assert_allclose(found[0], stats.expon.ppf(PROBABILITIES), atol=0.05)
    np.testing.assert_allclose(
        found, np.quantile(errors[..., 0], PROBABILITIES, axis=0).T, atol=0.03
    )


def test_one_origin_says_how_large_errors_are_and_nothing_of_their_shape():
    found = ConformalErrors.like(np.array([[[2.0]]])).quantiles(1, PROBABILITIES)[:, 0]

    # One error, one degree of freedom: Cauchy.
    student = stats.t(1).ppf(PROBABILITIES)
    assert (np.abs(found[0] / (2 * student) - 1) < 0.05).all()


def test_quantiles_scale_with_the_errors():
    errors = random_walk(np.random.default_rng(0), (20, 6))[:, :, None]

    once, tenfold = (
        ConformalErrors.like(factor * errors).quantiles(8, PROBABILITIES) for factor in (1, 10)
    )

    np.testing.assert_allclose(10 * once, tenfold, rtol=1e-10)


@pytest.mark.parametrize("n_origins", [1, 2, 5, 40, 500])
def test_quantiles_never_cross_even_if_all_errors_lie_on_one_side(n_origins):
    errors = np.random.default_rng(0).exponential(size=(n_origins, 4, 1)) + 1
    probabilities = np.linspace(0.0005, 0.9995, 400)

    found = ConformalErrors.like(errors).quantiles(6, probabilities)

    assert (np.diff(found, axis=2) >= 0).all()
    assert np.isfinite(found).all()


def test_errors_of_zero_are_expected_again():
    seen = ConformalErrors.like(np.zeros((5, 3, 2)))

    assert not seen.quantiles(7, PROBABILITIES).any()
    assert not seen.draw(7, 10, np.random.default_rng(0)).any()


def test_what_was_not_observed_teaches_nothing():
    errors = random_walk(np.random.default_rng(0), (30, 6))[:, :, None]
    errors[20:, 3:] = np.nan
    with_empty_origins = np.concatenate([errors, np.full((50, 6, 1), np.nan)])

    found = ConformalErrors.like(errors).quantiles(6, PROBABILITIES)

    expected = ConformalErrors.like(with_empty_origins).quantiles(6, PROBABILITIES)
    np.testing.assert_array_equal(found, expected)


def test_a_target_without_errors_is_named():
    errors = np.ones((4, 3, 2))
    errors[:, :, 1] = np.nan

    with pytest.raises(ValueError, match="held-out errors, target 1 has none; hold out rows"):
        ConformalErrors.like(errors)


def test_targets_are_calibrated_one_by_one():
    rng = np.random.default_rng(0)
    first, second = random_walk(rng, (25, 5)), 7 * reverting(rng, (25, 5))
    second[10:], second[:, 3] = np.nan, np.nan

    both = ConformalErrors.like(np.stack([first, second], axis=2)).quantiles(9, PROBABILITIES)

    for target, errors in enumerate((first, second)):
        alone = ConformalErrors.like(errors[:, :, None]).quantiles(9, PROBABILITIES)
        np.testing.assert_allclose(both[:, target], alone[:, 0], rtol=1e-12)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 0.9])
def test_a_power_law_is_found_and_followed(exponent):
    law = 3.0 * np.arange(1, 13) ** exponent

    spread = Spread.of(np.random.default_rng(0).normal(size=(400, 12)) * law)

    assert spread.exponent == pytest.approx(exponent, abs=0.05)
    np.testing.assert_allclose(spread.known, law, rtol=0.1)
    np.testing.assert_allclose(spread.at(24)[-1], spread.known[-1] * 2**spread.exponent)


def test_spreads_never_shrink_and_may_be_cut_short():
    errors = np.random.default_rng(0).normal(size=(9, 12)) * np.linspace(2, 1, 12)

    spread = Spread.of(errors)

    assert (np.diff(spread.at(30)) >= 0).all()
    np.testing.assert_array_equal(spread.at(5), spread.known[:5])


def test_one_step_is_followed_between_a_constant_and_a_random_walk():
    spread = Spread.of(np.random.default_rng(0).normal(size=(50, 1)))

    growth = spread.at(9) / spread.known
    assert (np.diff(growth) > 0).all()
    assert (growth[1:] < np.sqrt(np.arange(2, 10))).all()


def test_a_step_without_errors_is_filled_by_its_neighbours():
    errors = np.random.default_rng(0).normal(size=(5000, 4)) * np.sqrt([1, 2, 3, 4])
    errors[:, 2:] = np.nan

    np.testing.assert_allclose(Spread.of(errors).at(4), np.sqrt([1, 2, 3, 4]), rtol=0.1)


@pytest.mark.parametrize(("draw", "correlation"), [(random_walk, 0.9), (heavy_tails, 0.0)])
def test_drawn_errors_have_the_quantiles_and_hang_together_as_those_seen(draw, correlation):
    seen = ConformalErrors.like(draw(np.random.default_rng(0), (60, 12))[:, :, None])

    paths = seen.draw(15, 100_000, np.random.default_rng(1))[:, :, 0]

    expected = seen.quantiles(15, PROBABILITIES)[:, 0]
    spread = (expected[:, 3] - expected[:, 0])[:, None] / 3.92
    found = np.quantile(paths, PROBABILITIES, axis=0).T
    assert (np.abs(found - expected) < 0.05 * spread).all()
    ranks = np.corrcoef(stats.rankdata(paths[:, 7]), stats.rankdata(paths[:, 8]))[0, 1]
    assert ranks == pytest.approx(correlation, abs=0.08)


def test_drawn_errors_of_targets_are_coupled_as_those_seen():
    rng = np.random.default_rng(0)
    common = rng.normal(size=(300, 4))
    errors = np.stack([common, 5 * (0.8 * common + 0.6 * rng.normal(size=(300, 4)))], axis=2)

    paths = ConformalErrors.like(errors).draw(4, 20_000, rng)

    assert np.corrcoef(paths[:, 2].T)[0, 1] == pytest.approx(0.8, abs=0.05)


def test_more_steps_continue_the_same_draws():
    seen = ConformalErrors.like(random_walk(np.random.default_rng(0), (9, 3))[:, :, None])

    short, long = (seen.draw(n, 5, np.random.default_rng(2)) for n in (2, 30))

    np.testing.assert_array_equal(short, long[:, :2])
