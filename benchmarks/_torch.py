"""PyTorch in eager mode, with its fused Adam."""

from collections.abc import Callable, Iterator

import torch

from benchmarks._comparison import Side
from benchmarks._problems import LEARNING_RATE, Batch, Panel

_RECURRENCES = {"tanh": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}

torch.set_num_threads(1)
# As XLA and rnnts do: gradients that fade over a hundred steps are slow as denormals.
torch.set_flush_denormal(True)


def sides(problem: Batch | Panel) -> Iterator[tuple[str, Side]]:
    """The one way to train."""
    yield "eager", _batch(problem) if isinstance(problem, Batch) else _panel(problem)


def _batch(problem: Batch) -> Side:
    """One network on a batch, by a module of torch.nn, whose gates come in the same order."""
    n_units, dtype = problem.hidden_size, getattr(torch, problem.dtype)
    rnn = _RECURRENCES[problem.cell](1, n_units, dtype=dtype)
    read_out = torch.nn.Linear(n_units, 1, dtype=dtype)
    trained = {
        "w_input": rnn.weight_ih_l0,
        "bias": rnn.bias_ih_l0,
        "w_hidden": rnn.weight_hh_l0,
        "w_output": read_out.weight,
        "b_output": read_out.bias,
    }
    with torch.no_grad():
        for name, parameter in trained.items():
            parameter.copy_(torch.from_numpy(problem.weights[name].T.copy()))
        rnn.bias_hh_l0.zero_()
    # The two biases of a gate add up to one.  The second stays zero, so that both sides take the
    # same steps; only in the candidate of a GRU it is a parameter of its own.
    if "b_hidden" in problem.weights:
        own = torch.zeros_like(rnn.bias_hh_l0)
        own[-n_units:] = 1.0
        rnn.bias_hh_l0.register_hook(lambda gradient: gradient * own)
        trained["b_hidden"] = rnn.bias_hh_l0
    else:
        rnn.bias_hh_l0.requires_grad_(False)
    inputs, targets = torch.from_numpy(problem.x), torch.from_numpy(problem.y)

    def loss() -> torch.Tensor:
        hidden, _ = rnn(inputs)
        return 0.5 * torch.nn.functional.mse_loss(read_out(hidden[-1]), targets)

    return _side(loss, list(trained.values()), 1)


def _panel(problem: Panel) -> Side:
    """Many networks, by batched matrix products."""
    n_series, n_units = problem.n_series, problem.hidden_size
    weights = {
        # A bias becomes a matrix of one row.
        name: torch.from_numpy(weight.reshape(n_series, -1, weight.shape[-1]).copy())
        for name, weight in problem.weights.items()
    }
    for weight in weights.values():
        weight.requires_grad_()
    values = torch.from_numpy(problem.series.T.copy())

    def loss() -> torch.Tensor:
        drives = torch.baddbmm(weights["bias"], values[:, :-1, None], weights["w_input"])
        hidden, states = torch.zeros(n_series, 1, n_units), []
        # Unbound once: to index each step would make the way back quadratic in the steps.
        for drive in drives.unbind(1):
            hidden = torch.tanh(torch.baddbmm(drive[:, None], hidden, weights["w_hidden"]))
            states.append(hidden)
        states = torch.cat(states, 1)
        prediction = torch.baddbmm(weights["b_output"], states, weights["w_output"])[..., 0]
        return 0.5 * ((prediction - values[:, 1:]) ** 2).mean(1).sum()

    return _side(loss, list(weights.values()), n_series)


def _side(
    loss: Callable[[], torch.Tensor], parameters: list[torch.Tensor], n_networks: int
) -> Side:
    optimizer = torch.optim.Adam(parameters, lr=LEARNING_RATE, fused=True)

    def run(n_steps: int) -> float:
        for _ in range(n_steps):
            optimizer.zero_grad(set_to_none=True)
            value = loss()
            value.backward()
            optimizer.step()
        return value.item() / n_networks

    return run
