"""Estimators whose data are sequences, or come one observation at a time."""

from rnnts.sequence._classifier import RNNClassifier
from rnnts.sequence._online import OnlineRNN
from rnnts.sequence._regressor import RNNRegressor
from rnnts.sequence._translator import RNNTranslator

__all__ = ["OnlineRNN", "RNNClassifier", "RNNRegressor", "RNNTranslator"]
