"""A full training step, loss, gradient and Adam, on one core: rnnts against its peers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from benchmarks import _jax, _ours, _plain, _torch
from benchmarks._comparison import compare
from benchmarks._peak import flops_of_step
from benchmarks._problems import Batch, Panel
from benchmarks._report import Figure, Row

_PEERS = {"torch": _torch.sides, "JAX": _jax.sides, "plain Numba": _plain.sides}

# How many times the speed of a peer.
_GOALS = {
    Batch("tanh", 1, 16): {"torch": 320, "JAX": 12},
    Batch("tanh", 32, 1): {"torch": 400, "JAX": 25},
    Batch("tanh", 32, 4): {"torch": 400, "JAX": 25},
    Batch("tanh", 32, 16): {"torch": 50, "JAX": 8},
    Batch("tanh", 32, 32): {"torch": 27, "JAX": 5},
    Batch("tanh", 256, 32): {"torch": 9, "JAX": 4},
    Batch("tanh", 256, 128): {"torch": 3, "JAX": 2.5},
    Batch("gru", 32, 32): {"torch": 27, "JAX": 5.5},
    Batch("lstm", 32, 32): {"torch": 4, "JAX": 5},
    Batch("lstm", 32, 128): {"torch": 1.7, "JAX": 2.3},
}
_PANEL_GOALS = {"torch": 40, "JAX": 18, "plain Numba": 45}


def networks() -> Iterator[Row]:
    """One network on a batch of sequences, in the cases that have goals."""
    for problem, goals in _GOALS.items():
        yield _row(problem, goals)


def panels() -> Iterator[Row]:
    """Many small networks, each on its own series."""
    for hidden_size in (1, 2, 4, 8):
        yield _row(Panel(10_000, 200, hidden_size), _PANEL_GOALS)


def grid(dtype: str) -> Iterator[Row]:
    """One network on a batch, of all cells and sizes."""
    for cell, n_sequences, hidden_size in product(
        ("tanh", "gru", "lstm"), (1, 32, 256), (4, 16, 32, 128)
    ):
        problem = Batch(cell, n_sequences, hidden_size, dtype)
        row = _row(problem, {})
        rate = Figure("rate", 1e-9 * flops_of_step(problem) / row.seconds["rnnts"], "GFLOP/s")
        yield replace(row, figures=[*row.figures, rate])


def _row(problem: Batch | Panel, goals: Mapping[str, float]) -> Row:
    peers = {name: sides(problem) for name, sides in _PEERS.items()}
    comparison = compare(_ours.side(problem), peers, problem.dtype)
    figures = [
        Figure(f"{peer} / rnnts", comparison.ratio(peer), "x", goals.get(peer))
        for peer in comparison.rounds.columns.drop("rnnts")
    ]
    seconds = comparison.rounds.median().to_dict()
    return Row(str(problem), figures, seconds, comparison.variants)
