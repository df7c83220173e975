r"""Gated recurrent unit, with the reset after the product (the form of cuDNN and PyTorch).

.. math::
    r_t &= \sigma(x_t W_r + b_r + h_{t-1} U_r), \qquad
    u_t = \sigma(x_t W_u + b_u + h_{t-1} U_u) \\
    m_t &= h_{t-1} U_n + c, \qquad n_t = \tanh(x_t W_n + b_n + r_t \odot m_t) \\
    h_t &= n_t + u_t \odot (h_{t-1} - n_t)

The columns of ``w_input``, ``bias`` and ``w_hidden`` are r, u, n; ``b_hidden`` is c.  The reset
after the product lets one product per step serve all gates.

References
----------
Cho et al. (2014), *Learning Phrase Representations using RNN Encoder-Decoder*.
"""

from rnnts.kernels.cell import Recurrence, Results, Vectors
from rnnts.kernels.math import sigmoid, tanh


class Gru(Recurrence):
    """Reset and update gate, and a candidate whose product with the past is kept apart."""

    n_gates = 3
    n_split = 1
    n_saved = 4

    @classmethod
    def forward(cls, drives: Vectors, past: Vectors) -> tuple[Vectors, Vectors]:
        """States and what to save, from the drives and the past states."""
        reset_drive, update_drive, memory, fresh_drive = drives
        (h_past,) = past
        reset, update = sigmoid(reset_drive), sigmoid(update_drive)
        fresh = tanh(fresh_drive + reset * memory)
        hidden = fresh + update * (h_past - fresh)
        return (hidden,), (reset, update, memory, fresh)

    @classmethod
    def backward(
        cls, saved: Vectors, past: Vectors, _states: Vectors, d_states: Vectors
    ) -> tuple[Vectors, Results]:
        """Gradients on the drives, and on the past states around the weights."""
        reset, update, memory, fresh = saved
        (h_past,), (d_hidden,) = past, d_states
        d_update = d_hidden * (h_past - fresh) * (update * (1.0 - update))
        d_fresh = d_hidden * (1.0 - update) * (1.0 - fresh * fresh)
        d_reset = d_fresh * memory * (reset * (1.0 - reset))
        return (d_reset, d_update, d_fresh * reset, d_fresh), (d_hidden * update,)
