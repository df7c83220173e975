"""Forecasters of one series at a time."""

import warnings
from typing import Any, Self

import pandas as pd
from sklearn.exceptions import DataConversionWarning
from sklearn.utils import Tags

from rnnts._types import FloatArray
from rnnts.forecasters._base import BaseForecaster


class UnivariateForecaster(BaseForecaster):
    """Base class of those that refuse several series side by side."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = False
        return tags

    def fit(self, X: Any = None, y: Any = None) -> Self:
        if getattr(y, "ndim", 1) == 2 and not isinstance(y, pd.DataFrame):
            # scikit-learn's wording, which its own checks look for.
            warnings.warn(
                "A column-vector y was passed when a 1d array was expected; pass y.ravel()",
                DataConversionWarning,
                stacklevel=2,
            )
        return super().fit(X, y)

    def _check_one_series(self, y: FloatArray) -> None:
        if y.shape[1] != 1:
            raise ValueError(
                f"{type(self).__name__} forecasts one series, got {y.shape[1]}; fit one model per "
                "column"
            )
