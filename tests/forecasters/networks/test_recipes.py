"""What "auto" stands for, where a simulated series says what is right."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from rnnts import RNNForecaster
from rnnts.linear import ARMA


def mean_square_ahead(model, y, n_rows):
    """Mean squared one-step error of the rows after those trained on."""
    model.fit(y[:n_rows])
    errors = []
    for row in range(n_rows, len(y)):
        errors.append(y[row] - model.predict(1)[0])
        model.update(y[row : row + 1])
    return np.square(errors).mean()


@pytest.mark.parametrize("cell", ["tanh", "gru"])
def test_recursive_networks_do_not_learn_noise_by_heart(cell):
    process = ARMA(ar=[0.8], ma=[-0.4])  # whose errors have variance 1

    squares = [
        mean_square_ahead(
            RNNForecaster(cell, horizon=None), process.simulate(500, random_state=seed), 300
        )
        for seed in range(8)
    ]

    # 1600 rows know their mean square to 3.5 %; without the penalty it is 2 for tanh, 13 for gru.
    assert np.mean(squares) < 1.15


def test_a_start_at_the_linear_network_is_not_penalised(y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        started = RNNForecaster("tanh", 2, init="arma").fit(y)
        unpenalised = RNNForecaster("tanh", 2, init="arma", l2=0).fit(y)

    assert started.sigma2_ == unpenalised.sigma2_
