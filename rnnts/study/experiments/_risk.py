r"""Mean squared one-step error of a fitted linear predictor, exactly.

A predictor that has read T observations is a row of weights and a constant,
:math:`\hat y_{T+1} - \mu = \sum_{j=1}^{T} \pi_j (y_{T+1-j} - \mu) + \delta`.  Applied to a fresh
path of :math:`\phi(L)(y_t - \mu) = \theta(L) e_t`, its error has the impulse response

.. math:: g(L) = \bigl(1 - \sum_j \pi_j L^j\bigr) \, \theta(L) / \phi(L)

and the mean square :math:`\sigma^2 \sum_j g_j^2 + \delta^2`: no test sample, no noise from one.
As T grows, the first factor becomes :math:`\hat\phi(L) / \hat\theta(L)`.  The finite T matters:
maximum likelihood often puts :math:`\hat\theta` next to the unit circle, where the Kalman filter
is good although its limit is not.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.signal import lfilter

from rnnts._types import FloatArray
from rnnts.linear import ARMA, StateSpace


@dataclass(frozen=True)
class Predictor:
    """Weights of the observations read, newest first, and the prediction when all are `mean`."""

    weights: FloatArray
    at_mean: float


def network_predictor(network: StateSpace, n_read: int, mean: float) -> Predictor:
    """A network after `n_read` observations of a process with that mean."""
    predictions, _ = network.run(np.full(n_read + 1, mean))
    return Predictor(network.pi_weights(n_read), float(predictions[-1]))


def kalman_predictor(results: Any, mean: float) -> Predictor:
    """A univariate ARIMA model of statsmodels after as many observations as it was fitted on.

    The gains are those of its own filter, from its own start.
    """
    system = results.filter_results
    design, transition = system.design[0, :, 0], system.transition[:, :, 0]
    gains = system.kalman_gain[:, 0, :]
    weights = np.empty(gains.shape[1])
    reading = design
    for lag, gain in enumerate(gains.T[::-1]):
        weights[lag] = reading @ gain
        reading = reading @ transition - weights[lag] * design
    level = float(results.params[0])  # the constant of ARIMA is the mean of the model
    return Predictor(weights, level + float(weights.sum()) * (mean - level))


def one_step_risk(predictor: Predictor, process: ARMA) -> float:
    """Expected squared error of the next prediction on a fresh path of the process."""
    decay = np.max(np.abs(np.roots(process.ar_polynomial)), initial=0.0)
    n_echoes = len(process.ma) + int(np.ceil(np.log(1e-20) / np.log(decay)) if decay else 0)
    impulse = np.r_[1.0, -predictor.weights, np.zeros(n_echoes)]
    response = lfilter(process.ma_polynomial, process.ar_polynomial, impulse)
    bias = predictor.at_mean - process.mean
    return float(process.sigma2 * response @ response + bias**2)
