r"""Elman cell, :math:`h_t = f(z_t)` with :math:`z_t = x_t W_x + b + h_{t-1} W_h`.

.. math:: \bar z_t = \bar h_t \odot f'(z_t)

A bar marks the gradient of the loss.  Each f is a cell of its own, so that no kernel carries a
choice that it does not need.

References
----------
Elman (1990), *Finding Structure in Time*.
"""

from typing import NamedTuple

from rnnts.kernels.cell import Results, Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.math import relu, sigmoid, tanh, where_positive


class _Elman(NamedTuple):
    n_gates = 1
    n_split = 0
    n_states = 1
    n_saved = 0

    @classmethod
    def forward(cls, drives: Vectors, past: Vectors) -> tuple[Vectors, Vectors]:
        (drive,) = drives
        return (cls.activate(drive),), ()

    @classmethod
    def backward(
        cls, saved: Vectors, past: Vectors, states: Vectors, d_states: Vectors
    ) -> tuple[Vectors, Results]:
        (hidden,), (d_hidden,) = states, d_states
        return (cls.times_slope(hidden, d_hidden),), (0.0,)

    @staticmethod
    def activate(drive: Expression) -> Expression:
        return drive

    # The slope as a function of the output: it is on the tape, the drive is not.
    @staticmethod
    def times_slope(hidden: Expression, d_hidden: Expression) -> Expression:
        return d_hidden


class Linear(_Elman):
    """f(z) = z."""


class Tanh(_Elman):
    """f = tanh."""

    activate = staticmethod(tanh)

    @staticmethod
    def times_slope(hidden: Expression, d_hidden: Expression) -> Expression:
        """1 - h^2 times the gradient."""
        return d_hidden * (1.0 - hidden * hidden)


class Sigmoid(_Elman):
    """f(z) = 1 / (1 + exp(-z))."""

    activate = staticmethod(sigmoid)

    @staticmethod
    def times_slope(hidden: Expression, d_hidden: Expression) -> Expression:
        """h (1 - h) times the gradient."""
        return d_hidden * (hidden * (1.0 - hidden))


class Relu(_Elman):
    """f(z) = max(z, 0)."""

    activate = staticmethod(relu)
    times_slope = staticmethod(where_positive)
