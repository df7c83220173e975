"""Impulse responses of the network and the forecast variance that follows from them."""

from typing import TYPE_CHECKING

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.linear._checks import check_range

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace


def psi_weights(network: "StateSpace", n_weights: int) -> FloatArray:
    r"""Weights of the errors in the observations, from :math:`\psi_0 = I` on.

    Parameters
    ----------
    n_weights : int
        How many, counting :math:`\psi_0`.

    Returns
    -------
    ndarray of shape (n_weights,), or (n_weights, k, k) with k > 1 outputs
        :math:`\psi_j = C (A + B C)^{j-1} B`.

    Raises
    ------
    ValueError, OverflowError
        If `n_weights` is below 1, or the weights of an explosive network are no longer numbers.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.1.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> StateSpace(A=[[-0.4]], B=[0.9], C=[1.0]).psi_weights(3)
    array([1.  , 0.9 , 0.45])
    """
    n_weights = check_count("n_weights", n_weights)
    later = _impulse_response(network, network.closed_loop, n_weights - 1)
    weights = np.concatenate([np.eye(network.n_outputs)[None], later])
    return _squeezed(network, weights)


def pi_weights(network: "StateSpace", n_weights: int) -> FloatArray:
    r"""Weights of past observations in the one-step prediction, from lag 1 on.

    Parameters
    ----------
    n_weights : int
        How many; the first is :math:`\pi_1`, the weight of the newest observation.

    Returns
    -------
    ndarray of shape (n_weights,), or (n_weights, k, k) with k > 1 outputs
        :math:`\pi_j = C A^{j-1} B`.

    Raises
    ------
    ValueError, OverflowError
        If `n_weights` is below 1, or the weights of an explosive network are no longer numbers.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.1.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> StateSpace(A=[[-0.4]], B=[0.9], C=[1.0]).pi_weights(3)
    array([ 0.9  , -0.36 ,  0.144])
    """
    n_weights = check_count("n_weights", n_weights)
    return _squeezed(network, _impulse_response(network, network.A, n_weights))


def forecast_variance(network: "StateSpace", horizon: int) -> FloatArray:
    r"""Variance of the forecast errors 1 to `horizon` steps ahead, the state being known.

    Parameters
    ----------
    horizon : int

    Returns
    -------
    ndarray of shape (horizon,), or covariances of shape (horizon, k, k)
        :math:`\sum_{j<h} \psi_j \Sigma \psi_j'`.

    Raises
    ------
    ValueError, OverflowError
        If `horizon` is below 1, or the variances of an explosive network are no longer numbers.

    References
    ----------
    Brockwell and Davis (2016), *Introduction to Time Series and Forecasting*, section 3.3.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> StateSpace(A=[[0.7]], B=[0.3], C=[1.0]).forecast_variance(3)
    array([1.  , 1.09, 1.18])
    """
    shape = (-1, network.n_outputs, network.n_outputs)
    psi = network.psi_weights(check_count("horizon", horizon)).reshape(shape)
    with np.errstate(over="ignore", invalid="ignore"):
        covariances = np.cumsum(psi @ network.sigma @ psi.transpose(0, 2, 1), axis=0)
    return _squeezed(network, check_range("the variance", covariances))


def _impulse_response(network: "StateSpace", transition: FloatArray, n_terms: int) -> FloatArray:
    """C M^j B for j = 0 ... n_terms - 1, of shape (n_terms, k, k)."""
    response = np.empty((n_terms, network.n_outputs, network.n_outputs))
    state = network.B
    with np.errstate(over="ignore", invalid="ignore"):
        for term in range(n_terms):
            response[term] = network.C @ state
            state = transition @ state
    return check_range("the response", response)


def _squeezed(network: "StateSpace", matrices: FloatArray) -> FloatArray:
    """Numbers instead of 1 x 1 matrices where there is one output."""
    return matrices[:, 0, 0] if network.n_outputs == 1 else matrices
