"""Small networks in lanes, with data, and what they should compute, written out slowly.

What is compiled depends on the cell, the sizes, the scalar type, the loss, the placement, and for
networks in lanes on whether steps are weighted.  The code of a cell and the code of a loss meet in
memory only, so that not all of them are combined: each cell and each loss comes in both scalar
types and with two of the sizes, in both placements.  All else is decided while a kernel runs, and
goes through one compiled kernel in many combinations.
"""

import os
from typing import NamedTuple

import numpy as np

from rnnts._network import Network
from rnnts.cells import CELLS
from rnnts.kernels.lanes.rows import RowsObjective
from rnnts.kernels.lanes.series import SeriesLanes
from rnnts.kernels.lanes.training import series_objective
from rnnts.kernels.loss_codes import HUBER, PINBALL, LossCode
from rnnts.losses import LOSSES, fused
from tests import naive

SIZES = [(1, 1, 1, False), (2, 3, 2, True), (3, 5, 3, False)]  # inputs, units, outputs, skip
TWO_PAIRS = (1, 2, 4, True)
DELTA, QUANTILES = 0.7, np.array([0.2, 0.9, 0.6])


def huber(y, p):
    clipped = np.clip(p - y, -DELTA, DELTA)
    return np.mean(clipped * (p - y - clipped / 2))


def pinball(y, p):
    error, quantiles = p - y, QUANTILES[: y.shape[-1]]
    return np.mean(np.maximum((1 - quantiles) * error, -quantiles * error))


# The losses of `tests.naive`, but for those whose level is at liberty.
NAIVE_LOSSES = {**naive.LOSSES, "huber": huber, "pinball": pinball}


def single_loss(case, target, y, p):
    """The loss of one target alone."""
    if case.loss == "pinball":
        error, quantile = p[target] - y[target], QUANTILES[target]
        return max((1 - quantile) * error, -quantile * error)
    own = slice(target * case.n_per_target, (target + 1) * case.n_per_target)
    return NAIVE_LOSSES[case.loss](y[own], p[own])


class Case(NamedTuple):
    """What kernels are compiled for."""

    cell: str
    loss: str
    sizes: tuple[int, int, int, bool]
    dtype: type
    is_weighted: bool

    @property
    def id(self):
        return f"{self.cell}-{self.loss}-{self.sizes[1]}-{self.dtype.__name__}"

    @property
    def code(self):
        n_outputs = self.sizes[2]
        code, levels = fused(LOSSES[self.loss], n_outputs)
        at_liberty = {HUBER: (DELTA,) * n_outputs, PINBALL: tuple(QUANTILES[:n_outputs])}
        return LossCode(code, at_liberty.get(code, levels))

    @property
    def n_per_target(self):
        return getattr(LOSSES[self.loss], "n_per_target", 1)

    @property
    def network(self):
        n_inputs, hidden_size, n_outputs, skip = self.sizes
        return Network(CELLS[self.cell], n_inputs, hidden_size, n_outputs, skip=skip)

    @property
    def lanes(self):
        return SeriesLanes(CELLS[self.cell], *self.sizes, self.dtype)

    @property
    def counts(self):
        """Numbers of rows, of which none fills its lanes, that run through one kernel."""
        return (1, 5, 33) if self.sizes[1] == 5 else (33, 39, 47)


