"""Estimators whose data are sequences rather than one series."""

from rnnts.sequence._classifier import RNNClassifier
from rnnts.sequence._regressor import RNNRegressor
from rnnts.sequence._translator import RNNTranslator

__all__ = ["RNNClassifier", "RNNRegressor", "RNNTranslator"]
