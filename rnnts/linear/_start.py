"""What is known of the hidden state before the first observation."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts.linear._checks import as_matrix, as_vector, check_finite, read_only
from rnnts.linear._stability import spectral_radius, stationary_covariance

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace


@dataclass(frozen=True, eq=False)
class Start:
    """Gaussian distribution of the hidden state h_0, before the first observation is read.

    Parameters
    ----------
    mean : array-like of shape (n,)
    cov : array-like of shape (n, n)
        Symmetric and positive semi-definite; zeros say that the state is known.

    Raises
    ------
    ValueError
        If the shapes do not fit each other, an entry is not finite, or `cov` is no covariance.

    References
    ----------
    Durbin and Koopman (2012), *Time Series Analysis by State Space Methods*, chapter 5.

    Examples
    --------
    >>> Start(mean=[10.0], cov=[[4.0]]).factor
    array([[2.]])
    """

    mean: FloatArray
    cov: FloatArray

    def __post_init__(self) -> None:
        mean = as_vector("mean", self.mean)
        cov = as_matrix("cov", self.cov)
        if cov.shape != (len(mean), len(mean)):
            raise ValueError(
                f"cov must have shape {(len(mean), len(mean))} to go with a mean of length "
                f"{len(mean)}, got {cov.shape}"
            )
        for name, value in (("mean", mean), ("cov", cov)):
            check_finite(name, value)
            object.__setattr__(self, name, read_only(value))
        _ = self.factor  # its check of the covariance belongs to the door

    @cached_property
    def factor(self) -> FloatArray:
        """Matrix F of shape (n, rank) with F F' = cov."""
        return covariance_factor("cov", self.cov)


def covariance_factor(name: str, cov: FloatArray) -> FloatArray:
    """Matrix F of shape (n, rank) with F F' = cov; raises unless `cov` is a covariance."""
    # Scaled to correlations first: next to a diffuse variance of 1e6 the rounding of an
    # unscaled decomposition would hide a stationary variance of 1e-8.
    scale = np.sqrt(np.abs(np.diag(cov)))
    scale[scale == 0] = 1.0
    correlation = cov / np.outer(scale, scale)
    sizes, directions = np.linalg.eigh((correlation + correlation.T) / 2)
    is_symmetric = np.allclose(correlation, correlation.T, rtol=0, atol=1e-8)
    if not is_symmetric or np.min(sizes, initial=0.0) < -1e-8:
        raise ValueError(
            f"{name} must be symmetric and positive semi-definite, got a matrix that is not; "
            "check its signs and the order of its rows"
        )
    kept = sizes > 1e-14
    factor: FloatArray = scale[:, None] * directions[:, kept] * np.sqrt(sizes[kept])
    return factor


def start_state(network: "StateSpace", start: ArrayLike | None) -> FloatArray:
    """The state asked for, or the one to start from when nothing was said."""
    if start is None:
        if network.start is not None:
            return network.start.mean
        return _stationary_mean(network) if network.is_stationary else np.zeros(network.hidden_size)
    state = as_vector("the start state", start)
    if len(state) != network.hidden_size:
        raise ValueError(
            f"the start state must have length {network.hidden_size}, got {len(state)}; pass "
            "the state that run returned"
        )
    check_finite("the start state", state)
    return state


def start_distribution(network: "StateSpace") -> Start:
    """The start given, or else the stationary distribution."""
    if network.start is not None:
        return network.start
    if not network.is_stationary:
        raise ValueError(
            "a network that is not stationary needs a start, but it has none and A + B C has "
            f"spectral radius {spectral_radius(network.closed_loop):.6g}; give it "
            "start=Start(mean, cov)"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        noise = network.B @ network.sigma @ network.B.T
        mean = _stationary_mean(network)
        covariance = stationary_covariance(network.closed_loop, noise)
    if not (np.isfinite(mean).all() and np.isfinite(covariance).all()):
        raise OverflowError(
            "the stationary distribution leaves the floating-point range; use a model with smaller "
            "coefficients, or give it start=Start(mean, cov)"
        )
    return Start(mean, covariance)


def _stationary_mean(network: "StateSpace") -> FloatArray:
    """Mean of the state of a stationary network without exogenous input."""
    constant = network.B @ network.b_output + network.b_hidden
    mean = np.linalg.solve(np.eye(network.hidden_size) - network.closed_loop, constant)
    return mean.astype(float)
