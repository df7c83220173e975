"""Tests of "the same as" and of "better than", and how often each of them errs."""

from rnnts.study.inference._diebold_mariano import DieboldMariano, diebold_mariano
from rnnts.study.inference._equivalence import RatioTest, ratio_tost
from rnnts.study.inference._model_sets import model_confidence_set, superior_ability
from rnnts.study.inference._one_sided import p_ratio_above, p_ratio_below
from rnnts.study.inference._rates import ErrorRates, Rate, rate_of

__all__ = [
    "DieboldMariano",
    "ErrorRates",
    "Rate",
    "RatioTest",
    "diebold_mariano",
    "model_confidence_set",
    "p_ratio_above",
    "p_ratio_below",
    "rate_of",
    "ratio_tost",
    "superior_ability",
]
