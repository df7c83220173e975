"""The arrays of a network brought into the shapes that its equations speak of."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts.linear._checks import as_matrix, check_finite, read_only

if TYPE_CHECKING:
    from rnnts.linear._state_space import StateSpace


def shaped_fields(network: "StateSpace") -> dict[str, FloatArray]:
    """Every array of the network, complete, checked and read-only, by its name."""
    A = as_matrix("A", network.A)
    hidden_size = len(A)
    B = _as_columns("B", network.B)
    C = _as_rows("C", network.C)
    n_outputs = len(C)
    exog_hidden, exog_output = _exogenous(network, hidden_size, n_outputs)
    n_exog = exog_output.shape[1]
    expected = {
        "A": (A, (hidden_size, hidden_size)),
        "B": (B, (hidden_size, n_outputs)),
        "C": (C, (n_outputs, hidden_size)),
        "b_hidden": (_or_zeros(network.b_hidden, hidden_size), (hidden_size,)),
        "b_output": (np.atleast_1d(_or_zeros(network.b_output, n_outputs)), (n_outputs,)),
        "exog_hidden": (exog_hidden, (hidden_size, n_exog)),
        "exog_output": (exog_output, (n_outputs, n_exog)),
        "sigma": (_innovation_covariance(network.sigma, n_outputs), (n_outputs, n_outputs)),
    }
    for name, (array, shape) in expected.items():
        if array.shape != shape:
            raise ValueError(
                f"{name} must have shape {shape} in a network of {hidden_size} hidden units, "
                f"{n_outputs} outputs and {n_exog} exogenous columns, got {array.shape}"
            )
        check_finite(name, array)
    _check_positive_definite(expected["sigma"][0])
    return {name: read_only(array) for name, (array, _) in expected.items()}


def absorb_lags(
    A: ArrayLike, B: ArrayLike, C: ArrayLike, D: ArrayLike | None, fields: dict[str, Any]
) -> dict[str, Any]:
    """Arguments of a StateSpace that keeps lagged observations in delay units.

    The delay units d_t = (y_t, ..., y_{t-m+1}) follow the units of A; B and D hold the blocks
    of their lags side by side, newest first.
    """
    A, B, C = as_matrix("A", A), _as_columns("B", B), _as_rows("C", C)
    hidden_size, n_outputs = len(A), len(C)
    D = np.zeros((n_outputs, 0)) if D is None else np.asarray(D, dtype=float)
    if D.ndim < 2 and n_outputs == 1:
        D = np.atleast_2d(D)
    for name, lags, n_rows in (("B", B, hidden_size), ("D", D, n_outputs)):
        if lags.ndim != 2 or len(lags) != n_rows or lags.shape[1] % n_outputs:
            raise ValueError(
                f"{name} must have {n_rows} rows and a multiple of {n_outputs} columns, one block "
                f"for each lag, got shape {lags.shape}"
            )
    # The newest observation reaches the state directly, but the output only through a delay.
    newest, older = B[:, :n_outputs], B[:, n_outputs:]
    n_delays = max(older.shape[1], D.shape[1])
    delay_line = np.eye(n_delays, k=-n_outputs)
    absorbed = dict(fields)
    absorbed["A"] = np.block(
        [
            [A, _widened(older, n_delays)],
            [np.zeros((n_delays, A.shape[1])), delay_line],
        ]
    )
    absorbed["B"] = np.vstack([newest, np.eye(n_delays, n_outputs)])
    absorbed["C"] = np.hstack([C, _widened(D, n_delays)])
    for name in ("b_hidden", "exog_hidden"):
        if fields.get(name) is not None:
            array = np.asarray(fields[name], dtype=float)
            absorbed[name] = np.concatenate([array, np.zeros((n_delays, *array.shape[1:]))])
    return absorbed


def _exogenous(
    network: "StateSpace", hidden_size: int, n_outputs: int
) -> tuple[FloatArray, FloatArray]:
    """exog_hidden and exog_output, the one that is left out as zeros beside the other."""
    if network.exog_hidden is None and network.exog_output is None:
        return np.zeros((hidden_size, 0)), np.zeros((n_outputs, 0))
    if network.exog_hidden is None:
        exog_output = _as_rows("exog_output", network.exog_output)
        return np.zeros((hidden_size, exog_output.shape[1])), exog_output
    exog_hidden = _as_columns("exog_hidden", network.exog_hidden)
    if network.exog_output is None:
        return exog_hidden, np.zeros((n_outputs, exog_hidden.shape[1]))
    return exog_hidden, _as_rows("exog_output", network.exog_output)


def _as_columns(name: str, value: ArrayLike) -> FloatArray:
    """A matrix; a flat list is one column."""
    array = np.asarray(value, dtype=float)
    return array[:, None] if array.ndim == 1 else as_matrix(name, array)


def _as_rows(name: str, value: ArrayLike) -> FloatArray:
    """A matrix; a flat list is one row."""
    array = np.asarray(value, dtype=float)
    return array[None, :] if array.ndim == 1 else as_matrix(name, array)


def _or_zeros(value: ArrayLike | None, length: int) -> FloatArray:
    """A float array, zeros when nothing was given."""
    return np.zeros(length) if value is None else np.asarray(value, dtype=float)


def _innovation_covariance(sigma: ArrayLike | None, n_outputs: int) -> FloatArray:
    """The identity when nothing was given; a number is the variance of one output."""
    return np.eye(n_outputs) if sigma is None else np.atleast_2d(np.asarray(sigma, dtype=float))


def _check_positive_definite(sigma: FloatArray) -> None:
    """Raise unless sigma is a covariance of full rank."""
    deviations = np.sqrt(np.abs(np.diag(sigma)))  # before multiplying: variances may be huge
    scale = np.outer(deviations, deviations)
    is_symmetric = bool((np.abs(sigma - sigma.T) <= 1e-8 * scale).all())
    if not is_symmetric or np.min(np.linalg.eigvalsh(sigma)) <= 0:
        raise ValueError(
            "sigma must be symmetric and positive definite, the covariance of the one-step "
            f"errors, got {sigma.tolist()}"
        )


def _widened(array: FloatArray, n_columns: int) -> FloatArray:
    """The matrix with columns of zeros added on the right."""
    return np.pad(array, ((0, 0), (0, n_columns - array.shape[1])))