def _case(number):
    cells, losses, half = list(CELLS), list(LOSSES), number // 6
    return Case(
        cell=cells[number % 6],
        loss=losses[(number + 3 * (half % 2) + half // 2) % 6],
        sizes=SIZES[(number + half) % 3],
        dtype=(np.float64, np.float32)[half % 2],
        is_weighted=(number + half) % 2 == 1,
    )


# With the variable, every cell with every loss in both scalar types.
CASES = [_case(number) for number in range(72 if "RNNTS_EVERY_CASE" in os.environ else 12)]
CASES += [
    Case("tanh", "gaussian", TWO_PAIRS, np.float64, is_weighted=True),
    Case("gru", "gaussian", TWO_PAIRS, np.float32, is_weighted=False),
    Case("lstm", "student_t", TWO_PAIRS, np.float64, is_weighted=False),
    Case("linear", "student_t", TWO_PAIRS, np.float32, is_weighted=True),
]


class Data(NamedTuple):
    """What one pass runs over."""

    x: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None
    start: np.ndarray | None
    n_warmup: int
    truncation: int

    def of(self, rows):
        """The data of some of the rows."""
        weights = None if self.weights is None else self.weights[:, rows]
        start = None if self.start is None else self.start[rows]
        return self._replace(x=self.x[:, rows], y=self.y[:, rows], weights=weights, start=start)

    def of_steps(self, steps):
        """The data of some of the steps, if all are read."""
        weights = None if self.weights is None else self.weights[steps]
        return self._replace(x=self.x[steps], y=self.y[steps], weights=weights)


def make_data(
    case, count, n_steps=9, n_read=None, n_warmup=0, start=False, truncation=0, weighted=False
):
    n_inputs, _, n_outputs, _ = case.sizes
    n_read = n_steps if n_read is None else n_read
    rng = np.random.default_rng(3)
    x = rng.standard_normal((n_steps, count, n_inputs))
    if case.loss in ("logistic", "cross_entropy"):
        y = rng.random((n_read, count, n_outputs))
    else:
        y = 2 * rng.standard_normal((n_read, count, n_outputs))
    weights = rng.integers(0, 3, (n_read, count)) + 0.0 if weighted else None
    if weighted:
        weights[-1] += 1.0
    states = rng.uniform(-0.5, 0.5, (count, case.network.state_size)) if start else None
    return Data(x, y, weights, states, n_warmup, truncation)


def make_params(case, *shape):
    return np.random.default_rng(4).uniform(-0.6, 0.6, (*shape, case.network.n_params))


def make_series(case, data, n_threads=1):
    objective = series_objective(
        case.lanes,
        data.x,
        data.y,
        case.code,
        data.n_warmup,
        data.weights,
        data.truncation,
        n_threads,
    )
    return objective if data.start is None else objective.starting_from(data.start)


def make_rows(case, data, n_threads=1):
    _, hidden_size, _, skip = case.sizes
    return RowsObjective(
        CELLS[case.cell],
        hidden_size,
        data.x,
        data.y,
        case.code,
        data.n_warmup,
        skip,
        case.dtype,
        data.weights,
        data.start,
        data.truncation,
        n_threads,
    )


def poisoned(objective):
    """The objective, with NaN in the memory that its next call will find."""
    with objective._workspaces.one() as memory:
        memory[:] = np.nan
    return objective


def naive_sums(case, params, data, around=None):
    """Weighted sum of the losses and sum of the weights of one row, and its last state.

    Where the gradient is cut the state is that of the parameters `around`, whatever `params` are.
    """
    views, n_steps = case.network.unpack(params), len(data.x)
    state = np.zeros(case.network.state_size) if data.start is None else data.start[0]
    predictions, n_cut = [], data.truncation or n_steps
    for t in range(0, n_steps, n_cut):
        inputs = data.x[t : t + n_cut, 0]
        prediction, end = naive.run(case.cell, views, inputs, state)
        predictions += list(prediction)
        if around is not None:
            _, end = naive.run(case.cell, case.network.unpack(around), inputs, state)
        state = end
    n_read, loss = len(data.y), NAIVE_LOSSES[case.loss]
    predictions = np.array(predictions)[n_steps - n_read :]
    weights = np.ones((n_read, 1)) if data.weights is None else data.weights
    scored = range(data.n_warmup, n_read)
    total = sum(weights[t, 0] * loss(data.y[t, 0], predictions[t]) for t in scored)
    return total, weights[data.n_warmup :].sum(), state


def naive_loss(case, params, data, around=None):
    """The loss of one network on all rows."""
    rows = (naive_sums(case, params, data.of([b]), around) for b in range(data.x.shape[1]))
    totals, weights, _ = zip(*rows, strict=True)
    return sum(totals) / sum(weights)


def assert_slopes_match(case, params, data, gradient, n_directions=3):
    """The gradient is that of the naive loss, along directions in which all parameters move."""
    rng, step = np.random.default_rng(5), 1e-6
    tolerance = 1e-7 if case.dtype == np.float64 else 2e-5
    for _ in range(n_directions):
        direction = rng.standard_normal(len(params))
        up, down = (naive_loss(case, params + s * direction, data, params) for s in (step, -step))
        slope = (up - down) / (2 * step)
        size = np.linalg.norm(gradient) * np.linalg.norm(direction)
        assert abs(gradient @ direction - slope) <= tolerance * size + 1e-8
