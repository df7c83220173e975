"""JAX on the CPU: jit of value_and_grad of lax.scan, and Adam, with donated buffers."""

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

# One thread, also where a process cannot be pinned to a core.  Read when JAX makes its client.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks._comparison import Side
from benchmarks._problems import LEARNING_RATE, Batch, Panel

jax.config.update("jax_enable_x64", True)

# Steps of the recurrence in one turn of the scan: which is best depends on the sizes.
_UNROLLS = (1, 4, 16)

_Tree = Any
_Function = Callable[..., Any]


def sides(problem: Batch | Panel) -> Iterator[tuple[str, Side]]:
    """A jitted step for each call, or a jitted loop of steps, in each of the unrollings."""
    # What was compiled for other problems is not needed again.
    jax.clear_caches()
    for unroll in _UNROLLS:
        gradient = jax.value_and_grad(partial(_loss, problem.cell, unroll))
        if isinstance(problem, Batch):
            data = problem.x, problem.y
        else:
            gradient = _of_all_networks(gradient)
            data = problem.series[:-1, :, None], problem.series[1:, :, None]
        for name, advance in (("step", _calls), ("loop", _loop)):
            side = _side(advance(partial(_adam, gradient)), problem.weights, data)
            yield f"{name}, unroll {unroll}", side


def _of_all_networks(gradient: _Function) -> _Function:
    every = jax.vmap(gradient, in_axes=(0, 1, 1))

    def mean(weights: _Tree, x: jax.Array, y: jax.Array) -> tuple[jax.Array, _Tree]:
        losses, slopes = every(weights, x, y)
        return losses.mean(), slopes

    return mean


def _calls(step: _Function) -> _Function:
    jitted = jax.jit(step, donate_argnums=0)

    def advance(state: _Tree, data: _Tree, n_steps: int) -> _Tree:
        for _ in range(n_steps):
            state = jitted(state, data)
        return state

    return advance


def _loop(step: _Function) -> _Function:
    def advance(state: _Tree, data: _Tree, n_steps: int) -> _Tree:
        return jax.lax.fori_loop(0, n_steps, lambda _, now: step(now, data), state)

    return jax.jit(advance, donate_argnums=0)


def _side(advance: _Function, weights: _Tree, data: _Tree) -> Side:
    mean, variance = (jax.tree.map(np.zeros_like, weights) for _ in range(2))
    zero = data[0].dtype.type(0)
    state = jax.tree.map(jnp.array, (weights, mean, variance, zero, zero))
    data = jax.tree.map(jnp.array, data)

    def run(n_steps: int) -> float:
        nonlocal state
        state = advance(state, data, n_steps)
        *_, loss = jax.block_until_ready(state)
        return float(loss)

    return run


def _adam(gradient: _Function, state: _Tree, data: _Tree) -> _Tree:
    weights, mean, variance, count, _ = state
    loss, slopes = gradient(weights, *data)
    count += 1
    mean = jax.tree.map(lambda m, g: m + 0.1 * (g - m), mean, slopes)
    variance = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), variance, slopes)
    step, correction = LEARNING_RATE / (1 - 0.9**count), 1 / (1 - 0.999**count)
    weights = jax.tree.map(
        lambda w, m, v: w - step * m / (jnp.sqrt(v * correction) + 1e-8), weights, mean, variance
    )
    return weights, mean, variance, count, loss


def _loss(cell: str, unroll: int, weights: _Tree, x: jax.Array, y: jax.Array) -> jax.Array:
    """Half the mean squared error at every step, or at the last where y has no axis of steps.

    The axes of x are the steps, a batch where there is one, and the input.  All is done within the
    scan, which measured up to twice as fast as projecting the inputs, or reading out, all at once.
    """
    n_states, advance = _CELLS[cell]
    rest = (jnp.zeros((*x.shape[1:-1], len(weights["w_hidden"])), x.dtype),) * n_states

    def read(states: _Tree) -> jax.Array:
        return states[0] @ weights["w_output"] + weights["b_output"]

    def step(states: _Tree, inputs: jax.Array) -> tuple[_Tree, jax.Array | None]:
        states = advance(weights, states, inputs @ weights["w_input"] + weights["bias"])
        return states, read(states) if y.ndim == x.ndim else None

    last, predictions = jax.lax.scan(step, rest, x, unroll=unroll)
    error = (read(last) if predictions is None else predictions) - y
    return 0.5 * jnp.mean(error * error)


def _tanh(weights: _Tree, states: _Tree, drive: jax.Array) -> _Tree:
    (hidden,) = states
    return (jnp.tanh(drive + hidden @ weights["w_hidden"]),)


def _gru(weights: _Tree, states: _Tree, drive: jax.Array) -> _Tree:
    (hidden,) = states
    *drives, fresh_drive = jnp.split(drive, 3, axis=-1)
    *memories, memory = jnp.split(hidden @ weights["w_hidden"], 3, axis=-1)
    reset, update = (jax.nn.sigmoid(d + m) for d, m in zip(drives, memories, strict=True))
    fresh = jnp.tanh(fresh_drive + reset * (memory + weights["b_hidden"]))
    return (fresh + update * (hidden - fresh),)


def _lstm(weights: _Tree, states: _Tree, drive: jax.Array) -> _Tree:
    hidden, memory = states
    gates = jnp.split(drive + hidden @ weights["w_hidden"], 4, axis=-1)
    write, keep, show = (jax.nn.sigmoid(gates[k]) for k in (0, 1, 3))
    memory = keep * memory + write * jnp.tanh(gates[2])
    return show * jnp.tanh(memory), memory


# How many states a unit carries, and the step.
_CELLS = {"tanh": (1, _tanh), "gru": (1, _gru), "lstm": (2, _lstm)}
