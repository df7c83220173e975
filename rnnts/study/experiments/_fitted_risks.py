"""Exact risks of models fitted to a series; infinite where an optimiser met a singular matrix."""

import numpy as np

from rnnts._types import FloatArray
from rnnts.linear import ARMA
from rnnts.study.experiments._fits import arma_mle, train_network
from rnnts.study.experiments._risk import kalman_predictor, network_predictor, one_step_risk


def network_risk(y: FloatArray, hidden_size: int | str, process: ARMA) -> float:
    """Of a linear network with so many units, or as many as BIC picks."""
    try:
        network = train_network(y, hidden_size).to_state_space()
    except np.linalg.LinAlgError:
        return np.inf
    return one_step_risk(network_predictor(network, len(y), process.mean), process)


def arma_risk(y: FloatArray, order: tuple[int, int], process: ARMA) -> float:
    """Of the ARMA(p, q) model of largest likelihood."""
    try:
        results = arma_mle(y, *order)
    except np.linalg.LinAlgError:
        return np.inf
    return one_step_risk(kalman_predictor(results, process.mean), process)
