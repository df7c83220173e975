r"""ARMA to network and back.

The network is the observer canonical form.  With coefficients padded to one length,

.. math::
    A = \begin{pmatrix} -\theta_1 & 1 & \\ \vdots & & \ddots \\ -\theta_n & & \end{pmatrix},
    \qquad B = \phi + \theta, \qquad C = (1, 0, \dots, 0):

:math:`A + B C` is the same matrix with :math:`\phi` in its first column.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from rnnts.linear._arma import ARMA
from rnnts.linear._polynomial import companion, lag_determinant, lag_polynomial

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace

# A constant divided by a smaller theta(1), relative to its terms, would lose six digits.
_UNIT_ROOT = 1e-6


def observer_form(arma: ARMA) -> dict[str, Any]:
    """Matrices of the network with the predictions of `arma`, by their names in StateSpace."""
    hidden_size = max(arma.order)
    ar = np.pad(arma.ar, (0, hidden_size - len(arma.ar)))
    ma = np.pad(arma.ma, (0, hidden_size - len(arma.ma)))
    first_unit = np.eye(1, hidden_size)
    polynomial = lag_polynomial(ma)
    b_hidden, b_output = np.zeros(hidden_size), 0.0
    if abs(polynomial.sum()) > _UNIT_ROOT * np.abs(polynomial).sum():
        # theta(L) b_output = const.  Kept out of the recurrence: with a zero start a bias
        # inside it would be a free initial state.
        b_output = arma.const / polynomial.sum()
    else:
        # An MA unit root swallows any constant of the output; the first unit sees it unfiltered.
        b_hidden = arma.const * first_unit[0]
    return {
        "A": companion(ma),
        "B": ar + ma,
        "C": first_unit,
        "b_hidden": b_hidden,
        "b_output": np.array([b_output]),
        "sigma": np.array([[arma.sigma2]]),
    }


def to_arma(network: "StateSpace") -> ARMA:
    r"""ARMA model that makes the same one-step predictions, on every path of the data.

    Returns
    -------
    ARMA
        Of order (n, n) with :math:`\theta(L) = \det(I - A L)`,
        :math:`\phi(L) = \det(I - (A + B C) L)` and the constant
        :math:`\theta(1) b_y + C\,\mathrm{adj}(I - A)\,b_h`.  Common roots stay; `minimal`
        of the result cancels them.

    Raises
    ------
    ValueError
        If the network has several outputs or exogenous inputs.

    References
    ----------
    Hannan and Deistler (1988), *The Statistical Theory of Linear Systems*, chapter 1.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> arma = StateSpace(A=[[0.25]], B=[0.5], C=[0.5], b_output=[2.0]).to_arma()
    >>> arma.ar, arma.ma, arma.const
    (array([0.5]), array([-0.25]), 1.5)
    """
    if network.n_outputs > 1 or network.n_exog:
        raise ValueError(
            "an ARMA model has one output and no exogenous input, but this network has "
            f"{network.n_outputs} and {network.n_exog}; work with the StateSpace itself"
        )
    theta = lag_determinant(network.A)
    phi = lag_determinant(network.closed_loop)
    # ARMA refuses what is no number.
    with np.errstate(over="ignore", invalid="ignore"):
        const = theta.sum() * network.b_output[0] + _bias_gain(network)
    return ARMA(ar=-phi[1:], ma=theta[1:], const=const, sigma2=network.sigma[0, 0])


def _bias_gain(network: "StateSpace") -> float:
    """C adj(I - A) b_hidden, by the matrix determinant lemma: I - A may be singular."""
    bias = float(np.abs(network.b_hidden).max(initial=0.0))
    output = float(np.abs(network.C).max(initial=0.0))
    if not bias or not output:
        return 0.0
    remainder = np.eye(network.hidden_size) - network.A
    # Of unit size, or the determinant would drown in what is added, or overflow.
    added = np.outer(network.b_hidden / bias, network.C / output)
    difference = np.linalg.det(remainder + added) - np.linalg.det(remainder)
    return bias * output * float(difference)
