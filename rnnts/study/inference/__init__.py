"""Tests of "the same as" and of "better than", and how often each of them errs."""

from rnnts.study.inference._averages import Average, averages_of
from rnnts.study.inference._bartlett import (
    autocorrelations,
    bartlett_covariance,
    moving_average_test,
)
from rnnts.study.inference._clark_west import ClarkWest, clark_west
from rnnts.study.inference._equivalence import RatioTest, ratio_tost
from rnnts.study.inference._model_sets import bootstrapped_confidence_set, superior_ability
from rnnts.study.inference._one_sided import p_ratio_above, p_ratio_below
from rnnts.study.inference._rates import ErrorRates, Rate, rate_of
from rnnts.study.inference._resampling import equivalence_rates, excess_rates, t_ratios
from rnnts.study.inference._score import ScoreTest, score_test
from rnnts.study.inference._worst_cases import worst_share

__all__ = [
    "Average",
    "ClarkWest",
    "ErrorRates",
    "Rate",
    "RatioTest",
    "ScoreTest",
    "autocorrelations",
    "averages_of",
    "bartlett_covariance",
    "bootstrapped_confidence_set",
    "clark_west",
    "equivalence_rates",
    "excess_rates",
    "moving_average_test",
    "p_ratio_above",
    "p_ratio_below",
    "rate_of",
    "ratio_tost",
    "score_test",
    "superior_ability",
    "t_ratios",
    "worst_share",
]
