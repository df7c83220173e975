"""Errors and warnings that tell the caller something scikit-learn's own do not."""

__all__ = ["ForecastWarning", "IndexLostWarning", "TargetLeakError", "TimeIndexError"]


class TimeIndexError(ValueError):
    """The rows' labels cannot be read as consecutive time steps."""


class TargetLeakError(ValueError):
    """The target stands among the exogenous columns."""


class IndexLostWarning(UserWarning):
    """Rows came without the time labels the model was trained with."""


class ForecastWarning(UserWarning):
    """A forecast that follows from what was fitted, but should not be taken at its word."""
