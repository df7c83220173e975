"""Draws of one-step errors, and quantiles."""

import numpy as np
import pytest
from scipy import stats

from rnnts.intervals import (
    GaussianInnovations,
    ResampledInnovations,
    gaussian_quantiles,
    quantiles_of_paths,
)


@pytest.fixture
def errors():
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 3)) @ rng.normal(size=(3, 3)) + 1.0


def test_gaussian_quantiles_are_those_of_scipy():
    mean, variance = np.array([[1.0, 2.0]]), np.array([[4.0, 0.0]])
    probabilities = np.array([0.01, 0.5, 0.9])

    found = gaussian_quantiles(mean, variance, probabilities)

    np.testing.assert_allclose(found[0, 0], stats.norm(1, 2).ppf(probabilities), rtol=1e-14)
    np.testing.assert_array_equal(found[0, 1], 2.0)


def test_gaussian_innovations_have_the_mean_products_of_the_errors(errors):
    with_hole = np.vstack([errors, [1.0, np.nan, 2.0]])

    normal = GaussianInnovations.like(with_hole, n_free=10)

    np.testing.assert_allclose(normal.covariance, errors.T @ errors / 60 * 70 / 50, rtol=1e-12)


@pytest.mark.parametrize("n_rows", [1, 2, 60])
def test_gaussian_innovations_may_be_collinear(errors, n_rows):
    collinear = errors[:n_rows] * [1.0, 0.0, 0.0] + errors[:n_rows, :1] * [0.0, 2.0, 0.0]

    normal = GaussianInnovations.like(collinear)

    np.testing.assert_allclose(
        normal.covariance, collinear.T @ collinear / n_rows, rtol=1e-12, atol=1e-12
    )


def test_gaussian_draws_have_their_covariance(errors):
    normal = GaussianInnovations.like(errors)

    drawn = normal.draw(50, 4000, np.random.default_rng(0)).reshape(-1, 3)

    scale = np.sqrt(np.outer(*2 * [np.diag(normal.covariance)]))
    assert (np.abs(np.cov(drawn.T) - normal.covariance) < 0.02 * scale).all()
    assert (np.abs(drawn.mean(axis=0)) < 0.02 * np.sqrt(np.diag(normal.covariance))).all()


def test_resampled_rows_are_centred_rows_seen_and_inflated_for_the_fit(errors):
    with_hole = np.vstack([[np.nan, 0.0, 0.0], errors])

    seen = ResampledInnovations.like(with_hole, n_free=15)

    np.testing.assert_allclose(seen.errors, (errors - errors.mean(axis=0)) * np.sqrt(75 / 45))


def test_draws_lie_between_neighbours_of_one_row_seen(errors):
    seen = ResampledInnovations.like(errors)

    drawn = seen.draw(4, 100, np.random.default_rng(0)).reshape(-1, 3)

    ordered = np.sort(seen.errors, axis=0)
    # How many errors of each target lie below: the rank of the row, or one more.
    below = (ordered[None] < drawn[:, None]).sum(axis=1)
    ranks = seen.errors.argsort(axis=0).argsort(axis=0)
    is_between = (below[:, None] == ranks) | (below[:, None] == ranks + 1)
    assert is_between.all(axis=2).any(axis=1).all()


@pytest.mark.parametrize("n_rows", [20, 75])
def test_quantiles_of_draws_hold_new_errors_as_often_as_they_say(n_rows):
    rng = np.random.default_rng(0)

    below = []
    for _ in range(400):
        seen = ResampledInnovations(rng.normal(size=(n_rows, 1)))
        quantiles = quantiles_of_paths(seen.draw(1, 4000, rng), np.array([0.025, 0.1, 0.9, 0.975]))
        below.append(stats.norm.cdf(quantiles[0, 0]))

    low, lower, upper, high = np.mean(below, axis=0)
    # The standard errors of 400 samples are 0.3 and 0.2 points.
    np.testing.assert_allclose([upper - lower, high - low], [0.80, 0.95], atol=0.01)


@pytest.mark.parametrize("value", [0.0, 2.0])
def test_equal_errors_are_drawn_again(value):
    drawn = ResampledInnovations(np.full((5, 1), value)).draw(3, 10, np.random.default_rng(0))

    assert drawn.min() == np.median(drawn) == value


def test_more_parameters_than_half_the_rows_count_for_half(errors):
    half, many = (GaussianInnovations.like(errors, n_free).covariance for n_free in (30, 500))

    np.testing.assert_array_equal(half, many)


def test_no_complete_row_is_nothing_to_draw_from():
    with pytest.raises(ValueError, match=r"none of 2 row\(s\) is complete; give more rows"):
        ResampledInnovations.like(np.full((2, 1), np.nan))


@pytest.mark.parametrize("kind", [GaussianInnovations, ResampledInnovations])
def test_more_steps_continue_the_same_draws(errors, kind):
    innovations = kind.like(errors)

    short, long = (innovations.draw(n_steps, 7, np.random.default_rng(3)) for n_steps in (2, 20))

    np.testing.assert_array_equal(short, long[:, :2])


def test_quantiles_of_paths_are_taken_step_by_step():
    paths = np.random.default_rng(0).normal([[1.0], [5.0]], 2.0, size=(200_000, 2, 1))

    found = quantiles_of_paths(paths, np.array([0.1, 0.9]))

    expected = np.array([[[1.0]], [[5.0]]]) + 2 * stats.norm.ppf([0.1, 0.9])
    np.testing.assert_allclose(found, expected, atol=0.03)
