r"""A trained network reading a series: from rows in the series' units to predictions in them.

At row t the network's input is what was known before it and what is known about it, and its output
is a prediction of this row and the H - 1 rows after it:

.. math::
    x_t = (y_{t-1} - \ell_{t-1}, \dots, y_{t-L} - \ell_{t-1},\; u_t), \qquad
    (\hat y_t, \dots, \hat y_{t+H-1}) = \ell_{t-1} + \text{network}(x_t, h_{t-1})

all scaled; L is the number of lags, u the exogenous columns, and :math:`\ell` the level, zero
unless one is asked for.  H = 1 is the recursive strategy, H > 1 a direct head.  Rows further ahead
are reached by reading the forecasts of the rows before them, as if they had been observed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from rnnts._network import Network
from rnnts._stepper import Stepper
from rnnts._types import FloatArray
from rnnts.transforms import Scaling
from rnnts.transforms._running_level import RunningLevel


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
    n_per_target : int
        Outputs for each target: one, or as many as quantiles.
    central : int
        Which of them is the prediction.
    """

    network: Network
    params: FloatArray
    y_scaling: Scaling
    exog_scaling: Scaling
    start: State
    horizon: int = 1
    n_per_target: int = 1
    central: int = 0

    def with_params(self, params: FloatArray) -> "Recurrence":
        """The same network with other weights."""
        return replace(self, params=params)

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
        x = np.hstack([*columns, self.exog_scaling.transform(exog)])
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
        return np.repeat(targets, self.n_per_target, axis=-1), weights

    def run(self, y: FloatArray, exog: FloatArray, state: State) -> tuple[FloatArray, State]:
        """One-step predictions of the rows, and the state after the last of them."""
        if not len(y):
            return np.empty(y.shape), state
        x, levels, end = self.inputs(y, exog, state)
        with np.errstate(over="ignore", invalid="ignore"):
            outputs, hidden = self.network.predict(self.params, x, state.hidden)
            ahead = self._read(outputs[:, 0], levels[:, None, :])
            predicted = self.y_scaling.inverse_transform(ahead[:, 0, :, self.central])
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
        return self.outputs(future_exog, state)[..., self.central]

    def outputs(self, future_exog: FloatArray, state: State) -> FloatArray:
        """Everything said of the rows after `state`: (n_steps, n_targets, n_per_target)."""
        return self.outputs_of(future_exog, state, 1)[0]

    def outputs_of(
        self,
        future_exog: FloatArray,
        state: State,
        n_paths: int,
        disturb: Callable[[int, FloatArray], FloatArray] | None = None,
    ) -> FloatArray:
        """Several futures at once: (n_paths, n_steps, n_targets, n_per_target).

        Before a forecast of shape (n_paths, n_targets), scaled, is read as if it had been observed,
        `disturb` may change it.
        """
        n_steps, n_targets = len(future_exog), state.lags.shape[1]
        known = self.exog_scaling.transform(future_exog)
        lags = np.repeat(state.lags[:, None, :], n_paths, axis=1)
        level, level_now = state.level, _now(state)
        stepper = Stepper(self.network, self.params, np.repeat(state.hidden, n_paths, axis=0))
        ahead = np.empty((n_paths, 0, n_targets, self.n_per_target))
        outputs = np.empty((n_paths, n_steps, n_targets, self.n_per_target))
        n_said = 0
        with np.errstate(over="ignore", invalid="ignore"):
            for step in range(n_steps):
                relative = (lags - level_now).transpose(1, 0, 2).reshape(n_paths, -1)
                exog = np.broadcast_to(known[step], (n_paths, known.shape[1]))
                said = stepper.step(np.hstack([relative, exog]))
                if step == n_said:
                    base = np.broadcast_to(level_now, (n_paths, n_targets))[:, None, :]
                    ahead = self._read(said, base)
                    n_new = min(self.horizon, n_steps - n_said)
                    outputs[:, n_said : n_said + n_new] = ahead[:, :n_new]
                    n_said += n_new
                if disturb is None and n_said == n_steps:
                    break
                read = outputs[:, step, :, self.central]
                if disturb is not None:
                    moved = disturb(step, read) - read
                    outputs[:, step] += moved[..., None]
                    read = outputs[:, step, :, self.central]
                lags = np.concatenate([read[None], lags[:-1]])
                if level is not None:
                    _, level = level.run(read[None])
                    level_now = level.level
            centre, spread = self.y_scaling.center[:, None], self.y_scaling.spread[:, None]
            return outputs * spread + centre

    def _read(self, outputs: FloatArray, levels: FloatArray) -> FloatArray:
        """Outputs (n_rows, n_outputs) as (n_rows, horizon, n_targets, n_per_target), on levels."""
        n_targets = levels.shape[-1]
        said = outputs.reshape(len(outputs), self.horizon, n_targets, self.n_per_target)
        return said + levels[..., None]


def at_rest(network: Network, input_size: int, n_targets: int) -> State:
    """The state of a network that has read nothing: the series was at its centre."""
    return State(np.zeros((1, network.state_size)), np.zeros((input_size, n_targets)))


def at_first_row(
    network: Network, input_size: int, first: FloatArray, level: RunningLevel
) -> State:
    """The state of a network that knows one scaled row (1, n_targets) and its level."""
    hidden = np.zeros((1, network.state_size))
    return State(hidden, np.repeat(first, input_size, axis=0), level.run(first)[1])


def _now(state: State) -> FloatArray:
    return np.zeros(state.lags.shape[1]) if state.level is None else state.level.level
