"""How good forecasts were, from origins rolling through a series."""

from rnnts.evaluation._backtest import backtest
from rnnts.evaluation._results import Backtest
from rnnts.evaluation._scorers import SCORERS, WinklerScorer, mase_score, rmsse_score

__all__ = ["SCORERS", "Backtest", "WinklerScorer", "backtest", "mase_score", "rmsse_score"]
