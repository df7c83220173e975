"""Transforms of any settings are undone, whatever is missing and however large the values are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnts.transforms import (
    TRANSFORMS,
    BoxCox,
    Chain,
    Deseasonalize,
    Difference,
    Level,
    Preparation,
    Scale,
)
from tests.properties.strategies import many, seeds

SEASON = 4
differences = st.lists(st.integers(1, 5), max_size=2).map(lambda lags: Difference(tuple(lags)))
levels = st.builds(
    Level, st.sampled_from(["last", "ses", "season"]), st.sampled_from(["subtract", "divide"])
)
scales = st.builds(Scale, st.sampled_from(["standard", "robust", "steps"]))
seasons = st.builds(
    Deseasonalize,
    st.sampled_from(["classical", "stl"]),
    st.sampled_from(["auto", "additive", "multiplicative"]),
    only_significant=st.booleans(),
)
preparations = st.builds(
    Preparation,
    st.sampled_from(["auto", "log", "shifted_log", "boxcox", None]),
    st.sampled_from(["auto", "classical", "recent", "stl", None]),
    st.sampled_from(["auto", 0, 1, 2, (1, 4), None]),
    st.sampled_from(["last", "ses", "season", None]),
    st.sampled_from(["standard", "robust", "steps", None]),
)
by_default = st.sampled_from([transform() for transform in TRANSFORMS.values()])
powers = st.builds(BoxCox, st.sampled_from(["guerrero", "likelihood"]))
single = by_default | powers | seasons | differences | levels | scales
chains = st.tuples(powers, differences, scales).map(Chain)
settings_of_transforms = single | chains | preparations


@st.composite
def tables(draw):
    """Positive rows of any size with a trend and a season, some of them missing, and rows to come.

    Those to come have been seen before: a power that was chosen may end at the smallest value.
    """
    rng = np.random.default_rng(draw(seeds))
    row = np.arange(draw(st.integers(24, 40)))
    logs = 0.03 * row + 0.3 * np.sin(np.pi * row / 2) + 0.1 * rng.normal(size=len(row))
    y = 10.0 ** draw(st.integers(-100, 100)) * np.exp(logs)[:, None]
    future = rng.permutation(y)[:9]
    # A difference has no path from an origin at which a row that it needs is missing.
    y[:-12][rng.random(len(y) - 12) < draw(st.sampled_from([0.0, 0.1, 0.3]))] = np.nan
    return y, future


@many
@given(transform=settings_of_transforms, table=tables())
def test_a_path_is_undone(transform, table):
    y, future = table
    fitted = transform.fit(y, SEASON)

    undone = fitted.inverse_transform(fitted.transform_next(future))

    np.testing.assert_allclose(undone, future, rtol=1e-6)
