r"""A trained network reading a series: from rows in the series' units to predictions in them.

At row t the network's input is what was known before it and what is known about it:

.. math::
    x_t = (y_{t-1}, \dots, y_{t-L},\; u_t), \qquad
    h_t = \text{cell}(x_t, h_{t-1}), \qquad \hat y_t = h_t W_y + x_t W_s + b_y

all scaled; L is `input_size` and u the exogenous columns.  Before the first row the hidden state
and the scaled lags are zero, that is, the series is taken to have been at its centre.
"""

from dataclasses import dataclass, replace

import numpy as np

from rnnts._network import Network
from rnnts._stepper import Stepper
from rnnts._types import FloatArray
from rnnts.transforms import Scaling


@dataclass(frozen=True)
class State:
    """All that the future depends on, besides the weights.

    Attributes
    ----------
    hidden : ndarray of shape (1, state_size)
    lags : ndarray of shape (input_size, n_targets)
        The last scaled rows, the newest first.
    """

    hidden: FloatArray
    lags: FloatArray


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
    """

    network: Network
    params: FloatArray
    y_scaling: Scaling
    exog_scaling: Scaling
    start: State

    def with_params(self, params: FloatArray) -> "Recurrence":
        """The same network with other weights."""
        return replace(self, params=params)

    def inputs(
        self, y: FloatArray, exog: FloatArray, state: State
    ) -> tuple[FloatArray, FloatArray]:
        """Inputs and scaled targets of each row, as (n_rows, 1, n_columns)."""
        scaled = self.y_scaling.transform(y)
        past = np.vstack([state.lags[::-1], scaled])
        n_lags = len(state.lags)
        columns = [past[n_lags - lag : len(past) - lag] for lag in range(1, n_lags + 1)]
        x = np.hstack([*columns, self.exog_scaling.transform(exog)])
        return x[:, None, :], scaled[:, None, :]

    def run(self, y: FloatArray, exog: FloatArray, state: State) -> tuple[FloatArray, State]:
        """One-step predictions of the rows, and the state after the last of them."""
        x, scaled = self.inputs(y, exog, state)
        with np.errstate(over="ignore", invalid="ignore"):
            prediction, hidden = self.network.predict(self.params, x, state.hidden)
            predicted = self.y_scaling.inverse_transform(prediction[:, 0])
        n_lags = len(state.lags)
        lags = np.vstack([state.lags[::-1], scaled[:, 0]])[: -n_lags - 1 : -1]
        end = State(hidden, lags.copy())
        return predicted, end

    def forecast(self, future_exog: FloatArray, state: State) -> FloatArray:
        """Forecasts of the rows after `state`, each read back as if it had been observed."""
        exog = self.exog_scaling.transform(future_exog)
        lags, stepper = state.lags, Stepper(self.network, self.params, state.hidden)
        forecasts = np.empty((len(exog), lags.shape[1]))
        with np.errstate(over="ignore", invalid="ignore"):
            for step, known in enumerate(exog):
                (prediction,) = stepper.step(np.concatenate([lags.ravel(), known])[None])
                lags = np.vstack([prediction, lags[:-1]])
                forecasts[step] = prediction
            return self.y_scaling.inverse_transform(forecasts)


def at_rest(network: Network, input_size: int) -> State:
    """The state of a network that has read nothing."""
    hidden = np.zeros((1, network.state_size))
    return State(hidden, np.zeros((input_size, network.n_outputs)))
