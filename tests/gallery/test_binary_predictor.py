"""The printed figures of the text: right where it is right, refuted where it is not.

The text gives two decimals, cut off rather than rounded.
"""

from itertools import pairwise

import numpy as np
import pytest

from rnnts import OnlineRNN
from rnnts.gallery import binary_generator, binary_predictor, signs_of_steps


def sigmoid(drive):
    return 1 / (1 + np.exp(-drive))


def two_decimals(value):
    return np.trunc(100 * value) / 100


@pytest.mark.parametrize(
    ("symbols", "weight", "printed"),
    [
        ([1] * 10, "w_output", 1.98),
        ([1] * 10, "w_hidden", 0.43),
        ([0] * 10, "w_output", -1.98),
        ([0] * 10, "w_hidden", 0.50),
        ([1, 0] * 10, "w_hidden", 0.25),
        ([1, 0] * 10, "w_input", 0.51),
    ],
)
def test_the_printed_weights_come_out_cut_to_two_decimals(symbols, weight, printed):
    trained = binary_predictor(symbols)

    assert two_decimals(getattr(trained, weight)[-1]) == printed


def test_one_printed_weight_is_rounded_instead():
    trained = binary_predictor([1, 0] * 10)

    assert trained.w_output[-1].round(2) == -0.43


def test_the_predictions_of_an_alternation_stay_between_the_printed_bounds():
    expected = binary_predictor([1, 0] * 10).expected

    assert two_decimals(expected.min()) == 0.44
    assert two_decimals(expected.max()) == 0.50


@pytest.mark.parametrize("changed", [{"rule": "gradient"}, {"learning_rate": 1.0}])
def test_only_the_printed_rule_and_rate_give_the_printed_weights(changed):
    trained = binary_predictor([1] * 10, **changed)

    assert two_decimals(trained.w_hidden[-1]) != 0.43


def test_the_true_gradient_of_one_step_turns_the_signs_around():
    printed = binary_predictor([1, 0] * 10)
    gradient = binary_predictor([1, 0] * 10, rule="gradient")

    assert printed.w_hidden[-1] > 0 > gradient.w_hidden[-1]
    assert printed.w_input[-1] > 0 > gradient.w_input[-1]


def test_the_gradient_rule_descends_on_the_error_of_one_step():
    symbols, rate, nudge = [1, 1, 0, 1, 0], 1e-3, 1e-6
    trained = binary_predictor(symbols, learning_rate=rate, rule="gradient")
    updated = np.stack([trained.w_output, trained.w_input, trained.w_hidden], axis=1)
    before = np.vstack([np.zeros(3), updated])
    hidden = 0.0
    for (_, w_input, w_hidden), symbol in zip(before[:3], symbols[:3], strict=True):
        hidden = sigmoid(w_hidden * hidden + w_input * symbol)

    def error(weights):
        w_output, w_input, w_hidden = weights
        prediction = sigmoid(w_output * sigmoid(w_hidden * hidden + w_input * symbols[3]))
        return 0.5 * (symbols[4] - prediction) ** 2

    slopes = [
        (error(before[3] + unit) - error(before[3] - unit)) / (2 * nudge)
        for unit in nudge * np.eye(3)
    ]
    np.testing.assert_allclose(before[4] - before[3], -rate * np.array(slopes), atol=1e-9 * rate)


def test_signs_after_ten_ones_and_ten_zeros():
    trained = binary_predictor([1] * 10 + [0] * 10)

    # The text counts one rise more: +10 -5, -5.
    assert signs_of_steps(trained.w_output) == "+9 -5, -5"
    # And crosses zero once where the weight does so twice: +10 -5, +5.
    assert signs_of_steps(trained.w_hidden) == "0 +8 -4, -1, +5"


def test_the_output_weight_is_still_positive_after_the_fifth_zero():
    w_output = binary_predictor([1] * 10 + [0] * 10).w_output

    assert w_output[9 + 4] == pytest.approx(0.0386, abs=5e-5)
    assert w_output[9 + 5] == pytest.approx(-0.2767, abs=5e-5)


