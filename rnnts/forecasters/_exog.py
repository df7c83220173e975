"""The exogenous columns at the door: what is known in the future, and only that."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import validate_data

from rnnts._types import FloatArray
from rnnts._validation import check_squarable
from rnnts.exceptions import TargetLeakError
from rnnts.panel import native_of


def no_exog(y: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """An X that holds no exogenous columns, only the rows' labels.

    Parameters
    ----------
    y : Series or DataFrame of n rows

    Returns
    -------
    DataFrame of shape (n, 0)
        What to pass as X where scikit-learn insists on one.

    Examples
    --------
    >>> import pandas as pd
    >>> from rnnts import no_exog
    >>> no_exog(pd.Series([1.0, 2.0], index=pd.period_range("2024", periods=2, freq="M"))).shape
    (2, 0)
    """
    return pd.DataFrame(index=y.index)


def has_labels_only(X: Any) -> bool:
    """Whether X names rows without saying anything about them."""
    return isinstance(X, pd.Index) or (isinstance(X, pd.DataFrame) and X.shape[1] == 0)


def read_exog(estimator: Any, exog: Any, n_needed: int, *, reset: bool) -> FloatArray:
    """Exogenous values of shape (n_rows, n_exog).

    With `reset` the estimator's feature attributes are set, otherwise the columns are checked
    against them.  `exog` is None where only labels or a series came.
    """
    if exog is None:
        if reset:
            estimator.n_features_in_ = 0
            estimator.__dict__.pop("feature_names_in_", None)
        elif estimator.n_features_in_:
            raise ValueError(
                f"this model was fitted with {estimator.n_features_in_} exogenous column(s), but "
                "got labels or a series only; pass their values for the same rows as X"
            )
        return np.empty((n_needed, 0))
    if not reset and not estimator.n_features_in_:
        return np.empty((n_needed, 0))
    native = native_of(exog)
    if isinstance(exog, pd.Series):
        exog = exog.to_frame()
    elif native is not None and not hasattr(native, "columns"):
        exog = native.to_frame().to_native()
    if isinstance(exog, pd.DataFrame):
        _check_numeric_columns(exog)
    values = validate_data(
        estimator, exog, reset=reset, dtype="numeric", ensure_all_finite=False, ensure_min_samples=1
    )
    if values.dtype.kind in "mM":
        raise ValueError(
            f"X has dtype {values.dtype}: exogenous values must be numeric; encode times first, "
            "e.g. as the month or the days since a date"
        )
    values = np.array(values, dtype=float)
    for is_bad, what in ((np.isnan(values), "NaN"), (np.isinf(values), "infinity")):
        if is_bad.any():
            row, column = np.argwhere(is_bad)[0]
            raise ValueError(
                f"Input X contains {what}, first in row {row}, column {column}; the exogenous "
                "values of every row are needed: fill them before"
            )
    check_squarable(values, "X")
    return values


def check_leak(exog: Any, values: FloatArray, *, is_labelled: bool) -> None:
    """Raise if an exogenous column is a target: known in the future it would be no forecast.

    Where the target is missing, the column may hold anything.  Bare arrays only bring a warning,
    because scikit-learn's own checks fit them on their first column.
    """
    columns = exog.items() if isinstance(exog, pd.DataFrame) else _columns(exog)
    for name, column in columns:
        candidate = np.asarray(column)
        if candidate.dtype.kind == "O":
            candidate = pd.to_numeric(pd.Series(candidate), errors="coerce").to_numpy()
        for target in values.T:
            is_observed = ~np.isnan(target)
            observed = target[is_observed]
            is_equal = np.array_equal(candidate[is_observed], observed)
            if is_equal and len(observed) and np.ptp(observed) > 0:
                message = (
                    f"column {name!r} of X is the target itself; X holds what is known in the "
                    "future only, so drop it (the network reads the past of y by itself)"
                )
                if is_labelled:
                    raise TargetLeakError(message)
                warnings.warn(message, UserWarning, stacklevel=5)


def _columns(exog: Any) -> list[tuple[Any, Any]]:
    values = exog.to_numpy() if isinstance(exog, pd.Series) else np.asarray(exog)
    if values.ndim == 1:
        return [(getattr(exog, "name", None) or 0, values)]
    return list(enumerate(values.T)) if values.ndim == 2 else []


def _check_numeric_columns(exog: pd.DataFrame) -> None:
    text = [
        name
        for name, column in exog.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
        or column.dtype.kind in "mM"
        or isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype)
        or (
            not pd.api.types.is_numeric_dtype(column.dtype)
            and bool(pd.to_numeric(column, errors="coerce").isna().any())
        )
    ]
    if text:
        raise ValueError(
            f"X has non-numeric column(s) {text} (dtype {exog[text[0]].dtype}); encode them first, "
            "e.g. make_column_transformer((OneHotEncoder(sparse_output=False), columns), "
            "remainder='passthrough')"
        )
