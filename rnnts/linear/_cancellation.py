"""ARMA models without common roots."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rnnts._validation import check_positive
from rnnts.linear._polynomial import cancel_common_roots

if TYPE_CHECKING:
    from rnnts.linear._arma import ARMA


def minimal(arma: "ARMA", tol: float = 1e-8) -> "ARMA":
    """The same model without common roots of phi and theta.

    Parameters
    ----------
    tol : float, default 1e-8
        How close to a common factor, relative to the coefficients, counts as one; last
        coefficients below it are dropped.

    Returns
    -------
    ARMA
        With the same psi and pi weights, and `const` divided by the common factor at 1.

    Raises
    ------
    ValueError
        If `tol` is not above 0, or a common unit root leaves the constant undetermined.

    References
    ----------
    Hannan and Deistler (1988), *The Statistical Theory of Linear Systems*, section 2.3.

    Examples
    --------
    >>> from rnnts.linear import ARMA
    >>> arma = ARMA(ar=[0.9, -0.2], ma=[-0.4], const=0.3).minimal()
    >>> arma.ar, arma.order, round(arma.const, 12)
    (array([0.5]), (1, 0), 0.5)
    """
    phi, theta, common = cancel_common_roots(
        arma.ar_polynomial, arma.ma_polynomial, check_positive("tol", tol)
    )
    const = arma.const
    if const and len(common) > 1:
        if abs(common.sum()) <= 1e-9 * np.abs(common).sum():
            raise ValueError(
                f"const must be 0 where phi and theta share a unit root, got {const:.6g}: it "
                "is a time trend, which the smaller model has no place for"
            )
        const = float(const / common.sum())
    return replace(arma, ar=-phi[1:], ma=theta[1:], const=const)
