"""Loss and gradient of a tanh Elman network by full BPTT: rnnts against PyTorch, float64."""

from collections.abc import Callable

import numpy as np
import torch

from benchmarks._timing import paired_seconds
from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.losses import LOSSES

N_STEPS = 100
SIZES = [(1, 4), (1, 16), (1, 32), (32, 4), (32, 16), (32, 32)]  # sequences, hidden units


def rows() -> list[dict[str, object]]:
    """One row a size: microseconds of both, and their ratio."""
    torch.set_num_threads(1)
    table = []
    for n_sequences, hidden_size in SIZES:
        rng = np.random.default_rng(0)
        network = Network(CELLS["tanh"], 1, hidden_size, 1, every_step=False)
        x = rng.standard_normal((N_STEPS, n_sequences, 1))
        y = rng.standard_normal((n_sequences, 1))
        objective = Objective(network, LOSSES["squared_error"], x, y)
        params = network.init_params(rng)
        peer = _torch_step(network, params, x, y)

        ours, gradient = objective.value_and_gradient(params)
        theirs, peer_gradient = peer()
        # A faster wrong answer is no benchmark.
        np.testing.assert_allclose(ours, theirs, rtol=1e-10)
        np.testing.assert_allclose(gradient, peer_gradient, rtol=1e-8, atol=1e-12)

        seconds, peer_seconds = paired_seconds(
            lambda objective=objective, params=params: objective.value_and_gradient(params), peer
        )
        table.append(
            {
                "sequences": n_sequences,
                "hidden": hidden_size,
                "rnnts us": round(1e6 * seconds),
                "torch us": round(1e6 * peer_seconds),
                "torch / rnnts": round(peer_seconds / seconds, 1),
            }
        )
    return table


def _torch_step(
    network: Network, params: FloatArray, x: FloatArray, y: FloatArray
) -> Callable[[], tuple[float, FloatArray]]:
    """The same loss and gradient by torch.nn.RNN, in eager mode."""
    weights = network.unpack(params)
    rnn = torch.nn.RNN(network.n_inputs, network.hidden_size, dtype=torch.float64)
    read_out = torch.nn.Linear(network.hidden_size, network.n_outputs, dtype=torch.float64)
    ours = {
        "w_input": rnn.weight_ih_l0,
        "bias": rnn.bias_ih_l0,
        "w_hidden": rnn.weight_hh_l0,
        "w_output": read_out.weight,
        "b_output": read_out.bias,
    }
    with torch.no_grad():
        rnn.bias_hh_l0.zero_()
        for name, parameter in ours.items():
            parameter.copy_(torch.from_numpy(weights[name].T.copy()))
    inputs, targets = torch.from_numpy(x), torch.from_numpy(y)

    def step() -> tuple[float, FloatArray]:
        for parameter in (*rnn.parameters(), *read_out.parameters()):
            parameter.grad = None
        hidden, _ = rnn(inputs)
        loss = 0.5 * torch.nn.functional.mse_loss(read_out(hidden[-1]), targets)
        loss.backward()
        gradients = {name: parameter.grad.numpy().T for name, parameter in ours.items()}
        return loss.item(), network.pack(gradients)

    return step
