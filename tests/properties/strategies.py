"""What the properties are tried on, and how often."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# Fixed examples: a test that fails once fails always.
few = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
many = settings(few, max_examples=40)

seeds = st.integers(0, 2**31)


@st.composite
def series(draw, min_rows=24, max_rows=40):
    """A series that varies, of any level and spread."""
    n_rows = draw(st.integers(min_rows, max_rows))
    rng = np.random.default_rng(draw(seeds))
    t, noise = np.arange(n_rows), rng.normal(size=n_rows)
    values = {
        "noise": noise,
        "walk": noise.cumsum(),
        "season": 3 * np.sin(np.pi * t / 2) + noise,
        "trend": 0.3 * t + noise,
    }[draw(st.sampled_from(["noise", "walk", "season", "trend"]))]
    level, spread = draw(st.floats(-1e3, 1e3)), 10 ** draw(st.floats(-3, 3))
    index = pd.period_range("2001-01", periods=n_rows, freq="M")
    return pd.Series(level + spread * values, index=index)


def panels(n_series):
    """Series by their ids, of different lengths and sizes."""
    listed = st.lists(series(), min_size=n_series, max_size=n_series)
    return listed.map(lambda found: {f"s{place}": one for place, one in enumerate(found)})
