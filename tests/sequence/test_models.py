"""Models of sequences against one sequence at a time, and against central differences."""

from dataclasses import replace

import numpy as np
import pytest

from rnnts._network import Network
from rnnts.cells import CELLS
from rnnts.losses import LOSSES
from rnnts.sequence.models import BothWays, EncoderDecoder, Lesson, OneWay
from tests import naive

LENGTHS = np.array([5, 1, 4, 5, 2])


def lesson_of(network, lengths, loss="squared_error"):
    rng = np.random.default_rng(0)
    rows = (5, 5) if network.every_step else (5,)
    y = naive.targets(loss, rng.standard_normal((*rows, network.n_outputs)))
    x = rng.standard_normal((5, 5, network.n_inputs))
    return Lesson(x, y, rng.uniform(0.5, 2.0, rows), lengths)


def alone(network, params, x):
    """Outputs of a network for one sequence at every step."""
    weights = network.unpack(params)
    name = next(name for name, cell in CELLS.items() if cell == network.cell)
    return naive.run(name, weights, x, np.zeros(network.state_size))[0]


def said(model, params, lesson, sequence):
    """What a model should say of one sequence: at each of its steps, or at the end."""
    length = 5 if lesson.lengths is None else lesson.lengths[sequence]
    x, network = lesson.x[:length, sequence], model.network
    if isinstance(model, OneWay):
        outputs = alone(network, params, x)
        return outputs if network.every_step else outputs[-1]
    forth, back = np.split(params, 2)
    there, again = alone(network, forth, x), alone(network, back, x[::-1])
    return there + again[::-1] if network.every_step else there[-1] + again[-1]


def mean_loss(model, params, lesson, loss, l2):
    """Weighted mean over what counts, and the penalty."""
    total = weight = 0.0
    for sequence in range(5):
        length = 5 if lesson.lengths is None else lesson.lengths[sequence]
        outputs = said(model, params, lesson, sequence)
        if model.network.every_step:
            y, weights = lesson.y[:length, sequence], lesson.weights[:length, sequence]
        else:
            y, weights = lesson.y[[sequence]], lesson.weights[[sequence]]
            outputs = outputs[None]
        for k in range(len(y)):
            total += weights[k] * naive.LOSSES[loss](y[[k]], outputs[[k]])
            weight += weights[k]
    views = model.unpack(params)
    return total / weight + l2 * sum(np.sum(w**2) for w in views.values() if w.ndim == 2)


