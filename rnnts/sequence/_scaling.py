"""How the numbers that a network reads and predicts are scaled."""

import numpy as np
from sklearn.preprocessing import StandardScaler

from rnnts._types import FloatArray
from rnnts._validation import check_choice
from rnnts.transforms._scaling import Scaling


def scaling_of(scale: str | None, values: FloatArray, weights: FloatArray) -> Scaling:
    """The scaling of values (n, n_columns), each row counted by its weight.

    Parameters
    ----------
    scale : "standard" or None
        By mean and standard deviation, or not at all.
    """
    if scale is None:
        n_columns = values.shape[-1]
        return Scaling(np.zeros(n_columns), np.ones(n_columns))
    check_choice("scale", scale, ["standard"])
    # Squares of the smallest numbers are zero; a power of two changes no digit of the others.
    _, exponents = np.frexp(np.abs(values).max(axis=0))
    # Weighted, the variance of equal values may come out below zero, and is then taken for zero.
    with np.errstate(invalid="ignore"):
        scaler = StandardScaler().fit(np.ldexp(values, -exponents), sample_weight=weights)
    return Scaling(np.ldexp(scaler.mean_, exponents), np.ldexp(scaler.scale_, exponents))
