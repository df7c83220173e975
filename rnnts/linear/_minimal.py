"""Networks without hidden modes that nothing drives or nothing shows."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rnnts._types import FloatArray
from rnnts._validation import check_positive
from rnnts.linear._start import Start

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace


def minimal(network: "StateSpace", tol: float = 1e-9) -> "StateSpace":
    """The smallest network with the same response to every input.

    Hidden modes that no input reaches, or that no output shows, are removed.  `b_hidden`
    moves into `b_output` unless A has an eigenvalue of 1.

    Parameters
    ----------
    tol : float, default 1e-9
        Singular values below it, relative to the size of the matrices, count as zero.

    Returns
    -------
    StateSpace
        Without `start` and `n_burn` where the start lay in a removed mode: a prior that
        changed silently would change the likelihood.

    Raises
    ------
    ValueError
        If `tol` is not above 0.

    References
    ----------
    Van Dooren (1981), *The generalized eigenstructure problem in linear system theory*,
    IEEE Transactions on Automatic Control 26: the staircase algorithm.

    Examples
    --------
    >>> from rnnts.linear import StateSpace
    >>> StateSpace(A=[[0.5, 0.0], [0.0, 0.9]], B=[1.0, 0.0], C=[0.3, 1.0]).minimal().A
    array([[0.5]])
    """
    tol = check_positive("tol", tol)
    network = _without_bias(network)
    # Modes that no output shows go first: the start, too, loses nothing by that.
    shown = _krylov_basis(network.A.T, network.C.T, tol)
    network = _projected(network, shown, network.start)
    inputs = np.column_stack([network.B, network.exog_hidden, network.b_hidden])
    reached = _krylov_basis(network.A, inputs, tol)
    start = network.start if _is_spanned(network.start, reached) else None
    return _projected(network, reached, start)


def _krylov_basis(transition: FloatArray, inputs: FloatArray, tol: float) -> FloatArray:
    """Orthonormal basis of what the inputs reach: the span of M^j N over all j.

    The staircase: each step keeps the directions the last ones lead to.  The powers of M are
    never formed, because their columns fade or turn into each other.
    """
    sizes = np.linalg.norm(inputs, axis=0)
    block = inputs[:, sizes > 0] / sizes[sizes > 0]
    basis = np.zeros((len(transition), 0))
    scale = 1.0
    while block.shape[1] and basis.shape[1] < len(transition):
        for _ in range(2):  # the second pass removes the rounding of the first
            block = block - basis @ (basis.T @ block)
        directions, strengths, _ = np.linalg.svd(block, full_matrices=False)
        newest = directions[:, strengths > tol * scale]
        basis = np.hstack([basis, newest])
        block = transition @ newest
        scale = max(float(np.linalg.norm(transition)), np.finfo(float).tiny)
    return basis


def _without_bias(network: "StateSpace") -> "StateSpace":
    """The network with b_hidden moved to the output, unless A has an eigenvalue of 1."""
    remainder = np.eye(network.hidden_size) - network.A
    if not network.b_hidden.any() or np.linalg.cond(remainder) > 1e12:
        return network
    shift = np.linalg.solve(remainder, network.b_hidden)
    start = network.start
    return replace(
        network,
        b_hidden=np.zeros(network.hidden_size),
        b_output=network.b_output + network.C @ shift,
        start=start and Start(start.mean - shift, start.cov),
    )


def _projected(network: "StateSpace", basis: FloatArray, start: Start | None) -> "StateSpace":
    """The network in the coordinates of an orthonormal basis."""
    return replace(
        network,
        A=basis.T @ network.A @ basis,
        B=basis.T @ network.B,
        C=network.C @ basis,
        b_hidden=basis.T @ network.b_hidden,
        exog_hidden=basis.T @ network.exog_hidden,
        start=start and _projected_start(start, basis),
        n_burn=network.n_burn if start else 0,
    )


def _projected_start(start: Start, basis: FloatArray) -> Start:
    """The start in the coordinates of an orthonormal basis."""
    # Through the factor: beside a diffuse variance the rounding of basis' cov basis would leave
    # small variances negative.
    factor = basis.T @ start.factor
    return Start(basis.T @ start.mean, factor @ factor.T)


def _is_spanned(start: Start | None, basis: FloatArray) -> bool:
    """Whether every state the start can produce lies in the span of the basis."""
    if start is None:
        return False
    states = np.column_stack([start.mean, start.factor])
    outside = states - basis @ (basis.T @ states)
    return bool(np.linalg.norm(outside) <= 1e-9 * np.linalg.norm(states))
