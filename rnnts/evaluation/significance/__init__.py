"""Whether a difference between forecasts is more than chance."""

from rnnts.evaluation.significance._diebold_mariano import DieboldMariano, diebold_mariano
from rnnts.evaluation.significance._model_sets import model_confidence_set, superior_ability

__all__ = [
    "DieboldMariano",
    "diebold_mariano",
    "model_confidence_set",
    "superior_ability",
]
