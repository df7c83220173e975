"""One linear unit, and how long it remembers."""

import numpy as np
from scipy.signal import lfilter

from rnnts._types import FloatArray


def states_of(x: FloatArray, decay: float, input_weight: float = 1.0) -> FloatArray:
    """States of h_t = a h_{t-1} + b x_t along the last axis, from h = 0 before the first input."""
    states: FloatArray = lfilter([input_weight], [1.0, -decay], x)
    return states


def effective_order(decay: float, share: float) -> int:
    """Inputs after which at most `share` of the variance of the state is unexplained."""
    return int(np.ceil(np.log(share) / (2 * np.log(decay))))


def n_to_forget(decay: float, left: float) -> int:
    """Steps after which no more than `left` is left of what the state once was."""
    return int(np.ceil(np.log(left) / np.log(decay)))
