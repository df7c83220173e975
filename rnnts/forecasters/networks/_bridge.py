r"""Between a trained linear network and the exact algebra of :mod:`rnnts.linear`, both ways.

The network reads row t-1 and then predicts row t from its hidden state; the state space names the
same vector one step earlier, before the exogenous values of t have joined it:

.. math::
    g_t = A h_t + \sum_j B_j y_{t-j}, \qquad h_{t+1} = g_t + E u_{t+1}

(column vectors, everything scaled).  Lags beyond the first, and a skip from input to output, are
delay units behind g.
"""

from typing import Any

import numpy as np

from rnnts._network import Network
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.forecasters.networks._recurrence import Recurrence, State
from rnnts.linear import Start, StateSpace
from rnnts.transforms import Scaling


def to_state_space(recurrence: Recurrence, sigma: FloatArray) -> StateSpace:
    """The linear network as a state space in the units of the series.

    `sigma` of shape (n_targets, n_targets) is the covariance of its one-step errors.
    """
    weights = recurrence.network.unpack(recurrence.params)
    n_lags, k = recurrence.start.lags.shape
    n = recurrence.network.hidden_size
    recurrent, read_out = weights["w_hidden"].T, weights["w_output"].T
    by_lag, by_exog = _split(weights["w_input"].T, n_lags, k)
    has_skip = recurrence.network.skip
    n_inputs = recurrence.network.n_inputs
    skip = weights["w_skip"].T if has_skip else np.zeros((k, n_inputs))
    skip_lag, skip_exog = _split(skip, n_lags, k)

    n_delays = n_lags if has_skip else n_lags - 1
    size = n + k * n_delays
    A, B = np.zeros((size, size)), np.zeros((size, k))
    A[:n, :n] = recurrent
    B[:n] = by_lag[0]
    for lag in range(1, n_lags):
        A[:n, n + k * (lag - 1) : n + k * lag] = by_lag[lag]
    if n_delays:
        B[n : n + k] = np.eye(k)
        A[n + k :, n : size - k] = np.eye(k * (n_delays - 1))
    C = np.zeros((k, size))
    C[:, :n] = read_out
    for lag in range(n_lags if has_skip else 0):
        C[:, n + k * lag : n + k * (lag + 1)] = skip_lag[lag]
    G = np.zeros((size, by_exog.shape[1]))
    G[:n] = recurrent @ by_exog
    F = read_out @ by_exog + skip_exog

    lags = recurrence.start.lags
    first = recurrent @ recurrence.start.hidden[0]
    first += sum(by_lag[lag] @ lags[lag] for lag in range(n_lags))
    mean = np.concatenate([first, lags[:n_delays].ravel()])

    center, spread = recurrence.y_scaling.center, recurrence.y_scaling.spread
    exog_center, exog_spread = recurrence.exog_scaling.center, recurrence.exog_scaling.spread
    B, G, F = B / spread, G / exog_spread, F / exog_spread
    return StateSpace(
        A,
        B,
        spread[:, None] * C,
        b_hidden=-B @ center - G @ exog_center,
        b_output=center + spread * (weights["b_output"] - F @ exog_center),
        exog_hidden=G,
        exog_output=spread[:, None] * F,
        sigma=sigma,
        start=Start(mean, np.zeros((size, size))),
    )


def from_state_space(space: StateSpace, start: FloatArray) -> Recurrence:
    """The state space as a linear network without scaling, started at the state `start`.

    Exogenous columns take one delay unit each, after the units of the state space.

    Raises
    ------
    ValueError
        If a constant inside the recurrence cannot be moved to the output, which happens only
        when its moving-average part has a unit root.
    """
    n, m, k = space.hidden_size, space.n_exog, space.n_outputs
    shift = np.linalg.lstsq(np.eye(n) - space.A, space.b_hidden, rcond=None)[0]
    if not np.allclose((np.eye(n) - space.A) @ shift, space.b_hidden, rtol=1e-9, atol=1e-12):
        raise ValueError(
            "this model adds a constant to a moving-average part with a unit root, which no "
            "linear network without hidden bias can; fit it without over-differencing"
        )
    # White noise needs no unit; the one it gets stays at zero.
    network = Network(CELLS["linear"], k + m, max(n + m, 1), k)
    params = np.zeros(network.n_params)
    weights = network.unpack(params)
    weights["w_hidden"][:n, :n] = space.A.T
    weights["w_hidden"][n : n + m, :n] = space.exog_hidden.T
    weights["w_input"][:k, :n] = space.B.T
    weights["w_input"][k:, n : n + m] = np.eye(m)
    weights["w_output"][:n] = space.C.T
    weights["w_output"][n : n + m] = space.exog_output.T
    weights["b_output"][:] = space.b_output + space.C @ shift

    # What must the network have held and read before the first row, to arrive at `start`?
    reach = np.hstack([space.A, space.exog_hidden, space.B])
    before = np.asarray(np.linalg.lstsq(reach, start - shift, rcond=1e-13)[0], dtype=float)
    hidden = np.zeros((1, network.state_size))
    hidden[0, : n + m] = before[: n + m]
    state = State(hidden, before[None, n + m :])
    none, one = np.zeros, np.ones
    return Recurrence(network, params, Scaling(none(k), one(k)), Scaling(none(m), one(m)), state)


def training_data(results: Any, n_exog: int) -> tuple[Any, Any]:
    """The series, and the user's own exogenous columns, that statsmodels results were fitted on."""
    data = results.model.data
    y = data.orig_endog
    if n_exog == 0:
        return y, None
    exog = data.orig_exog
    return y, exog[exog.columns[-n_exog:]] if hasattr(exog, "columns") else exog[:, -n_exog:]


def _split(weight: FloatArray, n_lags: int, k: int) -> tuple[list[FloatArray], FloatArray]:
    """Columns of each lag, and those of the exogenous values."""
    lags = [weight[:, k * lag : k * (lag + 1)] for lag in range(n_lags)]
    return lags, weight[:, k * n_lags :]
