"""Where random numbers come from, as scikit-learn's `random_state` says."""

from typing import Any

import numpy as np
from sklearn.utils import check_random_state


def random_state_of(random_state: Any) -> np.random.RandomState:
    """The generator that is given, or a new one with the seed that is given."""
    try:
        state: np.random.RandomState = check_random_state(random_state)
    except ValueError as error:
        raise ValueError(
            "random_state must be an integer from 0 to 2**32 - 1, a numpy RandomState or None, got "
            f"{random_state!r}"
        ) from error
    return state
