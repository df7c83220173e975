r"""Exact algebra between linear recurrent networks and ARMA models; NumPy and nothing else.

A linear network that reads :math:`y_t` and predicts :math:`y_{t+1}`,

.. math::
    h_t = A h_{t-1} + B y_t + b_h, \qquad \hat y_{t+1} = C h_t + b_y,

makes the one-step predictions of the ARMA model with :math:`\theta(L) = \det(I - A L)` and
:math:`\phi(L) = \det(I - (A + B C) L)`: the moving-average part is the network reading data,
the autoregressive part the network reading its own forecasts.
"""

from rnnts.linear._arma import ARMA
from rnnts.linear._start import Start
from rnnts.linear._state_space import StateSpace

__all__ = ["ARMA", "Start", "StateSpace"]
