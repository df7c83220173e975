"""How good forecasts were, from origins rolling through series, and which model is best."""

from rnnts.evaluation._backtest import backtest
from rnnts.evaluation._compare import compare
from rnnts.evaluation._comparison import Comparison
from rnnts.evaluation._results import Backtest
from rnnts.evaluation._scorers import SCORERS, WinklerScorer, mase_score, rmsse_score

__all__ = [
    "SCORERS",
    "Backtest",
    "Comparison",
    "WinklerScorer",
    "backtest",
    "compare",
    "mase_score",
    "rmsse_score",
]
