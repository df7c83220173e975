"""What all transforms promise, tested once over the table and over chains of them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rnnts.transforms import (
    TRANSFORMS,
    BoxCox,
    Chain,
    Deseasonalize,
    Difference,
    Identity,
    Level,
    Log,
    Preparation,
    Scale,
)

CASES = {
    **{name: transform() for name, transform in TRANSFORMS.items()},
    "boxcox by likelihood": BoxCox("likelihood"),
    "additive season": Deseasonalize(operation="additive"),
    "stl": Deseasonalize("stl"),
    "no difference": Difference(0),
    "second difference": Difference(2),
    "seasonal difference": Difference((1, 4)),
    "last value": Level("last"),
    "ratio to the last value": Level("last", "divide"),
    "ratio to the level": Level("ses", "divide"),
    "mean of the season": Level("season"),
    "robust scale": Scale("robust"),
    "scale of steps": Scale("steps"),
    "nothing in a chain": Chain(()),
    "airline": Chain((Log(), Difference((1, 4)), Scale())),
    "two that add up": Chain((Difference(1), Level("ses"))),
    "the recipe": Preparation("log", deseasonalize="classical", diff=None, level="ses", scale=None),
    "left alone": Preparation(None, None, None, None, None),
}
SEASON = 4

every_transform = pytest.mark.parametrize("transform", CASES.values(), ids=CASES)
tables = arrays(float, st.tuples(st.integers(20, 40), st.just(2)), elements=st.floats(0.5, 200.0))
holed = arrays(
    float,
    st.tuples(st.integers(20, 40), st.just(2)),
    elements=st.floats(0.5, 200.0) | st.just(np.nan),
)
# Fixed examples: a test that fails once fails always.
quickly = settings(max_examples=12, deadline=None, derandomize=True)


def parts(fitted):
    """Everything a fitted transform holds, one flat list."""
    if isinstance(fitted, tuple):
        return [part for each in fitted for part in parts(each)]
    if dataclasses.is_dataclass(fitted):
        return [
            part
            for field in dataclasses.fields(fitted)
            for part in parts(getattr(fitted, field.name))
        ]
    return [fitted]


def assert_same(fitted, expected):
    for part, expected_part in zip(parts(fitted), parts(expected), strict=True):
        np.testing.assert_array_equal(part, expected_part)


def assert_undone(values, expected):
    np.testing.assert_allclose(values, expected, rtol=1e-7, atol=1e-7)


def rows_with_trend(n_rows=44, n_columns=1):
    rng = np.random.default_rng(3)
    row = np.arange(n_rows)[:, None]
    season = np.sin(np.pi * row / 2)
    return np.exp(0.03 * row + 0.3 * season + rng.normal(0, 0.1, (n_rows, n_columns)))


@every_transform
@given(y=tables, origin=st.integers(0, 15))
@quickly
def test_a_path_is_undone_from_every_origin(transform, y, origin):
    fitted = transform.fit(y, SEASON)
    known = fitted.n_lost + origin

    at_origin = fitted.start.update(y[:known])

    assert_undone(at_origin.inverse_transform(at_origin.transform_next(y[known:])), y[known:])


@every_transform
@given(y=tables)
@quickly
def test_one_step_predictions_are_undone_with_the_rows_before(transform, y):
    fitted = transform.fit(y, SEASON)
    prepared = fitted.transform(y)

    undone = fitted.inverse_one_step(prepared, y)

    assert_undone(undone[fitted.n_lost :], y[fitted.n_lost :])
    assert np.isnan(prepared[: fitted.n_lost]).any(axis=1).all()


@every_transform
def test_one_step_is_the_first_step_of_a_path_from_each_origin(transform):
    y = rows_with_trend()
    fitted = transform.fit(y, SEASON)
    prepared = fitted.transform(y) + 0.1

    undone = fitted.inverse_one_step(prepared, y)

    for row in range(fitted.n_lost, len(y)):
        path = fitted.start.update(y[:row]).inverse_transform(prepared[row : row + 1])
        np.testing.assert_allclose(path[0], undone[row], rtol=1e-10)


@every_transform
@given(y=tables, new=holed, cut=st.integers(0, 20))
@quickly
def test_updates_in_pieces_are_one_update(transform, y, new, cut):
    fitted = transform.fit(y, SEASON)

    in_pieces = fitted.update(new[:cut]).update(new[cut:])

    assert_same(in_pieces, fitted.update(new))
    assert_same(in_pieces, fitted.start.update(np.vstack([y, new])))
    assert_same(fitted, fitted.start.update(y))


@every_transform
@given(y=tables, new=holed)
@quickly
def test_new_rows_are_prepared_as_the_end_of_the_series(transform, y, new):
    fitted = transform.fit(y, SEASON)

    prepared = fitted.transform_next(new)

    whole = fitted.transform(np.vstack([y, new]))
    np.testing.assert_array_equal(prepared, whole[len(y) :])


@every_transform
def test_paths_are_undone_each_for_itself(transform):
    fitted = transform.fit(rows_with_trend(n_columns=3), SEASON)
    paths = np.random.default_rng(0).normal(1.0, 0.1, (2, 5, 6, 3))

    undone = fitted.inverse_transform(paths)

    assert undone.shape == paths.shape
    for sample in np.ndindex(2, 5):
        np.testing.assert_array_equal(undone[sample], fitted.inverse_transform(paths[sample]))


@every_transform
def test_columns_are_prepared_each_for_itself(transform):
    y = rows_with_trend(n_columns=2) * [1.0, 50.0]
    together = transform.fit(y, SEASON)

    alone = [transform.fit(y[:, [column]], SEASON) for column in range(2)]

    prepared = np.hstack([each.transform(y[:, [i]]) for i, each in enumerate(alone)])
    np.testing.assert_allclose(together.transform(y), prepared, rtol=1e-12)
    forecast = np.full((5, 1), 1.1)
    undone = np.hstack([each.inverse_transform(forecast) for each in alone])
    np.testing.assert_allclose(together.inverse_transform(np.hstack([forecast] * 2)), undone)


@every_transform
def test_one_step_quantiles_keep_their_order(transform):
    y = rows_with_trend()
    fitted = transform.fit(y, SEASON)
    quantiles = fitted.transform(y) + np.linspace(-0.3, 0.3, 7)[:, None, None]

    undone = fitted.inverse_one_step(quantiles, y)

    assert (np.diff(undone[:, fitted.n_lost :], axis=0) > 0).all()


@every_transform
def test_quantiles_of_steps_are_undone_only_where_that_is_right(transform):
    fitted = transform.fit(rows_with_trend(), SEASON)
    draws = np.random.default_rng(1).normal(1.0, 0.2, (501, 3, 1))
    middle = np.median(draws, axis=0)

    expected = np.median(fitted.inverse_transform(draws), axis=0)

    np.testing.assert_allclose(fitted.inverse_quantiles(middle[:1]), expected[:1])
    if fitted.is_pointwise:
        np.testing.assert_allclose(fitted.inverse_quantiles(middle), expected)
    else:
        with pytest.raises(ValueError, match=r"quantiles of 3 steps .* undo sample paths"):
            fitted.inverse_quantiles(middle)


@every_transform
def test_a_missing_row_stays_missing_and_spoils_no_more_than_it_must(transform):
    y = rows_with_trend(60)
    y[30] = np.nan
    fitted = transform.fit(y, SEASON)

    is_missing = np.isnan(fitted.transform(y)[:, 0])

    # Only a difference looks back at single rows, at most as far as it loses rows at the start.
    assert is_missing[30]
    assert not is_missing[fitted.n_lost : 30].any()
    assert not is_missing[31 + fitted.n_lost :].any()
    assert np.isfinite(fitted.inverse_transform(np.full((9, 1), 0.1))).all()
    predicted = np.where(np.isnan(fitted.transform(y)), 0.1, fitted.transform(y))
    assert np.isfinite(fitted.inverse_one_step(predicted, y)[fitted.n_lost :]).all()


@every_transform
def test_fitting_twice_learns_the_same_and_touches_nothing(transform):
    y = rows_with_trend()
    before = y.copy()
    y.setflags(write=False)

    fitted = transform.fit(y, SEASON)
    fitted.inverse_one_step(fitted.transform(y), y)

    assert_same(transform.fit(y, SEASON), fitted)
    np.testing.assert_array_equal(y, before)
    assert transform == dataclasses.replace(transform)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fitted.season_length = 3
    assert isinstance(fitted.describe(), str)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.ones(3), r"shape \(n_rows, n_columns\), got \(3,\); one series is values\[:, None\]"),
        (np.array([[1.0], [np.inf]]), "finite or NaN"),
        (np.array([[1.0, np.nan], [2.0, np.nan]]), "column 1 has no value left"),
        (np.ones((0, 1)), "column 0 has no value left to learn from in 0 row"),
        (np.ones((8, 0)), r"values of shape \(8, 0\) have no column to learn from"),
    ],
)
def test_what_is_no_table_of_observed_numbers_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        Identity().fit(values)


def test_one_series_without_its_column_is_refused_later_too():
    with pytest.raises(ValueError, match="one series is values"):
        Scale().fit(np.ones((3, 1))).transform(np.ones(3))
