"""The test of a ratio as columns of the report's tables."""

from typing import Any

from rnnts.study.inference import RatioTest


def interval_columns(test: RatioTest, name: str = "MSE ratio") -> dict[str, Any]:
    """The ratio with its interval, and from how many pairs."""
    low, high = test.interval
    return {"n": test.n, name: test.ratio, "from": low, "to": high}


def ratio_columns(test: RatioTest) -> dict[str, Any]:
    """The same, and whether the two are equivalent."""
    return interval_columns(test) | {
        "p (equivalent)": test.p_equivalent,
        "p (different)": test.p_different,
        "outcome": test.label,
    }
