"""A network that reads what it has said: one sequence in, any number of steps out."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from rnnts._stepper import Stepper
from rnnts._types import FloatArray
from rnnts.sequence._sequences import Sequences
from rnnts.sequence._trained import Trained
from rnnts.sequence.models import OneWay

# From the outputs after a step to what is read next; both are rows.
Answer = Callable[[FloatArray], FloatArray]


def run_on(trained: Trained, start: Sequences, answer: Answer, n_steps: int) -> FloatArray:
    """Rows that a network goes on with after one sequence.

    Parameters
    ----------
    trained : Trained
    start : Sequences
        One sequence, in the units of the caller.
    answer : callable
        From outputs (n_outputs,) to the row (n_inputs,) that is read next, both in these units.
    n_steps : int

    Returns
    -------
    ndarray of shape (n_steps, n_inputs)

    Raises
    ------
    ValueError
        If the network reads in both directions.
    OverflowError
        If a row is no longer one of numbers.
    """
    model, scales = trained.model, trained.scales
    if not isinstance(model, OneWay):
        raise ValueError(
            "generate reads what was said from left to right, which a bidirectional network cannot;"
            " fit one with bidirectional=False"
        )
    network = replace(model.network, every_step=True)
    stepper = Stepper(network, trained.params, network.rest(1))
    rows = np.empty((n_steps, start.n_features))
    with np.errstate(over="ignore", invalid="ignore"):
        for row in scales.sequences(start).values:
            outputs = stepper.step(row)
        for step in range(n_steps):
            said = scales.said.inverse_transform(outputs)[0]
            if not np.isfinite(said).all():
                raise OverflowError(
                    f"what is generated leaves the floating-point range at step {step + 1} of "
                    f"{n_steps}, because the fitted recurrence is explosive; ask for fewer steps, "
                    "or start nearer to what was learned from"
                )
            rows[step] = answer(said)
            outputs = stepper.step(scales.read.transform_next(rows[[step]]))
    return rows
