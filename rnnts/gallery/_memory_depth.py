"""Recall the symbol of some steps ago: what a window sees, and what a state remembers.

A network without recurrence knows what its window shows and nothing before.  The same network with
a state has no window, and learns how long to remember.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.cells import CELLS
from rnnts.gallery._training import trained
from rnnts.losses import Logistic

HIDDEN_SIZE = 16


def memory_depth(
    lags: Sequence[int] = (0, 1, 2, 3, 4, 5, 6),
    *,
    n_steps: int = 30,
    n_sequences: int = 100,
    random_state: int = 0,
) -> pd.DataFrame:
    """Share of symbols recalled, by the steps they lie back and by who is asked.

    Sequences are tosses of a coin, so that nothing helps but to have kept the toss.  Each of three
    networks of 16 tanh units is trained on so many sequences, once for each lag, and asked about
    as many others.

    Parameters
    ----------
    lags : sequence of int
        0 asks for the symbol just read.
    n_steps : int
        Length of a sequence, more than the largest lag; as many steps as that lag are read before
        the first question.
    n_sequences : int
        How many are learned from, and how many are asked about.
    random_state : int
        Seed of the tosses and of all first weights.

    Returns
    -------
    DataFrame
        A row for each lag; columns "depth 0", a network that sees the present symbol only,
        "depth 1", one with a window of the last two, and "full", the recurrent one.  One half is
        what guessing reaches.

    Raises
    ------
    ValueError
        If a lag is below 0 or not below `n_steps`, `n_steps` below 2 or `n_sequences` below 1.

    References
    ----------
    The classic comparison of a memoryless model of two inputs with a recurrent one.
    Jaeger (2001), *Short Term Memory in Echo State Networks*, asks for past inputs in this way.

    Examples
    --------
    >>> memory_depth([1, 4]).round(1)
         depth 0  depth 1  full
    lag
    1        0.5      1.0   1.0
    4        0.5      0.5   1.0
    """
    check_count("n_steps", n_steps, minimum=2)
    check_count("n_sequences", n_sequences)
    if not lags or min(lags) < 0 or max(lags) >= n_steps:
        raise ValueError(
            f"lags must lie between 0 and n_steps - 1 = {n_steps - 1}, got {list(lags)}; lengthen "
            "the sequences or ask for less"
        )
    first = max(*lags, 1)
    rng = np.random.default_rng(random_state)
    tosses = rng.choice([0.0, 1.0], (2, n_steps, n_sequences))
    rows = {}
    for lag in lags:
        # The first steps of it come round from the end; nobody is asked there.
        asked = np.roll(tosses, lag, axis=1)
        rows[lag] = {
            "depth 0": _recalled(*_windows(tosses, asked, first, depth=0), 0, random_state),
            "depth 1": _recalled(*_windows(tosses, asked, first, depth=1), 0, random_state),
            "full": _recalled(tosses[..., None], asked[..., None], first, random_state),
        }
    return pd.DataFrame(rows).T.rename_axis("lag")


def _windows(
    tosses: FloatArray, asked: FloatArray, first: int, depth: int
) -> tuple[FloatArray, FloatArray]:
    """The last `depth` + 1 tosses at each step from `first` on, and what is asked there.

    Each window is a sequence of one step and `depth` + 1 inputs: the first step of an Elman network
    from rest is a feedforward network with one hidden layer.
    """
    n_steps = tosses.shape[1]
    inputs = [
        tosses[:, first - back : n_steps - back].reshape(2, 1, -1) for back in range(depth + 1)
    ]
    return np.stack(inputs, axis=-1), asked[:, first:].reshape(2, 1, -1, 1)


def _recalled(x: FloatArray, y: FloatArray, n_warmup: int, random_state: int) -> float:
    """Share of y[1] that a network reads off x[1] when it was trained on x[0] and y[0]."""
    network = Network(CELLS["tanh"], x.shape[-1], HIDDEN_SIZE, n_outputs=1)
    objective = Objective(network, Logistic(), x[0], y[0], n_warmup)
    log_odds, _ = network.predict(trained(objective, random_state, 200, 1e-7), x[1])
    return float(np.mean((log_odds > 0)[n_warmup:] == y[1, n_warmup:]))
