"""What pictures are drawn from, at the door."""

from typing import Any

import numpy as np
import pandas as pd


def fitted(forecaster: Any) -> Any:
    """The forecaster, or scikit-learn's error that it is not fitted."""
    from sklearn.utils.validation import check_is_fitted

    if hasattr(forecaster, "fit"):
        check_is_fitted(forecaster)
    return forecaster


def attribute(thing: Any, name: str, picture: str) -> Any:
    """An attribute that a picture is drawn from, or an error that says who has it."""
    try:
        return getattr(thing, name)
    except AttributeError as error:
        raise TypeError(
            f"{picture} needs what {name!r} holds, which a {type(thing).__name__} does not have; "
            f"{_way_out(thing)}"
        ) from error


def _way_out(thing: Any) -> str:
    if hasattr(thing, "best_estimator_"):
        return "pass its best_estimator_"
    if hasattr(thing, "steps"):
        return "pass its last step"
    return "pass a forecaster of rnnts that does"


def as_frame(values: Any) -> pd.DataFrame:
    """A column for each series, rows without labels numbered from 0."""
    if isinstance(values, pd.Series):
        return values.to_frame()
    if isinstance(values, pd.DataFrame):
        return values
    values = np.asarray(values)
    return pd.DataFrame(values if values.ndim == 2 else values[:, None])


def single(values: Any, picture: str) -> pd.Series:
    """The only series there is, or an error that says there are more."""
    frame = as_frame(values)
    if frame.shape[1] != 1:
        raise ValueError(
            f"{picture} draws one series, got {frame.shape[1]}; fit a forecaster to each column"
        )
    return frame.iloc[:, 0]


def title_of(values: Any, otherwise: str) -> str:
    """The name of a series, or other words where it has none."""
    name = values.name if isinstance(values, pd.Series) else None
    return otherwise if name is None else str(name)
