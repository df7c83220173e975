"""Many series, one forecaster."""

import warnings
from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, clone
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from rnnts._progress import progress
from rnnts._validation import check_choice
from rnnts.forecasters._base import BaseForecaster, restored_on_error
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.panels._answers import PanelAnswers
from rnnts.forecasters.panels._bank import Bank
from rnnts.forecasters.panels._files import KIND
from rnnts.forecasters.panels._fitted import FittedSeries
from rnnts.forecasters.panels._separate import attempt, fit_separately, rows_of
from rnnts.forecasters.panels._side_by_side import fit_side_by_side
from rnnts.forecasters.panels._together import fit_together
from rnnts.panel import OneSeries, Panel, StaticCode, check_static
from rnnts.saving import Checkpoint

MODES = ["local", "global", "both"]


class PanelForecaster(PanelAnswers, MetaEstimatorMixin, RegressorMixin, BaseEstimator):
    """A forecaster for each of many series, trained apart or together.

    Parameters
    ----------
    estimator : forecaster
        Any of this package for "local"; an RNNForecaster for the others.
    mode : "local", "global" or "both"
        "local" trains a copy of the estimator on every series; where that is an RNNForecaster,
        side by side (see Notes).  "global" trains one set of networks on all series of a season
        length, which each series then reads with a preparation and a state of its own.  "both"
        averages these with a local copy, half and half, trained as in "local".
    id_col, time_col, target_col : str
        Names of the columns of a long frame.
    static_cols : sequence of str, optional
        Columns that say one thing about each series, such as a region.  Networks in common read
        them at every step: numbers scaled over the panel, anything else as a column of zeros and
        ones for each category.  A local forecaster could learn nothing from a constant, and is not
        given them.  To predict they need not be given.
    n_jobs : int, optional
        Processes that local forecasters are fitted in, or workers of joblib's current backend, and
        that intervals of blocks of them are made in; threads that global networks are trained in.
        No result depends on it.
    verbose : int
        With 1, progress bars on a terminal and in notebooks: over series for local networks, over
        iterations for those in common.
    checkpoint : path, optional
        A folder that networks are written to as they are trained: local ones in blocks of series,
        which stay there instead of in memory, every one in common, and forecasters that are fitted
        one by one (other than local partners in mode "both") within a second of fitting or so.  The
        same fit, interrupted, goes on from there; what failed is tried again.  Workers write what
        they have fitted: those of a cluster need a folder that they all share with this process,
        without which results are the same, but an interrupted fit begins anew.

    Attributes
    ----------
    forecasters_ : mapping
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

    Local networks of up to 8 units that are trained by Adam are trained side by side, in blocks of
    series of one length and in float32, if at least 32 series have networks of the same shape, no
    value is missing and there are no exogenous columns.  Forecasts then differ from those of the
    estimator fitted to each series by itself by some thousandths of a usual step.  Looking up the
    forecaster of such a series in `forecasters_` makes it anew, from its rows and weights.

    Intervals that rest on rows held out, as most do, take one more training, which is also done
    side by side, whenever they are asked for.  Those of recursive networks, and of networks that
    read different powers of a series, are asked of one forecaster after the other.

    Memory: local networks trained side by side take, beside the frame given, 100 bytes for each row
    and 40 for each weight of each series; with `checkpoint` most of it lies on disk.

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
        checkpoint: str | Path | None = None,
    ) -> None:
        self.estimator = estimator
        self.mode = mode
        self.id_col = id_col
        self.time_col = time_col
        self.target_col = target_col
        self.static_cols = static_cols
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.checkpoint = checkpoint

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = False
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train on a panel.

        Parameters
        ----------
        X : long frame, Series or frame with an (id, time) index, or dict of Series
            With `y`: ids, times and exogenous columns.  Without: the target stands in it.  In
            mode "local" also an iterator of these, each with whole series, for panels larger than
            memory.
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
        if isinstance(X, Iterator) and self.mode != "local":
            raise TypeError(
                f"mode={self.mode!r} trains networks on all series at once, but an iterator gives "
                "them part by part; give one panel, or set mode='local'"
            )
        found, errors = FittedSeries([], {}, Bank()), []
        with restored_on_error(self):
            for part in X if isinstance(X, Iterator) else [X]:
                panel, form = self._read(part, y, needs_target=True)
                check_static(panel, self._static_names)
                self._static_code = StaticCode.of(panel, self._static_names)
                _check_new(panel.labels, found)
                more, others = self._fitted_on(panel)
                found.add(more)
                errors += others
            if not (found or errors):
                raise ValueError("the iterator gave no part of a panel; give at least one")
            if not found:
                label, reason = errors[0]
                raise ValueError(
                    f"none of the {len(errors)} series could be fitted; the first, {label!r}: "
                    f"{reason}"
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
        self._check_ids(panel.labels)
        known = [one for one in panel if one.label in self.forecasters_]
        new = np.flatnonzero([label not in self.forecasters_ for label in panel.labels])
        failures: list[tuple[Hashable, str, str]] = []
        for one in self.forecasters_.updated(known):
            outcome = attempt(self._updated, one)
            if isinstance(outcome, str):
                failures.append((one.label, "update", outcome))
        if len(new):
            found, errors = self._fitted_on(
                panel.take(new.tolist()), list(self.forecasters_.alone.values())
            )
            self.forecasters_.add(found)
            failures += [(label, "fit", reason) for label, reason in errors]
        earlier = self.errors_[~self.errors_[self.id_col].isin(list(panel.labels))]
        self.errors_ = pd.concat([earlier, self._as_table(failures)], ignore_index=True)
        _warn_of([(label, reason) for label, _, reason in failures], "updated", stacklevel=3)
        return self

    def _updated(self, one: OneSeries) -> None:
        self._check_static(one)
        self.forecasters_.keep(one.label, self.forecasters_[one.label].update(*rows_of(one)))

    def _check_ids(self, labels: Iterable[Hashable]) -> None:
        """Raise where ids could not stand in one column with those known."""
        backend, first = getattr(self._form, "backend", None), next(iter(self.forecasters_))
        other = next(
            (new for new in labels if isinstance(new, str) != isinstance(first, str)), None
        )
        if backend is not None and other is not None:
            raise TypeError(
                f"ids must be of one kind in a frame of {backend}, but {first!r} is "
                f"known and {other!r} is new; give all of them as text, or all as numbers"
            )

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
        self, panel: Panel, known: Sequence[BaseForecaster] = ()
    ) -> tuple[FittedSeries, list[tuple[Hashable, str]]]:
        """Forecasters by id, and the ids that have none, each with the reason.

        Networks in common are those of `known` forecasters, where there are some.
        """
        if self.mode == "local":
            bank, others, outcomes = self._apart(panel)
        else:
            bank, others = Bank(), list(panel)
            outcomes = self._together(others, known)
        alone, errors = {}, []
        for one, outcome in zip(others, outcomes, strict=True):
            if isinstance(outcome, str):
                errors.append((one.label, outcome))
            else:
                alone[one.label] = outcome
        return FittedSeries(panel.labels, alone, bank), errors

    def _apart(self, panel: Panel) -> tuple[Bank, list[OneSeries], list[Any]]:
        """Networks side by side, the series that they do not suit, and what became of these."""
        bank = Bank()
        folder = self._folder
        checkpoint = None if folder is None else Checkpoint(folder, KIND)
        with progress(len(panel), "series", is_shown=self.verbose > 0) as on_step:
            if isinstance(self.estimator, RNNForecaster):
                bank = fit_side_by_side(self.estimator, panel, self.n_jobs, on_step, checkpoint)
            others = [panel[at] for at, label in enumerate(panel.labels) if label not in bank]
            outcomes = fit_separately(self.estimator, others, self.n_jobs, on_step, folder)
        return bank, others, outcomes

    def _together(self, series: Sequence[OneSeries], known: Sequence[BaseForecaster]) -> list[Any]:
        together = clone(self.estimator)
        if self.mode == "both":
            together.set_params(partner=clone(self.estimator))
        is_shown = self.verbose > 0
        return fit_together(
            together,
            series,
            known,
            self.n_jobs,
            self._encoded,
            is_shown=is_shown,
            folder=self._folder,
        )

    @property
    def _folder(self) -> Path | None:
        return None if self.checkpoint is None else Path(self.checkpoint)

    def _as_table(self, failures: Sequence[tuple[Hashable, str, str]]) -> pd.DataFrame:
        return pd.DataFrame(failures, columns=[self.id_col, "doing", "reason"])


def _check_new(labels: Iterable[Hashable], found: FittedSeries) -> None:
    again = [label for label in labels if label in found]
    if again:
        raise ValueError(
            f"series {again[0]!r} comes again in a further part of the panel; each part must hold "
            "whole series, because one is trained on all of its rows"
        )


def _warn_of(errors: Sequence[tuple[Hashable, str]], what: str, *, stacklevel: int) -> None:
    if errors:
        label, reason = errors[0]
        warnings.warn(
            f"{len(errors)} series could not be {what} and are listed in errors_; the first, "
            f"{label!r}: {reason}",
            UserWarning,
            stacklevel=stacklevel,
        )
