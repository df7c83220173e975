r"""Backpropagation through time by hand: one tanh unit, every partial derivative by its name.

.. math::
    h_t = \tanh(w h_{t-1} + u x_t + b), \qquad \hat y_t = v h_t + c, \qquad
    E = \sum_t E_t = \sum_t \tfrac12 (\hat y_t - y_t)^2

The error of step t reaches w by way of every step k up to t, along a chain of states:

.. math::
    \frac{\partial E_t}{\partial w} = \sum_{k=1}^t
    \frac{\partial E_t}{\partial \hat y_t} \frac{\partial \hat y_t}{\partial h_t}
    \frac{\partial h_t}{\partial h_k} \frac{\partial^+ h_k}{\partial w},
    \qquad
    \frac{\partial h_t}{\partial h_k} = \prod_{j=k+1}^t w (1 - h_j^2)

where :math:`\partial^+` holds the state before it fixed; for u and b only that last factor differs.
What a kernel does instead is to sum the chains from the last step backwards, once for all weights:

.. math::
    \frac{\partial E}{\partial h_t} = (\hat y_t - y_t) v
    + w (1 - h_{t+1}^2) \frac{\partial E}{\partial h_{t+1}},
    \qquad
    \frac{\partial E}{\partial w} = \sum_k \frac{\partial E}{\partial h_k}
    \frac{\partial^+ h_k}{\partial w}
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import tanh

import numpy as np
import pandas as pd

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.losses import SquaredError

N_STEPS = 3
NUDGE = 1e-6


@dataclass(frozen=True)
class ScalarWeights:
    """Weights of one tanh unit that reads a number and predicts one at each step.

    Parameters
    ----------
    u, w, b : float
        Of the unit: on its input, on its last state, and its bias.
    v, c : float
        Of the output: on the state, and its bias.

    See Also
    --------
    bptt_by_hand : Derives their gradients.
    """

    u: float = 0.8
    w: float = -0.6
    b: float = 0.1
    v: float = 1.5
    c: float = -0.2


def bptt_by_hand(
    x: Sequence[float] = (1.0, -0.5, 0.25),
    y: Sequence[float] = (0.5, 0.0, -0.4),
    weights: ScalarWeights | None = None,
) -> pd.DataFrame:
    """Every partial derivative over three steps: by formula, by difference and by kernel.

    Parameters
    ----------
    x, y : sequence of three float
        What is read at each step, and what is to be predicted there.
    weights : ScalarWeights, optional

    Returns
    -------
    DataFrame
        A row for each partial, in the order of the derivation; columns "by hand", the value of the
        formula, "difference", the central difference on the unrolled network, and "kernel", the
        gradient that training uses, where the partial is one.

    Raises
    ------
    ValueError
        If there are not three x and three y.

    References
    ----------
    The classic derivation of backpropagation through time on a scalar network of three steps.
    Werbos (1990), *Backpropagation Through Time: What It Does and How to Do It*.

    Examples
    --------
    >>> bptt_by_hand().loc[["∂h3/∂h1", "∂E/∂w"]].round(6)
             by hand  difference    kernel
    ∂h3/∂h1  0.144279    0.144279       NaN
    ∂E/∂w   -1.686835   -1.686835 -1.686835
    """
    if not len(x) == len(y) == N_STEPS:
        raise ValueError(
            f"bptt_by_hand derives {N_STEPS} steps and needs as many x and y, got {len(x)} and "
            f"{len(y)}"
        )
    weights = weights or ScalarWeights()
    by_hand = _derivation(x, y, weights)
    return pd.DataFrame(
        {
            "by hand": by_hand,
            "difference": {name: _difference(name, x, y, weights) for name in by_hand},
            "kernel": _kernel_gradients(x, y, weights),
        },
        index=list(by_hand),
    )


def _derivation(x: Sequence[float], y: Sequence[float], weights: ScalarWeights) -> dict[str, float]:
    u, w, b, v, c = weights.u, weights.w, weights.b, weights.v, weights.c
    x1, x2, x3 = x
    h0 = 0.0
    h1 = tanh(w * h0 + u * x1 + b)
    h2 = tanh(w * h1 + u * x2 + b)
    h3 = tanh(w * h2 + u * x3 + b)

    partials = {}
    partials["∂E1/∂ŷ1"] = e1 = v * h1 + c - y[0]
    partials["∂E2/∂ŷ2"] = e2 = v * h2 + c - y[1]
    partials["∂E3/∂ŷ3"] = e3 = v * h3 + c - y[2]

    # One step on its own: tanh' = 1 - tanh^2.
    slope1, slope2, slope3 = 1 - h1**2, 1 - h2**2, 1 - h3**2
    partials["∂h2/∂h1"] = h2_h1 = w * slope2
    partials["∂h3/∂h2"] = h3_h2 = w * slope3
    partials["∂h3/∂h1"] = h3_h1 = h3_h2 * h2_h1
    partials["∂⁺h1/∂w"] = h1_w = slope1 * h0
    partials["∂⁺h2/∂w"] = h2_w = slope2 * h1
    partials["∂⁺h3/∂w"] = h3_w = slope3 * h2
    partials["∂⁺h1/∂u"] = h1_u = slope1 * x1
    partials["∂⁺h2/∂u"] = h2_u = slope2 * x2
    partials["∂⁺h3/∂u"] = h3_u = slope3 * x3
    partials["∂⁺h1/∂b"] = h1_b = slope1
    partials["∂⁺h2/∂b"] = h2_b = slope2
    partials["∂⁺h3/∂b"] = h3_b = slope3

    # The error of each step, along every chain that leads to it.
    partials["∂E1/∂v"], partials["∂E1/∂c"] = e1 * h1, e1
    partials["∂E2/∂v"], partials["∂E2/∂c"] = e2 * h2, e2
    partials["∂E3/∂v"], partials["∂E3/∂c"] = e3 * h3, e3
    partials["∂E1/∂w"] = e1 * v * h1_w
    partials["∂E2/∂w"] = e2 * v * (h2_w + h2_h1 * h1_w)
    partials["∂E3/∂w"] = e3 * v * (h3_w + h3_h2 * h2_w + h3_h1 * h1_w)
    partials["∂E1/∂u"] = e1 * v * h1_u
    partials["∂E2/∂u"] = e2 * v * (h2_u + h2_h1 * h1_u)
    partials["∂E3/∂u"] = e3 * v * (h3_u + h3_h2 * h2_u + h3_h1 * h1_u)
    partials["∂E1/∂b"] = e1 * v * h1_b
    partials["∂E2/∂b"] = e2 * v * (h2_b + h2_h1 * h1_b)
    partials["∂E3/∂b"] = e3 * v * (h3_b + h3_h2 * h2_b + h3_h1 * h1_b)

    # All errors at once, backwards.
    partials["∂E/∂h3"] = d_h3 = e3 * v
    partials["∂E/∂h2"] = d_h2 = e2 * v + h3_h2 * d_h3
    partials["∂E/∂h1"] = d_h1 = e1 * v + h2_h1 * d_h2
    partials["∂E/∂w"] = d_h1 * h1_w + d_h2 * h2_w + d_h3 * h3_w
    partials["∂E/∂u"] = d_h1 * h1_u + d_h2 * h2_u + d_h3 * h3_u
    partials["∂E/∂b"] = d_h1 * h1_b + d_h2 * h2_b + d_h3 * h3_b
    partials["∂E/∂v"] = e1 * h1 + e2 * h2 + e3 * h3
    partials["∂E/∂c"] = e1 + e2 + e3
    return partials


def _difference(name: str, x: Sequence[float], y: Sequence[float], weights: ScalarWeights) -> float:
    """The partial of that name as a central difference."""
    of, on = name.removeprefix("∂").removeprefix("⁺").split("/∂")
    if "⁺" in name:
        nudged = {on + of[-1]}
    elif on in asdict(weights):
        nudged = {f"{on}{t}" for t in range(1, N_STEPS + 1)}
    else:
        nudged = {on}
    above = _unrolled(x, y, weights, nudged, NUDGE)[of]
    below = _unrolled(x, y, weights, nudged, -NUDGE)[of]
    return (above - below) / (2 * NUDGE)


def _unrolled(
    x: Sequence[float], y: Sequence[float], weights: ScalarWeights, nudged: set[str], nudge: float
) -> dict[str, float]:
    """States and errors of the unrolled network, where each step has weights of its own.

    `nudge` is added to the weights, states and predictions in `nudged`: "w2", "h1", "ŷ3".
    """
    found, state = {"E": 0.0}, 0.0
    for t in range(1, N_STEPS + 1):
        extra = {name: nudge * (f"{name}{t}" in nudged) for name in ("h", "ŷ", *asdict(weights))}
        own = {name: weight + extra[name] for name, weight in asdict(weights).items()}
        state = tanh(own["w"] * state + own["u"] * x[t - 1] + own["b"]) + extra["h"]
        prediction = own["v"] * state + own["c"] + extra["ŷ"]
        found[f"h{t}"] = state
        found[f"E{t}"] = (prediction - y[t - 1]) ** 2 / 2
        found["E"] += found[f"E{t}"]
    return found


def _kernel_gradients(
    x: Sequence[float], y: Sequence[float], weights: ScalarWeights
) -> dict[str, float]:
    network = Network(CELLS["tanh"], n_inputs=1, hidden_size=1, n_outputs=1)
    parameters = {"u": "w_input", "w": "w_hidden", "b": "bias", "v": "w_output", "c": "b_output"}
    views = {parameters[name]: np.array([weight]) for name, weight in asdict(weights).items()}
    column = (N_STEPS, 1, 1)
    inputs, targets = np.reshape(x, column).astype(float), np.reshape(y, column).astype(float)
    gradients: dict[str, float] = {}
    # The kernel's loss is a mean: of one step by its weight, of all by their number.
    for errors, counts, n_counted in (
        *((f"E{t + 1}", np.eye(N_STEPS)[t], 1) for t in range(N_STEPS)),
        ("E", np.ones(N_STEPS), N_STEPS),
    ):
        objective = Objective(network, SquaredError(), inputs, targets, weights=counts[:, None])
        _, gradient = objective.value_and_gradient(network.pack(views))
        slopes = network.unpack(n_counted * gradient)
        for name, parameter in parameters.items():
            gradients[f"∂{errors}/∂{name}"] = slopes[parameter].item()
    return gradients