def test_weights_do_not_settle():
    last = {n: binary_predictor([1] * n) for n in (20, 100, 1000, 10_000)}

    w_output = [trained.w_output[-1].round(2) for trained in last.values()]
    w_hidden = [trained.w_hidden[-1].round(2) for trained in last.values()]
    assert w_output == [2.63, 3.63, 4.80, 5.93]
    assert w_hidden == [0.67, 0.99, 1.28, 1.50]


def test_a_positive_recurrent_weight_amplifies_the_output_weight():
    trained = binary_predictor([1] * 10)
    w_input, w_hidden, w_output = (
        weight[-1] for weight in (trained.w_input, trained.w_hidden, trained.w_output)
    )

    hidden = np.linspace(0.01, 0.99, 50)
    with_it = sigmoid(w_output * sigmoid(w_hidden * hidden + w_input))
    without = sigmoid(w_output * sigmoid(w_input))
    # The text has it temper the output weight; but both lie above one half, and it further.
    assert (with_it > without).all()
    assert without > 0.5


def test_without_a_bias_a_prediction_is_on_the_side_of_the_output_weight():
    rng = np.random.default_rng(0)

    trained = binary_predictor(rng.integers(0, 2, 1000).tolist())

    assert (np.sign(trained.expected - 0.5) == np.sign(trained.w_output)).all()


def test_without_a_bias_no_training_brings_the_alternation():
    trained = binary_predictor([1, 0] * 100_000)

    assert trained.accuracy(n_last=100) == 0.5
    assert trained.w_hidden[-1] == pytest.approx(-13.15, abs=0.01)
    assert trained.w_output[-1] == pytest.approx(-6.89, abs=0.01)


@pytest.mark.parametrize("rule", ["printed", "gradient"])
@pytest.mark.parametrize("learning_rate", [1.0, 2.0, 5.0, 10.0])
def test_with_an_output_bias_the_alternation_is_learned(rule, learning_rate):
    trained = binary_predictor(
        [1, 0] * 250, rule=rule, learning_rate=learning_rate, output_bias=True
    )

    assert trained.accuracy(n_last=100) == 1.0


def test_the_generator_alternates_as_printed():
    outputs = binary_generator(20)

    np.testing.assert_array_equal(outputs[:3].round(5), [-0.98051, 0.97897, -0.97884])
    np.testing.assert_allclose(outputs[4:], 0.97883 * (-1.0) ** np.arange(5, 21), atol=5e-6)


def test_the_alternation_lives_on_only_with_a_gain_above_four():
    assert abs(binary_generator(4000, gain=3.9)[-1]) < 1e-12
    assert abs(binary_generator(4000, gain=4.1)[-1]) == pytest.approx(0.241, abs=5e-4)


@pytest.mark.parametrize("symbols", [[1], [0, 1, 2], [0.5, 1.0]])
def test_symbols_that_are_not_a_binary_sequence_are_refused(symbols):
    with pytest.raises(ValueError, match="needs two or more symbols that are 0 or 1, got"):
        binary_predictor(symbols)


def test_an_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="did you mean 'printed'"):
        binary_predictor([0, 1], rule="print")


@pytest.mark.parametrize(
    ("rule", "online_rule"), [("printed", "readout_first"), ("gradient", "bptt")]
)
def test_a_stream_is_learned_by_the_same_rules(rule, online_rule):
    symbols = [1, 1, 0, 1, 0, 0, 1, 0, 1, 1] * 5
    text = binary_predictor(symbols, rule=rule)
    stream = OnlineRNN(
        "sigmoid", 1, loss="brier", rule=online_rule, learning_rate=5.0, bias=False, init="zeros"
    )

    for number, (last, value) in enumerate(pairwise(symbols)):
        expected = stream.step_one(last, value)
        assert expected == pytest.approx(text.predicted[number], rel=1e-12)
    for name in ("w_input", "w_hidden", "w_output"):
        assert stream.weights_[name].item() == pytest.approx(getattr(text, name)[-1], rel=1e-10)
