"""Whether a difference between forecasts is more than chance."""

from rnnts.evaluation.significance._confidence_set import model_confidence_set
from rnnts.evaluation.significance._diebold_mariano import DieboldMariano, diebold_mariano
from rnnts.evaluation.significance._holm import holm
from rnnts.evaluation.significance._ranks import critical_difference, friedman, mean_ranks

__all__ = [
    "DieboldMariano",
    "critical_difference",
    "diebold_mariano",
    "friedman",
    "holm",
    "mean_ranks",
    "model_confidence_set",
]
