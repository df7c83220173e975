"""Cross-validation of panels: every series is cut by its own clock."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnnts._types import IntArray
from rnnts._validation import check_count
from rnnts.panel._reading import Columns, read_panel


class PanelTimeSeriesSplit:
    """Splits in which the last rows of every series are the test rows.

    To be passed as ``cv`` with a :class:`rnnts.PanelForecaster`.  A plain ``TimeSeriesSplit`` cuts
    a long frame by its rows, so that whole series come to stand in one part.

    Parameters
    ----------
    n_splits : int
    test_size : int
        Rows of every series to test on; those of successive splits follow each other.
    gap : int
        Rows left out between those to train on and those to test on.
    id_col, time_col : str
        Names of the columns of a long frame.

    Notes
    -----
    A series too short to be trained on in a split takes no part in it.

    Examples
    --------
    >>> import pandas as pd
    >>> from rnnts import PanelTimeSeriesSplit
    >>> X = pd.DataFrame({"unique_id": list("aaaabbb"), "ds": [1, 2, 3, 4, 1, 2, 3]})
    >>> for train, test in PanelTimeSeriesSplit(n_splits=2).split(X):
    ...     print(train.tolist(), test.tolist())
    [0, 1, 4] [2, 5]
    [0, 1, 2, 4, 5] [3, 6]
    """

    def __init__(
        self,
        n_splits: int = 3,
        test_size: int = 1,
        gap: int = 0,
        id_col: str = "unique_id",
        time_col: str = "ds",
    ) -> None:
        self.n_splits = n_splits
        self.test_size = test_size
        self.gap = gap
        self.id_col = id_col
        self.time_col = time_col

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Number of splits.

        Parameters
        ----------
        X, y, groups
            Not used.

        Returns
        -------
        int
        """
        return check_count("n_splits", self.n_splits)

    def split(
        self, X: Any, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[IntArray, IntArray]]:
        """Positions of the rows to train on and of those to test on, the earliest split first.

        Parameters
        ----------
        X : long frame, or (id, time) index
        y, groups
            Not used.

        Yields
        ------
        train, test : ndarray of int

        Raises
        ------
        ValueError
            If no series is long enough for the first split.
        """
        n_splits = check_count("n_splits", self.n_splits)
        test_size = check_count("test_size", self.test_size)
        gap = check_count("gap", self.gap, minimum=0)
        columns = Columns(self.id_col, self.time_col)
        panel, _ = read_panel(X, None, columns, needs_target=False)
        lengths = np.diff(panel.indptr)
        # How many rows of its own series follow a row.
        to_come = np.repeat(panel.indptr[1:], lengths) - 1 - np.arange(len(panel.rows))
        n_needed = n_splits * test_size + gap + 1
        if lengths.max() < n_needed:
            raise ValueError(
                f"{n_splits} splits of {test_size} row(s) with gap={gap} need a series of at least "
                f"{n_needed} rows, the longest has {lengths.max()}; lower n_splits or test_size"
            )
        for later in range(n_splits - 1, -1, -1):
            is_train = to_come >= (later + 1) * test_size + gap
            has_train = np.repeat(np.add.reduceat(is_train, panel.indptr[:-1]) > 0, lengths)
            is_test = (to_come >= later * test_size) & (to_come < (later + 1) * test_size)
            yield (
                np.sort(panel.rows[is_train]),
                np.sort(panel.rows[is_test & has_train]),
            )
