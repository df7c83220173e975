"""Slow, obvious implementations that the fast ones are checked against."""

import numpy as np

ACTIVATIONS = {
    "linear": lambda z: z,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
}

LOSSES = {
    "squared_error": lambda e: np.mean(e**2) / 2,
    "absolute_error": lambda e: np.mean(np.abs(e)),
    "huber": lambda e: np.mean(np.where(np.abs(e) <= 1, e**2 / 2, np.abs(e) - 0.5)),
}


def predict(activation, weights, x, start):
    """Predictions of one sequence at every step, one step at a time."""
    hidden, predictions = start, []
    for x_t in x:
        drive = x_t @ weights["w_input"] + weights.get("bias", 0.0)
        hidden = activation(drive + hidden @ weights["w_hidden"])
        prediction = hidden @ weights["w_output"] + weights["b_output"]
        if "w_skip" in weights:
            prediction = prediction + x_t @ weights["w_skip"]
        predictions.append(prediction)
    return np.array(predictions)


def gradient(function, point, step=1e-6):
    """Central differences of a scalar function."""
    return np.array(
        [
            (function(point + e) - function(point - e)) / (2 * step)
            for e in step * np.eye(len(point))
        ]
    )


def complex_step_gradient(function, point, step=1e-30):
    """Derivatives of an analytic function, free of rounding (Squire and Trapp, 1998)."""
    return np.array([function(point + 1j * e).imag / step for e in step * np.eye(len(point))])
