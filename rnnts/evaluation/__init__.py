"""How good forecasts were, from origins rolling through a series."""

from rnnts.evaluation._backtest import Backtest, backtest

__all__ = ["Backtest", "backtest"]
