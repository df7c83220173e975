r"""How a series tells that one linear unit is not enough.

One unit predicts by :math:`k \sum_{j \ge 0} a^j y_{t-j}`: the weights of past observations fall
geometrically, as those of an ARMA(1,1).
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.linear import StateSpace
from rnnts.study.experiments._fits import train_network
from rnnts.study.experiments._monte_carlo import Trial
from rnnts.study.inference import clark_west, score_test

_N_LAGS = 3


@dataclass(frozen=True)
class NestedTrial(Trial):
    """A series for a network of one unit and for one of more, the matched number or two."""

    @property
    def n_units_large(self) -> int:
        """Units of the larger network."""
        return max(2, self.n_units)


def nested_p_values(trial: NestedTrial) -> dict[str, float]:
    """Of the score test on a series, and of Clark and West's on the steps that follow it."""
    n_train = trial.n_steps
    y = trial.simulate(2 * n_train)
    try:
        small = train_network(y[:n_train], 1).to_state_space()
        large = train_network(y[:n_train], trial.n_units_large).to_state_space()
    except np.linalg.LinAlgError:
        return {"score": np.nan, "Clark-West": np.nan}
    predictions = [network.run(y)[0][n_train:] for network in (small, large)]
    return {
        "score": geometric_p_value(small, y[:n_train]),
        "Clark-West": clark_west(y[n_train:], *predictions).p_value,
    }


def geometric_p_value(network: StateSpace, y: FloatArray) -> float:
    """Of the hypothesis that one unit, trained on this series, leaves nothing to its last values.

    A network whose predictions have left all bounds has no p-value.
    """
    decay = float(network.A[0, 0])
    past = np.r_[0.0, (y - y.mean())[:-1]]
    state = lfilter([1.0], [1.0, -decay], past)
    by_decay = lfilter([0.0, 1.0], [1.0, -decay], state)
    errors = y - network.run(y)[0]
    gradient = np.column_stack([state, by_decay, np.ones(len(y))])
    lags = np.column_stack([np.r_[np.zeros(lag), past[: len(y) - lag]] for lag in range(_N_LAGS)])
    if not np.isfinite(gradient).all() or not np.isfinite(errors).all():
        return np.nan
    return score_test(errors, gradient, lags).p_value
