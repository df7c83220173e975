r"""A trained network reading a series: from rows in the series' units to predictions in them.

At row t the network's input is what was known before it and what is known about it, and its output
is a prediction of this row and the H - 1 rows after it:

.. math::
    x_t = (y_{t-1} - \ell_{t-1}, \dots, y_{t-L} - \ell_{t-1},\; u_t,\; s), \qquad
    (\hat y_t, \dots, \hat y_{t+H-1}) = \ell_{t-1} + \text{network}(x_t, h_{t-1})

all scaled; L is the number of lags, u the exogenous columns, s what never changes in the series,
and :math:`\ell` the level, zero unless one is asked for.  H = 1 is the recursive strategy, H > 1 a
direct head.  Rows further ahead are reached by reading the forecasts of the rows before them, as if
they had been observed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from rnnts._network import Network
from rnnts._stepper import Stepper
from rnnts._types import FloatArray
from rnnts.forecasters.networks._outputs import Outputs
from rnnts.losses import LOSSES
from rnnts.transforms import Scaling
from rnnts.transforms._running_level import RunningLevel

Draw = Callable[[int, FloatArray], FloatArray]

_POINTS = Outputs(LOSSES["squared_error"])


class Steps(Protocol):
    """A network that is fed one step at a time."""

    def step(self, x: FloatArray) -> FloatArray:
        """Outputs (n_paths, n_outputs) after reading x, (n_paths, n_inputs)."""


@dataclass(frozen=True)
class State:
    """All that the future depends on, besides the weights.

    Attributes
    ----------
    hidden : ndarray of shape (1, state_size)
    lags : ndarray of shape (input_size, n_targets)
        The last scaled rows, the newest first.
    level : RunningLevel, optional
        Of the scaled rows.
    """

    hidden: FloatArray
    lags: FloatArray
    level: RunningLevel | None = None


@dataclass(frozen=True)
class Recurrence:
    """A network with its weights and the scaling of what it reads.

    Attributes
    ----------
    network : Network
    params : ndarray of shape (n_params,)
    y_scaling, exog_scaling : Scaling
    start : State
        The state before the first row.
    horizon : int
        Rows predicted at once.
    outputs : Outputs
        What they mean.
    static : ndarray of shape (n_static,)
        What is read at every step.
    """

    network: Network
    params: FloatArray
    y_scaling: Scaling
    exog_scaling: Scaling
    start: State
    horizon: int = 1
    outputs: Outputs = _POINTS
    static: FloatArray = field(default_factory=lambda: np.empty(0))

    def with_params(self, params: FloatArray) -> "Recurrence":
        """The same network with other weights."""
        return replace(self, params=params)

    @property
    def n_warmup(self) -> int:
        """First rows that lack some of their lags; with a level they start at the first row."""
        return len(self.start.lags) if self.start.level is None else 0

    def inputs(
        self, y: FloatArray, exog: FloatArray, state: State
    ) -> tuple[FloatArray, FloatArray, State]:
        """What the network reads at each row, and what it is measured against.

        Returns
        -------
        x : ndarray of shape (n_rows, 1, n_inputs)
        levels : ndarray of shape (n_rows, n_targets)
            Scaled level known before each row.
        end : State
            The one after the rows, as yet with the hidden state of `state`.
        """
        scaled = self.y_scaling.transform(y)
        n_lags = len(state.lags)
        past = np.vstack([state.lags[::-1], scaled])
        levels, level = np.zeros(scaled.shape), state.level
        if level is not None:
            after, level = level.run(scaled)
            levels = np.vstack([np.broadcast_to(_now(state), (1, scaled.shape[1])), after])[:-1]
        columns = [past[n_lags - lag : len(past) - lag] - levels for lag in range(1, n_lags + 1)]
        x = np.hstack([*columns, self._beside(exog)])
        end = State(state.hidden, past[: -n_lags - 1 : -1].copy(), level)
        return x[:, None, :], levels, end

    def targets(
        self, y: FloatArray, levels: FloatArray, is_known: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """What the network should say at each row, and how much that counts.

        `is_known` of the shape of `y` is 1 where a value was observed and 0 where it is missing.

        Returns
        -------
        targets : ndarray of shape (n_rows, 1, n_outputs)
        weights : ndarray of shape (n_rows, 1, horizon * n_targets)
            Zero beyond the last row, and where the value is missing.
        """
        n_rows, n_targets = y.shape
        padded = np.zeros((2, n_rows + self.horizon - 1, n_targets))
        padded[0, :n_rows], padded[1, :n_rows] = self.y_scaling.transform(y), is_known
        windows = sliding_window_view(padded, self.horizon, axis=1).swapaxes(-1, -2)
        relative = windows[0] - levels[:, None, :]
        targets, weights = np.stack([relative, windows[1]]).reshape(2, n_rows, 1, -1)
        return np.repeat(targets, self.outputs.n_per_target, axis=-1), weights

    def run(self, y: FloatArray, exog: FloatArray, state: State) -> tuple[FloatArray, State]:
        """One-step predictions of the rows, and the state after the last of them."""
        if not len(y):
            return np.empty(y.shape), state
        return self.said_to(*self.inputs(y, exog, state))

    def said_to(self, x: FloatArray, levels: FloatArray, end: State) -> tuple[FloatArray, State]:
        """The same, given what `inputs` made of the rows and the state."""
        with np.errstate(over="ignore", invalid="ignore"):
            said, hidden = self._read(x, end.hidden)
            next_row = levels + self.outputs.central(self._by_row(said)[:, 0])
            predicted = self.y_scaling.inverse_transform(next_row)
        return predicted, replace(end, hidden=hidden)

    def hidden_states(self, y: FloatArray, exog: FloatArray, state: State) -> FloatArray:
        """State after reading the input of each row, of shape (n_rows, state_size)."""
        x, _, _ = self.inputs(y, exog, state)
        stepper = Stepper(self.network, self.params, state.hidden)
        states = np.empty((len(x), self.network.state_size))
        for row, read in enumerate(x):
            stepper.step(read)
            states[row] = stepper.state[0]
        return states

    def forecast(self, future_exog: FloatArray, state: State) -> FloatArray:
        """Forecasts of the rows after `state`, of shape (n_steps, n_targets)."""
        raw, levels = self._futures(future_exog, state, 1)
        return self.y_scaling.inverse_transform((levels + self.outputs.central(raw))[0])

    def quantiles(
        self, future_exog: FloatArray, state: State, probabilities: FloatArray
    ) -> FloatArray:
        """What a direct head says of each row: (n_steps, n_targets, n_probabilities)."""
        raw, levels = self._futures(future_exog, state, 1)
        scaled = levels[0, ..., None] + self.outputs.quantiles(raw[0], probabilities)
        return np.moveaxis(self.y_scaling.inverse_transform(np.moveaxis(scaled, -1, 0)), 0, -1)

    def paths(self, future_exog: FloatArray, state: State, n_paths: int, draw: Draw) -> FloatArray:
        """Futures of shape (n_paths, n_steps, n_targets), each reading what was drawn for it.

        `draw` takes a step and the raw outputs there, of shape (n_paths, n_targets, n_per_target),
        and returns by how much the rows differ from the level, scaled.
        """
        raw, levels = self._futures(future_exog, state, n_paths, draw)
        return self.y_scaling.inverse_transform(levels + raw[..., 0])

    def _futures(
        self, future_exog: FloatArray, state: State, n_paths: int, draw: Draw | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Raw outputs for the rows after `state`, and the levels they are relative to.

        Returns
        -------
        raw : ndarray of shape (n_paths, n_steps, n_targets, n_per_target)
            With `draw`, what was drawn stands first for each target.
        levels : ndarray of shape (n_paths, n_steps, n_targets)
        """
        n_steps, (n_lags, n_targets) = len(future_exog), state.lags.shape
        exog = np.repeat(self._beside(future_exog)[:, None, :], n_paths, axis=1)
        past = np.repeat(state.lags[::-1, None, :], n_paths, axis=1)
        level, level_now = state.level, np.broadcast_to(_now(state), past.shape[1:])
        stepper = self._stepper(state.hidden, n_paths)
        raw = np.empty((n_paths, n_steps, n_targets, self.outputs.n_per_target))
        levels = np.empty((n_paths, n_steps, n_targets))
        # What is said of several rows can be read at once; what is drawn depends on the row before.
        n_at_once = self.horizon if draw is None else 1
        with np.errstate(over="ignore", invalid="ignore"):
            said = self._said_after(stepper, past, level_now[None], exog[:1])
            for start in range(0, n_steps, n_at_once):
                stop = min(start + n_at_once, n_steps)
                if start % self.horizon == 0:
                    raw[:, start : start + self.horizon] = said[:, : n_steps - start]
                    levels[:, start : start + self.horizon] = level_now[:, None]
                if draw is not None:
                    raw[:, start, :, 0] = draw(start, raw[:, start])
                if stop == n_steps:
                    break
                values = raw[:, start:stop]
                central = self.outputs.central(values) if draw is None else values[..., 0]
                read = (levels[:, start:stop] + central).swapaxes(0, 1)
                past = np.concatenate([past[len(past) + 1 - n_lags :], read])
                levels_read = np.broadcast_to(level_now, read.shape)
                if level is not None:
                    levels_read, level = level.run(read)
                    level_now = level.level
                said = self._said_after(stepper, past, levels_read, exog[start + 1 : stop + 1])
        return raw, levels

    def _said_after(
        self, stepper: Steps, past: FloatArray, levels: FloatArray, exog: FloatArray
    ) -> FloatArray:
        """Outputs by row after reading some rows, of which `past` holds the lags."""
        (n_rows, n_paths, _), n_lags = exog.shape, len(past) + 1 - len(exog)
        lags = past[np.arange(n_rows)[:, None] + np.arange(n_lags)[::-1]] - levels[:, None]
        x = np.concatenate([lags.swapaxes(1, 2).reshape(n_rows, n_paths, -1), exog], axis=2)
        for row in x:
            said = stepper.step(row)
        return self._by_row(said)

    def _read(self, x: FloatArray, hidden: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Outputs (n_rows, n_outputs) after each row of inputs, and the hidden state then."""
        said, hidden = self.network.predict(self.params, x, hidden)
        return said[:, 0], hidden

    def _stepper(self, hidden: FloatArray, n_paths: int) -> Steps:
        """What reads the rows of several futures one by one."""
        return Stepper(self.network, self.params, np.repeat(hidden, n_paths, axis=0))

    def _beside(self, exog: FloatArray) -> FloatArray:
        """What is read beside the lags, of shape (n_rows, n_exog + n_static)."""
        static = np.broadcast_to(self.static, (len(exog), len(self.static)))
        return np.hstack([self.exog_scaling.transform(exog), static])

    def _by_row(self, said: FloatArray) -> FloatArray:
        """Outputs (n, n_outputs) as (n, horizon, n_targets, n_per_target)."""
        return said.reshape(len(said), self.horizon, -1, self.outputs.n_per_target)


def at_rest(state_size: int, input_size: int, n_targets: int) -> State:
    """The state of a network that has read nothing: the series was at its centre."""
    return State(np.zeros((1, state_size)), np.zeros((input_size, n_targets)))


def at_first_row(state_size: int, input_size: int, first: FloatArray, level: RunningLevel) -> State:
    """The state of a network that knows one scaled row (1, n_targets) and its level."""
    hidden = np.zeros((1, state_size))
    return State(hidden, np.repeat(first, input_size, axis=0), level.run(first)[1])


def _now(state: State) -> FloatArray:
    return np.zeros(state.lags.shape[1]) if state.level is None else state.level.level
