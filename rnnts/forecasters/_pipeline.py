"""A scikit-learn pipeline through which the rows' labels reach the forecaster."""

from typing import Any

from sklearn.pipeline import Pipeline, make_pipeline


def make_forecast_pipeline(*steps: Any, memory: Any = None) -> Pipeline:
    """The pipeline of transformers of X, and a forecaster, that keeps the index.

    scikit-learn's transformers hand on arrays unless told otherwise, and rows without labels are
    always taken as the next ones: known rows, and those after a gap, would be mistaken for them.

    Parameters
    ----------
    *steps : estimators
        Transformers of the exogenous columns, the forecaster last.
    memory : str or joblib.Memory, optional
        Where fitted transformers are cached.

    Returns
    -------
    sklearn.pipeline.Pipeline
        ``make_pipeline(*steps).set_output(transform="pandas")``.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.preprocessing import StandardScaler
    >>> from rnnts import NaiveForecaster, make_forecast_pipeline
    >>> index = pd.period_range("2024-01", periods=12, freq="M")
    >>> X = pd.DataFrame({"price": range(12)}, index=index)
    >>> y = pd.Series(range(10), index=index[:10])
    >>> model = make_forecast_pipeline(StandardScaler(), NaiveForecaster()).fit(X[:10], y)
    >>> model.predict(X[9:])        # the last known row, and two to come
    2024-10    8.0
    2024-11    9.0
    2024-12    9.0
    Freq: M, dtype: float64
    """
    return make_pipeline(*steps, memory=memory).set_output(transform="pandas")
