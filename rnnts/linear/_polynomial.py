r"""Polynomials in the lag operator, coefficients ascending from the constant 1.

:math:`a(L) = 1 + a_1 L + \dots + a_p L^p` is stored as ``[1, a_1, ..., a_p]``; where a function
says *coefficients*, the leading 1 is left out.
"""

import numpy as np

from rnnts._types import FloatArray


def lag_polynomial(coefficients: FloatArray) -> FloatArray:
    """Coefficients with the leading 1 put in front."""
    return np.concatenate([[1.0], coefficients])


def lag_determinant(matrix: FloatArray) -> FloatArray:
    """Coefficients of det(I - matrix L), the leading 1 included."""
    if not len(matrix):
        return np.ones(1)
    # det(zI - M), descending in z, has the coefficients of det(I - ML), ascending in L.
    return np.real(np.poly(matrix))


def companion(coefficients: FloatArray) -> FloatArray:
    """Observer companion matrix M with det(I - M L) = 1 + a_1 L + ... + a_p L^p."""
    order = len(coefficients)
    matrix = np.eye(order, k=1)
    if order:
        matrix[:, 0] = -coefficients
    return matrix


def divide_series(numerator: FloatArray, denominator: FloatArray, n_terms: int) -> FloatArray:
    """First terms of the power series numerator / denominator, whose denominator starts with 1."""
    quotient = np.zeros(n_terms)
    n_shared = min(n_terms, len(numerator))
    quotient[:n_shared] = numerator[:n_shared]
    tail = denominator[1:]
    for term in range(1, n_terms):
        reach = min(term, len(tail))
        quotient[term] -= tail[:reach] @ quotient[term - reach : term][::-1]
    return quotient


def cancel_common_roots(
    first: FloatArray, second: FloatArray, tol: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Split two lag polynomials into cofactors without common roots and their common factor.

    Returns
    -------
    first, second, common : ndarray
        So that convolving each cofactor with `common` gives the polynomials back.

    Notes
    -----
    Roots are never computed, because a double root is known to half the digits only.  The
    cofactors satisfy first * other_cofactor = second * one_cofactor: a null vector of a
    Sylvester matrix, looked for from the largest possible common factor downwards.
    """
    first, second = _trimmed(first, tol), _trimmed(second, tol)
    p, q = len(first) - 1, len(second) - 1
    # Of equal size, or the smaller one would hardly count.
    one, other = (polynomial / np.abs(polynomial).max() for polynomial in (first, second))
    for degree in range(min(p, q), 0, -1):
        sylvester = np.hstack(
            [_convolution(one, q - degree + 1), -_convolution(other, p - degree + 1)]
        )
        _, sizes, rows = np.linalg.svd(sylvester)
        if sizes[-1] <= tol * sizes[0]:
            null = rows[sylvester.shape[1] - 1]
            second_cofactor, first_cofactor = np.split(null / null[0], [q - degree + 1])
            # Both polynomials start with 1, hence so do both cofactors.
            first_cofactor = first_cofactor / first_cofactor[0]
            common = np.linalg.lstsq(_convolution(first_cofactor, degree + 1), first)[0]
            return first_cofactor, second_cofactor, common.astype(float)
    return first, second, np.ones(1)


def step_down(coefficients: FloatArray) -> FloatArray:
    r"""Reflection coefficients of :math:`1 + a_1 L + \dots + a_p L^p` (Schur-Cohn, Levinson down).

    All roots lie outside the unit circle exactly when every reflection coefficient is below one
    in absolute value.  For an autoregression (:math:`a_j = -\phi_j`) they are the partial
    autocorrelations with the sign turned.

    Parameters
    ----------
    coefficients : ndarray of shape (p,)
        :math:`a_1 \dots a_p`.

    Returns
    -------
    ndarray of shape (p,)
        The recursion starts at lag p.  It cannot pass a coefficient of one or more in absolute
        value: that one is returned with zeros before it, so ``abs(result).max() < bound`` is
        the test either way.

    See Also
    --------
    step_up : The way back.

    References
    ----------
    Barndorff-Nielsen and Schou (1973), *On the parametrization of autoregressive models by
    partial autocorrelations*, Journal of Multivariate Analysis 3.

    Examples
    --------
    >>> step_down(np.array([-0.9, 0.2]))
    array([-0.75,  0.2 ])
    >>> step_down(np.array([-2.5, 1.0]))
    array([0., 1.])
    """
    remaining = np.array(coefficients, dtype=float)
    reflections = np.zeros(len(remaining))
    for lag in range(len(remaining), 0, -1):
        reflection = remaining[-1]
        reflections[lag - 1] = reflection
        if not abs(reflection) < 1:
            break
        lower = remaining[:-1]
        remaining = (lower - reflection * lower[::-1]) / (1 - reflection**2)
    return reflections


def step_up(reflections: FloatArray) -> FloatArray:
    r"""Coefficients of the polynomial with given reflection coefficients (Levinson up).

    Parameters
    ----------
    reflections : ndarray of shape (p,)
        Each within (-1, 1) gives a polynomial with all roots outside the unit circle, and every
        such polynomial is reached once.

    Returns
    -------
    ndarray of shape (p,)
        :math:`a_1 \dots a_p` of :math:`1 + a_1 L + \dots + a_p L^p`.

    See Also
    --------
    step_down : The way back.

    References
    ----------
    Barndorff-Nielsen and Schou (1973), *On the parametrization of autoregressive models by
    partial autocorrelations*, Journal of Multivariate Analysis 3.

    Examples
    --------
    >>> step_up(np.array([-0.75, 0.2]))
    array([-0.9,  0.2])
    """
    coefficients = np.zeros(0)
    for reflection in np.asarray(reflections, dtype=float):
        coefficients = np.append(coefficients + reflection * coefficients[::-1], reflection)
    return coefficients


def _convolution(polynomial: FloatArray, n_columns: int) -> FloatArray:
    """Matrix that multiplies a polynomial of `n_columns` coefficients by `polynomial`."""
    matrix = np.zeros((len(polynomial) + n_columns - 1, n_columns))
    for column in range(n_columns):
        matrix[column : column + len(polynomial), column] = polynomial
    return matrix


def _trimmed(polynomial: FloatArray, tol: float) -> FloatArray:
    """The polynomial without the last coefficients that are zero to within `tol`."""
    return polynomial[: np.flatnonzero(np.abs(polynomial) > tol)[-1] + 1]
