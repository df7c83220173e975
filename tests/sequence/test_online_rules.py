"""The gradients that streams learn from, against the whole network's and against differences."""

from itertools import pairwise

import numpy as np
import pytest

from rnnts import OnlineRNN
from rnnts._network import Network
from rnnts._objective import Objective
from rnnts.cells import CELLS
from rnnts.losses import LOSSES
from tests import naive

N_STEPS, N_FEATURES, N_UNITS = 7, 2, 3


def data(n_steps=N_STEPS):
    rng = np.random.default_rng(0)
    return rng.standard_normal((n_steps, N_FEATURES)), rng.standard_normal(n_steps)


def flat(model):
    """The weights of each stream of a bank, end to end as in a network."""
    return np.concatenate([w.reshape(len(w), -1) for w in model.weights_.values()], axis=1)


def network(cell):
    return Network(CELLS[cell], N_FEATURES, N_UNITS, 1)


def weights_of(cell):
    net = network(cell)
    return net.unpack(np.random.default_rng(1).uniform(-0.6, 0.6, net.n_params))


def gradients(cell, x, y, **settings):
    """What each step alone teaches: row t is of a stream that is told only the target of step t.

    The others keep the weights, so that all gradients are of the same network, and at a learning
    rate of one the gradient is what has changed.
    """
    n_steps = len(x)
    bank = OnlineRNN(
        cell, N_UNITS, learning_rate=1.0, n_streams=n_steps, init=weights_of(cell), **settings
    )
    before = network(cell).pack(weights_of(cell))
    bank.partial_fit(
        np.repeat(x[:, None], n_steps, axis=1), np.where(np.eye(n_steps) == 1, y, np.nan)
    )
    return before - flat(bank)


@pytest.mark.parametrize("cell", CELLS)
def test_real_time_gradients_add_up_to_backpropagation_through_all_time(cell):
    x, y = data()
    objective = Objective(network(cell), LOSSES["squared_error"], x[:, None], y[:, None, None])

    by_step = gradients(cell, x, y, rule="rtrl")

    _, mean = objective.value_and_gradient(network(cell).pack(weights_of(cell)))
    np.testing.assert_allclose(by_step.sum(axis=0), N_STEPS * mean, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("cell", ["tanh", "gru", "lstm"])
def test_the_real_time_gradient_of_each_step_matches_central_differences(cell):
    x, y = data()
    net = network(cell)

    by_step = gradients(cell, x, y, rule="rtrl")

    for t in range(N_STEPS):

        def loss(params, t=t):
            predictions, _ = naive.run(
                cell, net.unpack(params), x[: t + 1], np.zeros(net.state_size)
            )
            return (predictions[-1, 0] - y[t]) ** 2 / 2

        expected = naive.gradient(loss, net.pack(weights_of(cell)))
        np.testing.assert_allclose(by_step[t], expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("truncation", [1, 3])
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_truncated_gradients_are_those_from_the_state_so_many_steps_ago(cell, truncation):
    x, y = data()
    net = network(cell)
    params = net.pack(weights_of(cell))

    by_step = gradients(cell, x, y, rule="bptt", truncation=truncation)

    for t in range(N_STEPS):
        first = max(0, t + 1 - truncation)
        start = np.zeros((1, net.state_size))
        if first:
            _, start = net.predict(params, x[:first, None])

        def loss(params, first=first, start=start, t=t):
            predictions, _ = naive.run(cell, net.unpack(params), x[first : t + 1], start[0])
            return (predictions[-1, 0] - y[t]) ** 2 / 2

        last = Objective(
            net,
            LOSSES["squared_error"],
            x[first : t + 1, None],
            y[first : t + 1, None, None],
            n_warmup=t - first,
            start=start,
        )
        _, exact = last.value_and_gradient(params)
        np.testing.assert_allclose(by_step[t], exact, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(exact, naive.gradient(loss, params), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    ("loss", "of"),
    [
        ("absolute_error", lambda z, y: abs(z - y)),
        ("huber", naive.huber),
        ("logistic", lambda z, y: np.log(1 + np.exp(z)) - y * z),
        ("brier", lambda z, y: (naive.sigmoid(z) - y) ** 2 / 2),
    ],
)
def test_every_loss_has_the_gradient_of_its_definition(loss, of):
    x, y = data()
    y = (y > 0) + 0.0
    net = network("tanh")

    first = gradients("tanh", x, y, loss=loss, rule="bptt")[0]

    def value(params):
        predictions, _ = naive.run("tanh", net.unpack(params), x[:1], np.zeros(N_UNITS))
        return of(predictions[0, 0], y[0])

    expected = naive.gradient(value, net.pack(weights_of("tanh")))
    np.testing.assert_allclose(first, expected, rtol=1e-6, atol=1e-8)


def printed(sequence, learning_rate):
    """The loop of the introductory text, as printed, and its predictions."""
    h, ih, hh, ho = 0.0, 0.0, 0.0, 0.0
    predictions = []
    for now, after in pairwise(sequence):
        past, h = h, naive.sigmoid(hh * h + ih * now)
        error = after - naive.sigmoid(ho * h)
        predictions.append(after - error)
        slope = naive.sigmoid(ho * h) * (1 - naive.sigmoid(ho * h))
        ho += learning_rate * error * slope * h
        slope = naive.sigmoid(ho * h) * (1 - naive.sigmoid(ho * h))
        ih += learning_rate * error * slope * ho * h * (1 - h) * now
        hh += learning_rate * error * slope * ho * h * (1 - h) * past
    return {"w_input": ih, "w_hidden": hh, "w_output": ho}, predictions


# What the text prints, of which some digits were cut off and others rounded.
@pytest.mark.parametrize(
    ("sequence", "told"),
    [
        ([1] * 10, {"w_output": 1.98, "w_hidden": 0.43}),
        ([0] * 10, {"w_output": -1.98, "w_hidden": 0.5}),
        ([1, 0] * 10, {"w_output": -0.43, "w_hidden": 0.25, "w_input": 0.51}),
        ([1] * 10 + [0] * 10, {}),
    ],
)
def test_the_rule_of_the_text_is_the_one_that_it_prints(sequence, told):
    model = OnlineRNN(
        "sigmoid",
        1,
        loss="brier",
        rule="readout_first",
        learning_rate=5.0,
        bias=False,
        init="zeros",
    )

    predictions = model.step(sequence[:-1], sequence[1:])

    expected, printed_predictions = printed(sequence, 5.0)
    weights = {name: values.item() for name, values in model.weights_.items()}
    assert weights == pytest.approx(expected, abs=1e-12)
    np.testing.assert_allclose(predictions, printed_predictions, rtol=1e-12)
    for name, number in told.items():
        assert weights[name] == pytest.approx(number, abs=0.01)