@pytest.mark.parametrize("kind", [OneWay, BothWays])
@pytest.mark.parametrize("cell", ["tanh", "gru", "lstm"])
@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
def test_loss_and_gradient_are_those_of_each_sequence_alone(kind, cell, every_step, lengths, loss):
    model = kind(Network(CELLS[cell], 2, (3, 2), 3, every_step))
    lesson = lesson_of(model.network, lengths, loss)
    params = model.init_params(np.random.default_rng(1))

    value, gradient = model.objective(lesson, LOSSES[loss], l2=0.1).value_and_gradient(params)

    def loss_at(point):
        return mean_loss(model, point, lesson, loss, 0.1)

    assert value == pytest.approx(loss_at(params), rel=1e-12)
    some = np.random.default_rng(2).choice(len(params), 20, replace=False)
    differences = naive.gradient(loss_at, params, coordinates=some)
    np.testing.assert_allclose(gradient[some], differences, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", [OneWay, BothWays])
@pytest.mark.parametrize("every_step", [True, False])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_outputs_are_those_of_each_sequence_alone(kind, every_step, lengths):
    model = kind(Network(CELLS["gru"], 2, 3, 2, every_step, skip=True))
    lesson = lesson_of(model.network, lengths)
    params = model.init_params(np.random.default_rng(1))

    outputs = model.predict(params, lesson.x, lengths)

    for sequence in range(5):
        length = 5 if lengths is None else lengths[sequence]
        own = outputs[:length, sequence] if every_step else outputs[sequence]
        np.testing.assert_allclose(own, said(model, params, lesson, sequence), rtol=1e-12)


def written(model, params, x, n_steps, read):
    """Outputs of a decoder after an encoder has read x; `read` says what it reads at each step."""
    encoder, decoder = model.split(params)
    start = alone(model.encoder, encoder, x)[-1]
    weights, outputs = model.decoder.unpack(decoder), []
    name = next(name for name, cell in CELLS.items() if cell == model.decoder.cell)
    for step in range(n_steps):
        row = read(step, outputs)
        output, start = naive.run(name, weights, row[None], start)
        outputs.append(output[0])
    return np.array(outputs)


@pytest.mark.parametrize("cell", ["tanh", "gru", "lstm"])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_an_encoder_learns_what_its_decoder_needs(cell, lengths):
    decoder = Network(CELLS[cell], 3, (3, 2), 3)
    encoder = Network(CELLS[cell], 2, 4, decoder.state_size, every_step=False)
    model = EncoderDecoder(encoder, decoder, 4)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((5, 5, 2)), np.eye(3)[rng.integers(0, 3, (4, 5))]
    weights = (rng.random((4, 5)) < 0.7).astype(float)
    params = 2 * model.init_params(rng)
    lesson = Lesson(x, y, weights, lengths)

    value, gradient = model.objective(lesson, LOSSES["cross_entropy"], 0.1).value_and_gradient(
        params
    )

    def loss_at(point):
        total = 0.0
        for sequence in range(5):
            length = 5 if lengths is None else lengths[sequence]

            def right(step, _, targets=y[:, sequence]):
                return targets[step - 1] if step else np.zeros(3)

            outputs = written(model, point, x[:length, sequence], 4, right)
            for step in range(4):
                loss = naive.cross_entropy(y[[step], sequence], outputs[[step]])
                total += weights[step, sequence] * loss
        views = model.unpack(point)
        penalty = 0.1 * sum(np.sum(w**2) for w in views.values() if w.ndim == 2)
        return total / weights.sum() + penalty

    assert value == pytest.approx(loss_at(params), rel=1e-12)
    some = rng.choice(len(params), 30, replace=False)
    differences = naive.gradient(loss_at, params, coordinates=some)
    np.testing.assert_allclose(gradient[some], differences, rtol=1e-6, atol=1e-9)


def test_a_decoder_reads_what_it_has_written():
    decoder = Network(CELLS["gru"], 3, 4, 3)
    encoder = Network(CELLS["gru"], 2, 4, decoder.state_size, every_step=False)
    model = EncoderDecoder(encoder, decoder, 6)
    rng = np.random.default_rng(0)
    x, params = rng.standard_normal((5, 5, 2)), 3 * model.init_params(rng)

    outputs = model.predict(params, x, LENGTHS)

    def likeliest(step, said):
        return np.eye(3)[said[-1].argmax()] if step else np.zeros(3)

    for sequence, length in enumerate(LENGTHS):
        expected = written(model, params, x[:length, sequence], 6, likeliest)
        np.testing.assert_allclose(outputs[:, sequence], expected, rtol=1e-10)


@pytest.mark.parametrize("kind", [OneWay, BothWays])
def test_threads_do_not_change_a_bit(kind):
    model = kind(Network(CELLS["gru"], 1, 9, 1))
    rng = np.random.default_rng(0)
    x = rng.standard_normal((6, 700, 1))
    lesson = Lesson(x, np.cumsum(x, axis=0), np.ones((6, 700)), None)
    params = model.init_params(rng)

    one, four = (
        model.objective(lesson, LOSSES["huber"], n_threads=n).value_and_gradient(params)
        for n in (1, 4)
    )

    assert one[0] == four[0]
    np.testing.assert_array_equal(one[1], four[1])


def test_an_exploding_pair_has_no_gradient():
    network = Network(CELLS["linear"], 1, 2, 1)
    lesson = replace(lesson_of(network, None), x=np.full((5, 5, 1), 1e200))
    params = np.full(2 * network.n_params, 1e150)

    value, gradient = (
        BothWays(network).objective(lesson, LOSSES["squared_error"]).value_and_gradient(params)
    )

    assert not np.isfinite(value)
    assert not gradient.any()
