"""What a network behind a forecaster reads and says: one row at a time, in plain loops."""

import numpy as np

from rnnts._network import Network
from rnnts.cells import CELLS
from rnnts.forecasters.networks._outputs import Outputs
from rnnts.forecasters.networks._recurrence import Recurrence, at_first_row, at_rest
from rnnts.losses import LOSSES
from rnnts.transforms import Scaling
from rnnts.transforms._running_level import Averaged, Smoothed
from tests import naive

RATE, SEASON = 0.3, 4

# A level has known one row when the first one is predicted; without a level nothing is known.
RUNNING = {
    "last": lambda n_targets: Averaged.before(1, n_targets),
    "season": lambda n_targets: Averaged.before(SEASON, n_targets),
    "ses": lambda n_targets: Smoothed.before(np.full(n_targets, RATE)),
}


def level_after(kind, rows):
    """The level that rows (the first of which is the first known) lead to."""
    if kind is None:
        return np.zeros(rows.shape[1])
    if kind == "last":
        return rows[-1]
    if kind == "season":
        return rows[-SEASON:].mean(axis=0)
    level = rows[0]
    for number, row in enumerate(rows[1:], start=2):
        # The first rows count equally.
        rate = max(RATE, 1 / number)
        level = (1 - rate) * level + rate * row
    return level


def recurrence_of(
    cell,
    *,
    horizon=1,
    level=None,
    n_targets=1,
    n_lags=2,
    n_exog=0,
    skip=False,
    loss="squared_error",
    first=None,
):
    """A recurrence of three units with random weights; `first` is the scaled row it has known."""
    rng = np.random.default_rng(7)
    outputs = Outputs(LOSSES[loss] if isinstance(loss, str) else loss)
    n_outputs = horizon * n_targets * outputs.n_per_target
    network = Network(CELLS[cell], n_targets * n_lags + n_exog, 3, n_outputs, skip=skip)
    start = at_rest(network.state_size, n_lags, n_targets)
    if level is not None:
        start = at_first_row(network.state_size, n_lags, first[None], RUNNING[level](n_targets))
    return Recurrence(
        network,
        0.5 * rng.standard_normal(network.n_params),
        Scaling(rng.standard_normal(n_targets), 1 + rng.random(n_targets)),
        Scaling(rng.standard_normal(n_exog), 1 + rng.random(n_exog)),
        start,
        horizon,
        outputs,
    )


class Reading:
    """A recurrence by hand, of rows that are scaled already."""

    def __init__(self, recurrence, cell, level, exog):
        self.recurrence, self.cell, self.level, self.exog = recurrence, cell, level, exog
        self.weights = recurrence.network.unpack(recurrence.params)
        self.n_lags = len(recurrence.start.lags)

    def inputs(self, rows):
        """What is read at each of the rows, and at the next one; and the levels before them."""
        # Zeros stand before the first row, or copies of the one row that is known.
        past = np.vstack([self.recurrence.start.lags, *rows])
        x, levels = [], []
        for t in range(self.n_lags, len(past) + 1):
            level = level_after(self.level, past[self.n_lags - 1 : t])
            lags = [past[t - lag] - level for lag in range(1, self.n_lags + 1)]
            x.append(np.concatenate([*lags, self.exog[t - self.n_lags]]))
            levels.append(level)
        return np.array(x), np.array(levels)

    def heads(self, rows):
        """Outputs (n_rows + 1, horizon, n_targets, n_per_target), levels, and the last state."""
        x, levels = self.inputs(rows)
        start = np.zeros(self.recurrence.network.state_size)
        said, state = naive.run(self.cell, self.weights, x, start)
        n_each = self.recurrence.outputs.n_per_target
        shape = len(x), self.recurrence.horizon, levels.shape[1], n_each
        return said.reshape(shape), levels, state

    def one_step(self, rows, place=0):
        """Predictions of the rows and of the next one, scaled."""
        said, levels, _ = self.heads(rows)
        return levels + said[:, 0, :, place]

    def forecast(self, rows, n_steps, place=0):
        """Forecasts after the rows, scaled: a head, then what follows when it is read."""
        rows, n_known = list(rows), len(rows)
        while len(rows) < n_known + n_steps:
            said, levels, _ = self.heads(rows)
            rows += list(levels[-1] + said[-1, :, :, place])
        return np.array(rows[n_known : n_known + n_steps])
