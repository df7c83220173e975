"""Slow, obvious implementations that the fast ones are checked against."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


ACTIVATIONS = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda z: np.maximum(z, 0),
}


def huber(y, p):
    e = p - y
    return np.mean(np.where(np.abs(e) <= 1, e**2 / 2, np.abs(e) - 0.5))


def cross_entropy(y, p):
    odds = np.exp(p)
    return -np.mean(np.sum(y * np.log(odds / odds.sum(axis=-1, keepdims=True)), axis=-1))


def pairs(y, p):
    """Errors in units of their scales, and the scales, of targets with two outputs each."""
    scale = 0.001 + np.exp(p[..., 1::2])
    return (y[..., ::2] - p[..., ::2]) / scale, scale


def gaussian(y, p):
    z, scale = pairs(y, p)
    return np.mean(z**2 / 2 + np.log(scale * np.sqrt(2 * np.pi)))


def student_t(y, p):
    z, scale = pairs(y, p)
    # The constant of five degrees of freedom.
    return -np.mean(np.log(8 / (3 * np.pi * np.sqrt(5)) * (1 + z**2 / 5) ** -3 / scale))


# Of targets and predictions, whose last axis holds the outputs.
LOSSES = {
    "squared_error": lambda y, p: np.mean((p - y) ** 2) / 2,
    "absolute_error": lambda y, p: np.mean(np.abs(p - y)),
    "huber": huber,
    "pinball": lambda y, p: np.mean(np.abs(p - y)) / 2,
    "logistic": lambda y, p: np.mean(np.log(1 + np.exp(p)) - y * p),
    "cross_entropy": cross_entropy,
    "gaussian": gaussian,
    "student_t": student_t,
}


def step(cell, weights, x_t, state):
    """The state after one step; its first part is the hidden state."""
    n_units = len(weights["w_hidden"])
    hidden = state[:n_units]
    from_input = x_t @ weights["w_input"] + weights.get("bias", 0.0)
    from_past = hidden @ weights["w_hidden"]
    if cell == "gru":
        reset, update, fresh = (slice(k * n_units, (k + 1) * n_units) for k in range(3))
        r = sigmoid(from_input[reset] + from_past[reset])
        u = sigmoid(from_input[update] + from_past[update])
        n = np.tanh(from_input[fresh] + r * (from_past[fresh] + weights["b_hidden"]))
        return (1 - u) * n + u * hidden
    if cell == "lstm":
        i, f, g, o = np.split(from_input + from_past, 4)
        memory = sigmoid(f) * state[n_units:] + sigmoid(i) * np.tanh(g)
        return np.concatenate([sigmoid(o) * np.tanh(memory), memory])
    return ACTIVATIONS[cell](from_input + from_past)


def layers_of(weights):
    """The weights of each layer under the names of the first, and the size of its state."""
    layers = []
    for number in range(1, 10):
        ending = "" if number == 1 else f"_{number}"
        if f"w_hidden{ending}" not in weights:
            return layers
        names = ["w_input", "bias", "w_hidden", "b_hidden"]
        layer = {name: weights[name + ending] for name in names if name + ending in weights}
        layers.append(layer)
    raise AssertionError


def run(cell, weights, x, start, dilations=(1,) * 9, residual=False):
    """Predictions of one sequence at every step, one step at a time, and its last states."""
    layers, states, predictions = layers_of(weights), [], []
    for layer, dilation in zip(layers, dilations, strict=False):
        size = (2 if cell == "lstm" else 1) * len(layer["w_hidden"])
        states.append(list(start[: dilation * size].reshape(dilation, size)))
        start = start[dilation * size :]
    for x_t in x:
        read = x_t
        for number, (layer, past) in enumerate(zip(layers, states, strict=True), start=1):
            past.append(step(cell, layer, read, past.pop(0)))
            h = past[-1][: len(layer["w_hidden"])]
            read = h + read if residual and number > 1 else h
        prediction = read @ weights["w_output"] + weights["b_output"]
        if "w_skip" in weights:
            prediction = prediction + x_t @ weights["w_skip"]
        predictions.append(prediction)
    return np.array(predictions), np.concatenate([state for past in states for state in past])


def targets(loss, draws):
    """Draws as what a loss expects: yes or no, the one class of several, or numbers."""
    if loss == "logistic":
        return (draws > 0).astype(float)
    if loss == "cross_entropy":
        return (draws == draws.max(axis=-1, keepdims=True)).astype(float)
    return draws


def gradient(function, point, step=1e-6, coordinates=None):
    """Central differences of a scalar function, in some coordinates or in all."""
    chosen = range(len(point)) if coordinates is None else coordinates
    differences = []
    for coordinate in chosen:
        e = np.zeros(len(point))
        e[coordinate] = step
        differences.append((function(point + e) - function(point - e)) / (2 * step))
    return np.array(differences)


def complex_step_gradient(function, point, step=1e-30):
    """Derivatives of an analytic function, free of rounding (Squire and Trapp, 1998)."""
    return np.array([function(point + 1j * e).imag / step for e in step * np.eye(len(point))])
