"""What tells one fit from another, in words and numbers, by which what was kept is found again."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.util import hash_pandas_object

from rnnts.forecasters._table import FORECASTERS
from rnnts.saving import words_of


def words_of_model(model: Any) -> list[Any]:
    """The class and the settings of a forecaster; TypeError if words do not say all of it."""
    if not _is_ours(model):
        raise TypeError(f"it is a {type(model).__name__}, whose code may change")
    settings = model.get_params(deep=False)
    words = {
        name: words_of_model(value) if _is_ours(value) else words_of(value, name)
        for name, value in settings.items()
    }
    # Neither how much is shown, nor how many work at it, changes anything.
    return [type(model).__name__, words | {"verbose": 0, "n_jobs": None}]


def _is_ours(value: Any) -> bool:
    return type(value) in FORECASTERS.values()


def described(columns: Sequence[pd.Series]) -> tuple[list[str], NDArray[np.uint64]]:
    """What columns of the same rows are, in words, and a digest of every value and label."""
    # Not of their pickle, which changes with what pandas has remembered of an index.
    words = [f"{each.name!r} {each.dtype} {each.index.dtype}" for each in columns]
    index = columns[0].index
    words.append(f"{index.name!r} {getattr(index, 'freqstr', None)}")
    return words, np.array([hash_pandas_object(each).to_numpy() for each in columns])
