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
    _h04_arma_is_rnn,
    _h05_rnn_is_arma,
    _h06_trained_rnn,
    _h12_intervals,
)

__all__ = ["CLAIMS"]

CLAIMS: Mapping[str, Claim] = MappingProxyType(
    {
        "H1": _h01_printed_recursion.CLAIM,
        "H2": _h02_effective_order.CLAIM,
        "H4": _h04_arma_is_rnn.CLAIM,
        "H5": _h05_rnn_is_arma.CLAIM,
        "H6": _h06_trained_rnn.CLAIM,
        "H12": _h12_intervals.CLAIM,
        "B1": _b1_beyond_the_optimum.CLAIM,
        "B2": _b2_hidden_size.CLAIM,
        "B3": _b3_impulse_responses.CLAIM,
        "B4": _b4_truncated_gradients.CLAIM,
        "B5": _b5_exact_likelihood.CLAIM,
    }
)
