"""The two sides of every comparison, fitted quietly: linear networks and statsmodels."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters import RNNForecaster
from rnnts.solvers import LevenbergMarquardt


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings: unconverged fits are part of what is compared."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def train_network(y: FloatArray, hidden_size: int | str) -> RNNForecaster:
    """Linear network trained on its one-step errors; a size of "bic" is chosen by that."""
    network = RNNForecaster(cell="linear", hidden_size=hidden_size, solver=LevenbergMarquardt())
    with quiet():
        return network.fit(y)


def predictions_after(network: RNNForecaster, y: FloatArray, n_train: int) -> FloatArray:
    """One-step predictions of all rows after those a network was trained on, its weights fixed."""
    predictions: FloatArray = np.asarray(network.update(y[n_train:]).fittedvalues_)[n_train:]
    return predictions


def arma_mle(y: FloatArray, ar_order: int, ma_order: int) -> Any:
    """Maximum-likelihood ARMA with a mean, by the defaults of statsmodels."""
    from statsmodels.tsa.arima.model import ARIMA

    # Standard errors are not needed and cost as much as the fit.
    return fit_quietly(ARIMA(y, order=(ar_order, 0, ma_order)), cov_type="none")


def fit_quietly(model: Any, **options: Any) -> Any:
    """Fit a model of statsmodels without its warnings."""
    with quiet():
        return model.fit(**options)


def at_steady_state(results: Any) -> Any:
    """The same parameters, filtered from the steady state of the Kalman filter.

    Where Z R = I, the variance of the predicted state settles at R Q R'.  Started there, the gain
    is constant from the first observation, as the weights of a network are.
    """
    model, params = results.model, np.asarray(results.params)
    with quiet():
        model.update(params)
        selection, shocks = model.ssm["selection"], model.ssm["state_cov"]
        model.ssm.initialize_known(np.zeros(len(selection)), selection @ shocks @ selection.T)
        model.ssm.loglikelihood_burn = 0
        return model.smooth(params)
