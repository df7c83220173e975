"""Loss and gradient of a recurrent network by full BPTT: rnnts against PyTorch in eager mode."""

from collections.abc import Callable, Iterable

import numpy as np
import torch

from benchmarks._timing import paired_seconds
from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.losses import LOSSES

N_STEPS = 100
CELL_NAMES = ["tanh", "gru", "lstm"]
SIZES = [(b, h) for b in (1, 32, 256) for h in (4, 16, 32, 128)]  # sequences, hidden units
DTYPES = {"float32": np.float32, "float64": np.float64}
PEERS = {"tanh": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}

# Largest difference of the gradients, as a share of their norm: a faster wrong answer is no
# benchmark.
TOLERANCES = {"float32": 1e-3, "float64": 1e-9}


def rows(
    cells: Iterable[str] = CELL_NAMES,
    dtypes: Iterable[str] = DTYPES,
    sizes: Iterable[tuple[int, int]] = SIZES,
) -> Iterable[dict[str, object]]:
    """One row a case: microseconds of both, and their ratio."""
    torch.set_num_threads(1)
    sizes = list(sizes)
    for cell in cells:
        for dtype in dtypes:
            for n_sequences, hidden_size in sizes:
                yield _row(cell, dtype, n_sequences, hidden_size)


def _row(cell: str, dtype: str, n_sequences: int, hidden_size: int) -> dict[str, object]:
    rng = np.random.default_rng(0)
    network = Network(CELLS[cell], 1, hidden_size, 1, every_step=False, dtype=DTYPES[dtype])
    x = rng.standard_normal((N_STEPS, n_sequences, 1))
    y = rng.standard_normal((n_sequences, 1))
    objective = Objective(network, LOSSES["squared_error"], x, y)
    params = network.init_params(rng)
    peer = _torch_step(cell, network, params, x, y)

    ours, gradient = objective.value_and_gradient(params)
    theirs, peer_gradient = peer()
    tolerance = TOLERANCES[dtype]
    np.testing.assert_allclose(ours, theirs, rtol=tolerance)
    error = np.linalg.norm(gradient - peer_gradient)
    assert error <= tolerance * np.linalg.norm(peer_gradient), error

    seconds, peer_seconds = paired_seconds(lambda: objective.value_and_gradient(params), peer)
    # Multiplications and additions of the three products with the recurrent weights.
    n_flops = 6 * network.cell.n_gates * hidden_size**2 * n_sequences * N_STEPS
    return {
        "cell": cell,
        "dtype": dtype,
        "sequences": n_sequences,
        "hidden": hidden_size,
        "rnnts us": round(1e6 * seconds, 1),
        "torch us": round(1e6 * peer_seconds),
        "torch / rnnts": round(peer_seconds / seconds, 1),
        "GFLOP/s": round(1e-9 * n_flops / seconds, 1),
    }


def _torch_step(
    cell: str, network: Network, params: FloatArray, x: FloatArray, y: FloatArray
) -> Callable[[], tuple[float, FloatArray]]:
    """The same loss and gradient by PyTorch, whose gates come in the same order."""
    weights = network.unpack(params)
    dtype = torch.float32 if network.dtype is np.float32 else torch.float64
    n_units = network.hidden_size
    rnn = PEERS[cell](network.n_inputs, n_units, dtype=dtype)
    read_out = torch.nn.Linear(n_units, network.n_outputs, dtype=dtype)
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
    inputs, targets = torch.from_numpy(x).to(dtype), torch.from_numpy(y).to(dtype)

    def step() -> tuple[float, FloatArray]:
        for parameter in (*rnn.parameters(), *read_out.parameters()):
            parameter.grad = None
        hidden, _ = rnn(inputs)
        loss = 0.5 * torch.nn.functional.mse_loss(read_out(hidden[-1]), targets)
        loss.backward()
        gradients = {name: parameter.grad.numpy().T for name, parameter in ours.items()}
        # Of the second bias that PyTorch has, only the candidate of the GRU is a parameter here.
        gradients["b_hidden"] = rnn.bias_hh_l0.grad.numpy()[-n_units:]
        return loss.item(), network.pack(gradients)

    return step
