"""Sequences, targets and weights as the kernels take them: blocks of lanes, and the span of a pass.

The loss is a mean over the scored steps, weighted or not.  Weights are divided by what they add up
to before kernels see them, so that kernels form a sum.
"""

from typing import Any

import numpy as np

from rnnts.kernels.lanes.arrays import AnyFloatArray, by_row, to_lanes
from rnnts.kernels.lanes.block import Span
from rnnts.kernels.lanes.sizes import LaneNetwork
from rnnts.kernels.loss_codes import SQUARED_ERROR, LossCode

LaneData = tuple[AnyFloatArray, Span]


def loss_of(loss: LossCode | None, n_outputs: int) -> LossCode:
    """The loss, by default the squared error, with a level for each output."""
    loss = LossCode(SQUARED_ERROR, (0.0,) * n_outputs) if loss is None else loss
    if len(loss.levels) != n_outputs:
        raise ValueError(
            f"{n_outputs} outputs need a loss with as many levels, got {len(loss.levels)}; make it "
            "with rnnts.losses.fused(loss, n_outputs)"
        )
    return loss


def with_targets(weights: AnyFloatArray, loss: LossCode, shape: tuple[int, int]) -> AnyFloatArray:
    """Weights of steps and rows, or of each target there, as (n_steps, n_rows, n_weights)."""
    parts = np.atleast_3d(weights)
    if loss.n_terms % parts.shape[2]:
        raise ValueError(
            f"predictions with {loss.n_terms} terms in the loss need one weight for each row, or "
            f"one for each target, got {parts.shape[2]}"
        )
    return np.broadcast_to(parts, (*shape, parts.shape[2]))


def mean_weights(
    weights: AnyFloatArray, loss: LossCode, axis: int | tuple[int, int]
) -> AnyFloatArray:
    """Weights whose sum of losses is the mean over some axes; NaN where all of them are zero."""
    total = np.sum(weights, axis=axis, keepdims=True, dtype=np.float64).sum(axis=2, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(weights / (total * (loss.n_terms // weights.shape[2])))


def steps_data(
    net: LaneNetwork,
    dtype: type[np.floating[Any]],
    x: AnyFloatArray,
    y: AnyFloatArray,
    weights: AnyFloatArray | None,
    loss: LossCode,
    truncation: int,
) -> LaneData:
    """Steps of which the last are scored, as many as there are in y.

    Parameters
    ----------
    net : LaneNetwork
    dtype : type
        Scalars in the lanes.
    x : ndarray of shape (n_steps, n_rows, n_inputs)
    y : ndarray of shape (n_scored, n_rows, n_outputs)
    weights : ndarray of shape (n_scored, n_rows, n_weights), optional
        Or (1, n_rows, n_weights) for all steps.
    loss : LossCode
    truncation : int
    """
    lanes, parts = net.lanes_per_block(dtype), [by_row(x), by_row(y)]
    y_start, weights_start = np.cumsum([part.shape[1] for part in parts]) * lanes
    if weights is not None:
        parts.append(by_row(weights))
    span = Span(
        n_steps=len(x),
        first_scored=len(x) - len(y),
        truncation=truncation,
        x_step=net.n_inputs * lanes,
        y_start=int(y_start),
        y_step=net.n_outputs * lanes,
        weights_start=int(weights_start),
        weights_step=0 if weights is None or len(weights) == 1 else weights.shape[2] * lanes,
        share=1.0 / (len(y) * loss.n_terms) if weights is None else 1.0,
        levels=loss.levels,
    )
    return to_lanes(parts, lanes, dtype), span


def windows_data(
    net: LaneNetwork,
    dtype: type[np.floating[Any]],
    series: AnyFloatArray,
    n_warmup: int,
    weights: AnyFloatArray | None,
    loss: LossCode,
    truncation: int,
) -> LaneData:
    """Series (n_times, n_rows) whose windows are inputs and targets.

    Weights are (n_scored, n_rows, n_weights).
    """
    lanes = net.lanes_per_block(dtype)
    n_steps = len(series) - net.n_inputs - net.n_outputs + 1
    span = Span(
        n_steps=n_steps,
        first_scored=n_warmup,
        truncation=truncation,
        x_step=lanes,
        y_start=(n_warmup + net.n_inputs) * lanes,
        y_step=lanes,
        weights_start=len(series) * lanes,
        weights_step=0 if weights is None else weights.shape[2] * lanes,
        share=1.0 / ((n_steps - n_warmup) * loss.n_terms) if weights is None else 1.0,
        levels=loss.levels,
    )
    parts = [series.T] if weights is None else [series.T, by_row(weights)]
    return to_lanes(parts, lanes, dtype), span
