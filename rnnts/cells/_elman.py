r"""Elman cell, :math:`h_t = f(z_t)` with :math:`z_t = x_t W_x + b + h_{t-1} W_h`.

.. math:: \bar z_t = \bar h_t \odot f'(z_t)

A bar marks the gradient of the loss.  Each f is a cell of its own, so that no kernel carries a
choice that it does not need.

References
----------
Elman (1990), *Finding Structure in Time*.
"""

from rnnts.kernels.cell import Recurrence, Results, Vectors
from rnnts.kernels.expressions import Expression
from rnnts.kernels.math import relu, sigmoid, tanh


class _Elman(Recurrence):
    n_gates = 1

    @classmethod
    def forward(cls, drives: Vectors, _past: Vectors) -> tuple[Vectors, Vectors]:
        (drive,) = drives
        return (cls.activate(drive),), ()

    @classmethod
    def backward(
        cls, _saved: Vectors, _past: Vectors, states: Vectors, d_states: Vectors
    ) -> tuple[Vectors, Results]:
        (hidden,), (d_hidden,) = states, d_states
        return (cls.times_slope(d_hidden, hidden),), (0.0,)

    @staticmethod
    def activate(drive: Expression) -> Expression:
        raise NotImplementedError

    # The slope as a function of the output: it is on the tape, the drive is not.
    @staticmethod
    def times_slope(d_hidden: Expression, hidden: Expression) -> Expression:
        raise NotImplementedError


class Linear(_Elman):
    """f(z) = z."""

    @staticmethod
    def activate(drive: Expression) -> Expression:
        """The hidden unit."""
        return drive

    @staticmethod
    def times_slope(d_hidden: Expression, _hidden: Expression) -> Expression:
        """The gradient on the drive."""
        return d_hidden


class Tanh(_Elman):
    """f = tanh."""

    @staticmethod
    def activate(drive: Expression) -> Expression:
        """The hidden unit."""
        return tanh(drive)

    @staticmethod
    def times_slope(d_hidden: Expression, hidden: Expression) -> Expression:
        """The gradient on the drive."""
        return d_hidden * (1.0 - hidden * hidden)


class Sigmoid(_Elman):
    """f(z) = 1 / (1 + exp(-z))."""

    @staticmethod
    def activate(drive: Expression) -> Expression:
        """The hidden unit."""
        return sigmoid(drive)

    @staticmethod
    def times_slope(d_hidden: Expression, hidden: Expression) -> Expression:
        """The gradient on the drive."""
        return d_hidden * (hidden * (1.0 - hidden))


class Relu(_Elman):
    """f(z) = max(z, 0)."""

    @staticmethod
    def activate(drive: Expression) -> Expression:
        """The hidden unit."""
        return relu(drive)

    @staticmethod
    def times_slope(d_hidden: Expression, hidden: Expression) -> Expression:
        """The gradient on the drive."""
        return hidden.where(">", 0.0, d_hidden, 0.0)
