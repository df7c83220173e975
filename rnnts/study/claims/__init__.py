"""The hypotheses of the study, one file each; a new one is a file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from rnnts.study._evidence import Claim
from rnnts.study.claims import (
    _b1_beyond_the_optimum,
    _b2_hidden_size,
    _b3_impulse_responses,
    _b4_truncated_gradients,
    _b5_exact_likelihood,
    _h01_printed_recursion,
    _h02_effective_order,
    _h03_moving_average,
    _h04_arma_is_rnn,
    _h05_rnn_is_arma,
    _h06_trained_rnn,
    _h07_one_unit,
    _h08_over_specification,
    _h09_tanh_nonlinear,
    _h10_tanh_linear,
    _h11_tanh_real,
    _h12_intervals,
)

__all__ = ["CLAIMS"]

CLAIMS: Mapping[str, Claim] = MappingProxyType(
    {
        "H1": _h01_printed_recursion.CLAIM,
        "H2": _h02_effective_order.CLAIM,
        "H3": _h03_moving_average.CLAIM,
        "H4": _h04_arma_is_rnn.CLAIM,
        "H5": _h05_rnn_is_arma.CLAIM,
        "H6": _h06_trained_rnn.CLAIM,
        "H7": _h07_one_unit.CLAIM,
        "H8": _h08_over_specification.CLAIM,
        "H9": _h09_tanh_nonlinear.CLAIM,
        "H10": _h10_tanh_linear.CLAIM,
        "H11": _h11_tanh_real.CLAIM,
        "H12": _h12_intervals.CLAIM,
        "B1": _b1_beyond_the_optimum.CLAIM,
        "B2": _b2_hidden_size.CLAIM,
        "B3": _b3_impulse_responses.CLAIM,
        "B4": _b4_truncated_gradients.CLAIM,
        "B5": _b5_exact_likelihood.CLAIM,
    }
)
