r"""Long short-term memory.

.. math::
    i_t, f_t, o_t &= \sigma(x_t W + b + h_{t-1} U), \qquad
    g_t = \tanh(x_t W_g + b_g + h_{t-1} U_g) \\
    c_t &= f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh c_t

The columns of ``w_input``, ``bias`` and ``w_hidden`` are i, f, g, o, as in PyTorch.

References
----------
Hochreiter and Schmidhuber (1997), *Long Short-Term Memory*; the forget gate f is of Gers,
Schmidhuber and Cummins (2000), *Learning to Forget*.
"""

from rnnts.kernels.cell import Recurrence, Results, Vectors
from rnnts.kernels.math import sigmoid, tanh


class Lstm(Recurrence):
    """Input, forget and output gate around a memory c, the second state."""

    n_gates = 4
    n_states = 2
    n_saved = 5

    @classmethod
    def forward(cls, drives: Vectors, past: Vectors) -> tuple[Vectors, Vectors]:
        """States and what to save, from the drives and the past states."""
        write_drive, keep_drive, fresh_drive, show_drive = drives
        _, c_past = past
        write, keep, show = sigmoid(write_drive), sigmoid(keep_drive), sigmoid(show_drive)
        fresh = tanh(fresh_drive)
        c = keep * c_past + write * fresh
        tanh_c = tanh(c)
        return (show * tanh_c, c), (write, keep, fresh, show, tanh_c)

    @classmethod
    def backward(
        cls, saved: Vectors, past: Vectors, _states: Vectors, d_states: Vectors
    ) -> tuple[Vectors, Results]:
        """Gradients on the drives, and on the past states around the weights."""
        write, keep, fresh, show, tanh_c = saved
        (_, c_past), (d_hidden, d_c) = past, d_states
        d_show = d_hidden * tanh_c * (show * (1.0 - show))
        d_c = d_c + d_hidden * show * (1.0 - tanh_c * tanh_c)
        d_write = d_c * fresh * (write * (1.0 - write))
        d_keep = d_c * c_past * (keep * (1.0 - keep))
        d_fresh = d_c * write * (1.0 - fresh * fresh)
        return (d_write, d_keep, d_fresh, d_show), (0.0, d_c * keep)
