"""One-step predictions of nonlinear networks and of their linear rivals, alike for all.

Each is fitted to the first rows and predicts every later one from all rows before it, its weights
fixed.  A nonlinear network has four units and is trained from three random starts, whose median
predicts: one start that went astray would ruin a mean.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters import RNNForecaster
from rnnts.study.experiments._fits import arma_mle, predictions_after, quiet, train_network
from rnnts.study.experiments._orders import picked_orders

TANH, GRU, LSTM = "tanh", "GRU", "LSTM"
LINEAR, LINEAR_LARGE, ARMA = "linear RNN", "linear RNN (BIC)", "ARMA"
_N_UNITS, _N_STARTS = 4, 3

# Of a series, the number of rows to fit to, and a seed.
Contestant = Callable[[FloatArray, int, int], FloatArray]


def predict_ahead(model: str, y: FloatArray, n_train: int, seed: int) -> FloatArray:
    """Of shape (n - n_train,): each value after the first ones, from those before it.

    Parameters
    ----------
    model : str
        One of `CONTESTANTS`.
    y : ndarray of shape (n,)
    n_train : int
        Rows the model is fitted to.
    seed : int
        Of the starting weights.
    """
    # A network whose training rows are all positive predicts nothing negative; ARMA may.
    level = float(y[:n_train].mean())
    predictions: FloatArray = level + CONTESTANTS[model](y - level, n_train, seed)
    return predictions


def _nonlinear(cell: str, **options: Any) -> Contestant:
    def predictions(y: FloatArray, n_train: int, seed: int) -> FloatArray:
        network = RNNForecaster(
            cell=cell,
            hidden_size=_N_UNITS,
            strategy="recursive",
            transform=None,
            diff=0,
            deseasonalize=None,
            n_init=_N_STARTS,
            random_state=seed,
            **options,
        )
        with quiet():
            network.fit(y[:n_train])
        return predictions_after(network, y, n_train)

    return predictions


def _linear(y: FloatArray, n_train: int, _seed: int) -> FloatArray:
    """As many units as the order that BIC picks asks for; trained without a random start."""
    hidden_size = max(1, *picked_orders(y[:n_train])["ARMA, BIC"])
    return predictions_after(train_network(y[:n_train], hidden_size), y, n_train)


def _linear_large(y: FloatArray, n_train: int, seed: int) -> FloatArray:
    """The best by BIC of networks with one to six units, all of them trained."""
    network = RNNForecaster(cell="linear", hidden_size="bic", random_state=seed)
    with quiet():
        network.fit(y[:n_train])
    return predictions_after(network, y, n_train)


def _arma(y: FloatArray, n_train: int, _seed: int) -> FloatArray:
    """Maximum likelihood at the order that BIC picks; nothing in it is drawn."""
    orders = picked_orders(y[:n_train])
    try:
        results = arma_mle(y[:n_train], *orders["ARMA, BIC"])
    except np.linalg.LinAlgError:
        # An autoregression has no common factors to get lost in.
        results = arma_mle(y[:n_train], *orders["AR, AIC"])
    with quiet():
        predictions: FloatArray = np.asarray(results.apply(y).fittedvalues)[n_train:]
    return predictions


CONTESTANTS: Mapping[str, Contestant] = MappingProxyType(
    {
        TANH: _nonlinear("tanh"),
        # The gated cells cost most and gain nothing by the last digits of their loss.
        GRU: _nonlinear("gru", max_iter=150),
        LSTM: _nonlinear("lstm", max_iter=150),
        LINEAR: _linear,
        LINEAR_LARGE: _linear_large,
        ARMA: _arma,
    }
)
