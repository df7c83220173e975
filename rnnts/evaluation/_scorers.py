"""Scorers for scikit-learn's searches, in units of the naive error that a fitted forecaster knows.

A search hands over the fitted estimator and the rows left out, never the training rows; what MASE
is scaled by is therefore taken from the estimator, whatever split it was trained on.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline

from rnnts._types import FloatArray
from rnnts.forecasters._levels import interval_columns, read_levels
from rnnts.forecasters._rows import Rows, read_rows
from rnnts.metrics import ratio

Scorer = Callable[..., float]


def mase_score(estimator: Any, X: Any, y: Any = None) -> float:
    """Mean absolute scaled error (`rnnts.metrics.mase`), negated: greater is better.

    Parameters
    ----------
    estimator : forecaster, pipeline or search
        Fitted; its own `scale_` is what errors are divided by.
    X : array-like, DataFrame, Series or Index
    y : array-like, Series or DataFrame, optional
        As in `score` of a forecaster: without `y`, X is the series.  Missing values are left out.

    Returns
    -------
    float

    Examples
    --------
    >>> from rnnts import SeasonalNaiveForecaster, datasets
    >>> y = datasets.load("air_passengers")
    >>> round(mase_score(SeasonalNaiveForecaster().fit(y[:-12]), y[-12:]), 2)
    -1.57
    """
    given = _read(estimator, X, y)
    error = np.abs(given.y - _array(given.forecaster.predict(given.rows), given.y))
    return -_scaled(error, given.forecaster.scale_)


def rmsse_score(estimator: Any, X: Any, y: Any = None) -> float:
    """Root mean squared scaled error (`rnnts.metrics.rmsse`), negated: greater is better.

    Parameters
    ----------
    estimator : forecaster, pipeline or search
        Fitted; its own `squared_scale_` is what squared errors are divided by.
    X : array-like, DataFrame, Series or Index
    y : array-like, Series or DataFrame, optional
        As in `mase_score`.

    Returns
    -------
    float

    Examples
    --------
    >>> from rnnts import SeasonalNaiveForecaster, datasets
    >>> y = datasets.load("air_passengers")
    >>> round(rmsse_score(SeasonalNaiveForecaster().fit(y[:-12]), y[-12:]), 2)
    -1.47
    """
    given = _read(estimator, X, y)
    error = np.square(given.y - _array(given.forecaster.predict(given.rows), given.y))
    return -_scaled(error, given.forecaster.squared_scale_, np.sqrt)


class WinklerScorer:
    r"""Winkler score of a forecast interval over the naive error, negated: greater is better.

    .. math::
        \frac{1}{s} \Big[ u_t - l_t + \frac{2}{\alpha} (l_t - y_t)_+
        + \frac{2}{\alpha} (y_t - u_t)_+ \Big], \qquad \alpha = 1 - \text{level} / 100

    averaged over rows: narrow is good, and a miss costs the more the surer the interval was.
    Divided by the forecaster's `scale_` s, it is the MSIS of the M4 competition.  Known rows have
    no interval, so that a search cannot give training scores of it.

    Parameters
    ----------
    level : float
        Per cent of observations that the interval is to hold.

    References
    ----------
    Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and estimation",
    *Journal of the American Statistical Association* 102(477), section 6.2.

    Examples
    --------
    >>> from rnnts import SeasonalNaiveForecaster, datasets
    >>> y = datasets.load("air_passengers")
    >>> round(WinklerScorer(level=80)(SeasonalNaiveForecaster().fit(y[:-12]), y[-12:]), 2)
    -5.85
    """

    def __init__(self, level: float = 95) -> None:
        self.level = float(read_levels(level)[0])

    def __repr__(self) -> str:
        return f"WinklerScorer(level={self.level:g})"

    def __call__(self, estimator: Any, X: Any, y: Any = None) -> float:
        """Score a fitted estimator on rows as `mase_score` takes them."""
        given = _read(estimator, X, y)
        frame = given.forecaster.predict_interval(given.rows, level=(self.level,))
        _, *ends = interval_columns(np.array([self.level]))
        low, high = (_array(_end(frame, name), given.y) for name in ends)
        per_miss = 2 / (1 - self.level / 100)
        below, above = np.maximum(low - given.y, 0), np.maximum(given.y - high, 0)
        return -_scaled(high - low + per_miss * (below + above), given.forecaster.scale_)


SCORERS: dict[str, Scorer] = {
    "mase": mase_score,
    "rmsse": rmsse_score,
    "winkler": WinklerScorer(),
}


class _Given(NamedTuple):
    """What a scorer goes by: the forecaster within, observed values, and their rows."""

    forecaster: Any
    y: FloatArray  # (n_rows, n_targets)
    rows: Any


def _read(estimator: Any, X: Any, y: Any) -> _Given:
    while not hasattr(estimator, "scale_"):
        if isinstance(estimator, Pipeline):
            X = estimator[:-1].transform(X) if len(estimator) > 1 else X
            estimator = estimator[-1]
        elif hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        else:
            _refuse(estimator)
    given = read_rows(X, y)
    if np.isnan(given.y).all():
        raise ValueError(f"nothing to score: all {len(given.y)} row(s) of y are missing")
    return _Given(estimator, given.y, _rows(given))


def _rows(given: Rows) -> Any:
    """What `predict` takes for the rows: their columns under their labels, as far as there are any.

    Labels that a transformer took off X are those of y.
    """
    if given.index is None:
        return len(given.y) if given.exog is None else given.exog
    if given.exog is None:
        return given.index
    if isinstance(given.exog, pd.DataFrame | pd.Series):
        return given.exog.set_axis(given.index)
    return pd.DataFrame(np.asarray(given.exog), index=given.index)


def _refuse(estimator: Any) -> None:
    if isinstance(estimator, TransformedTargetRegressor):
        raise TypeError(
            "TransformedTargetRegressor knows the scale of the transformed series only; score by "
            "'neg_mean_absolute_error', or let the forecaster transform the series"
        )
    raise TypeError(
        f"a scaled score needs a fitted forecaster of rnnts, alone or last in a Pipeline, got "
        f"{estimator!r}"
    )


def _array(values: Any, like: FloatArray) -> FloatArray:
    return np.asarray(values, dtype=float).reshape(like.shape)


def _end(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """One end of the intervals, a column for each series."""
    if frame.columns.nlevels > 1:
        return frame.xs(name, axis=1, level=-1)
    return frame[[name]]


def _scaled(
    error: FloatArray,
    scale: FloatArray,
    after: Callable[[FloatArray], FloatArray] = np.asarray,
) -> float:
    """Mean over the observed rows of each series, scaled; then the mean over the series."""
    is_scored = ~np.isnan(error).all(axis=0)
    by_series = np.nanmean(error[:, is_scored], axis=0)
    return float(np.mean(after(ratio(by_series, np.asarray(scale)[is_scored]))))
