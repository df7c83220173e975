"""Many series, one forecaster."""

import warnings
from collections.abc import Hashable, Sequence
from typing import Any, Self

import pandas as pd
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from rnnts._validation import check_choice
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.panels._answers import PanelAnswers
from rnnts.forecasters.panels._progress import progress_of
from rnnts.forecasters.panels._separate import attempt, fit_separately, rows_of
from rnnts.forecasters.panels._together import fit_together
from rnnts.panel import OneSeries, StaticCode, check_static

MODES = ["local", "global", "both"]


class PanelForecaster(PanelAnswers, MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """A forecaster for each of many series, trained apart or together.

    Parameters
    ----------
    estimator : forecaster
        Any of this package for "local"; an RNNForecaster for the others.
    mode : "local", "global" or "both"
        "local" trains a copy of the estimator on every series.  "global" trains one set of
        networks on all series of a season length, which each series then reads with a preparation
        and a state of its own.  "both" averages these with a local copy, half and half.
    id_col, time_col, target_col : str
        Names of the columns of a long frame.
    static_cols : sequence of str, optional
        Columns that say one thing about each series, such as a region.  Networks in common read
        them at every step: numbers scaled over the panel, anything else as a column of zeros and
        ones for each category.  A local forecaster could learn nothing from a constant, and is not
        given them.  To predict they need not be given.
    n_jobs : int, optional
        Processes that local forecasters are fitted in, or workers of joblib's current backend;
        threads that global networks are trained in. No result depends on it.
    verbose : int
        With 1, a progress bar on a terminal.

    Attributes
    ----------
    forecasters_ : dict
        Fitted forecaster of each series, by its id.
    errors_ : DataFrame
        A row for each series that has none, or could not be updated: `unique_id`, `doing` ("fit"
        or "update") and `reason`.

    Notes
    -----
    A panel is a long frame (pandas, polars or pyarrow) with a column of ids, one of times, one of
    targets and possibly exogenous ones; or pandas data with an (id, time) index; or a dictionary of
    Series.  Series may differ in length, start and frequency.  Forecasts come back in the same
    form, with the name of the target.

    A series that cannot be fitted is left out with its reason in `errors_`, and the others go on.

    Examples
    --------
    >>> import pandas as pd
    >>> from rnnts import PanelForecaster, SeasonalNaiveForecaster
    >>> panel = pd.DataFrame(
    ...     {
    ...         "unique_id": ["a"] * 8 + ["b"] * 6,
    ...         "ds": [*pd.date_range("2024", periods=8, freq="QS"),
    ...                *pd.date_range("2023", periods=6, freq="QS")],
    ...         "y": [1.0, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 5, 6],
    ...     }
    ... )
    >>> PanelForecaster(SeasonalNaiveForecaster()).fit(panel).predict(2)
      unique_id         ds    y
    0         a 2026-01-01  1.0
    1         a 2026-04-01  2.0
    2         b 2024-07-01  7.0
    3         b 2024-10-01  8.0
    """

    def __init__(
        self,
        estimator: BaseForecaster,
        mode: str = "local",
        *,
        id_col: str = "unique_id",
        time_col: str = "ds",
        target_col: str = "y",
        static_cols: Sequence[str] | None = None,
        n_jobs: int | None = None,
        verbose: int = 0,
    ) -> None:
        self.estimator = estimator
        self.mode = mode
        self.id_col = id_col
        self.time_col = time_col
        self.target_col = target_col
        self.static_cols = static_cols
        self.n_jobs = n_jobs
        self.verbose = verbose

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on a panel.

        Parameters
        ----------
        X : long frame, Series or frame with an (id, time) index, or dict of Series
            With `y`: ids, times and exogenous columns.  Without: the target stands in it.
        y : array-like of shape (n_rows,), optional
            Target, aligned with X by row.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If X is no panel, or not one of its series could be fitted.
        """
        self._check_estimator()
        panel, form = self._read(X, y, needs_target=True)
        check_static(panel, self._static_names)
        self._static_code = StaticCode.of(panel, self._static_names)
        found, errors = self._fitted_on(list(panel))
        if not found:
            label, reason = errors[0]
            raise ValueError(
                f"none of the {len(errors)} series could be fitted; the first, {label!r}: {reason}"
            )
        self._form = form
        self.forecasters_ = found
        self.errors_ = self._as_table([(label, "fit", reason) for label, reason in errors])
        _warn_of(errors, "fitted", stacklevel=3)
        return self

    def update(self, X: Any, y: Any = None) -> Self:
        """Append observed rows to the series known, and take up new series.

        A new series is trained on where forecasters are local; where they are global it is read by
        the networks at hand.

        Parameters
        ----------
        X, y
            As in `fit`; rows already seen are skipped.

        Returns
        -------
        self
        """
        check_is_fitted(self)
        panel, _ = self._read(X, y, needs_target=True)
        known = [one for one in panel if one.label in self.forecasters_]
        new = [one for one in panel if one.label not in self.forecasters_]
        failures: list[tuple[Hashable, str, str]] = []
        for one in known:
            outcome = attempt(self._updated, one)
            if isinstance(outcome, str):
                failures.append((one.label, "update", outcome))
        if new:
            found, errors = self._fitted_on(new)
            self.forecasters_ |= found
            failures += [(label, "fit", reason) for label, reason in errors]
        seen = {one.label for one in panel}
        earlier = self.errors_[~self.errors_[self.id_col].isin(list(seen))]
        self.errors_ = pd.concat([earlier, self._as_table(failures)], ignore_index=True)
        _warn_of([(label, reason) for label, _, reason in failures], "updated", stacklevel=3)
        return self

    def _updated(self, one: OneSeries) -> Any:
        self._check_static(one)
        return self.forecasters_[one.label].update(*rows_of(one))

    def _check_estimator(self) -> None:
        check_choice("mode", self.mode, MODES)
        if not isinstance(self.estimator, BaseForecaster):
            raise TypeError(
                "estimator must be a forecaster such as RNNForecaster(), got "
                f"{type(self.estimator).__name__}"
            )
        if self.mode != "local" and not isinstance(self.estimator, RNNForecaster):
            raise TypeError(
                f"mode={self.mode!r} trains networks on all series together, which needs an "
                f"RNNForecaster, got {type(self.estimator).__name__}; set mode='local'"
            )

    def _fitted_on(
        self, series: Sequence[OneSeries]
    ) -> tuple[dict[Hashable, BaseForecaster], list[tuple[Hashable, str]]]:
        """Forecasters by id, and the ids that have none, each with the reason."""
        with progress_of(len(series), is_shown=self.verbose > 0) as on_step:
            if self.mode == "local":
                outcomes = fit_separately(self.estimator, series, self.n_jobs, on_step)
            else:
                outcomes = self._together(series)
                on_step(len(series))
        found, errors = {}, []
        for one, outcome in zip(series, outcomes, strict=True):
            if isinstance(outcome, str):
                errors.append((one.label, outcome))
            else:
                found[one.label] = outcome
        return found, errors

    def _together(self, series: Sequence[OneSeries]) -> list[Any]:
        together = clone(self.estimator)
        if self.mode == "both":
            together.set_params(partner=clone(self.estimator))
        known = getattr(self, "forecasters_", {})
        networks = list(known.values())
        return fit_together(together, series, networks, self.n_jobs, self._encoded)

    def _as_table(self, failures: Sequence[tuple[Hashable, str, str]]) -> pd.DataFrame:
        return pd.DataFrame(failures, columns=[self.id_col, "doing", "reason"])


def _warn_of(errors: Sequence[tuple[Hashable, str]], what: str, *, stacklevel: int) -> None:
    if errors:
        label, reason = errors[0]
        warnings.warn(
            f"{len(errors)} series could not be {what} and are listed in errors_; the first, "
            f"{label!r}: {reason}",
            UserWarning,
            stacklevel=stacklevel,
        )
