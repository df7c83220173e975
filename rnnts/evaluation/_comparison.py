"""Which of several models is best, and whether that is more than chance."""

from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from rnnts import plotting
from rnnts._validation import check_between, check_choice
from rnnts.evaluation._results import Backtest
from rnnts.evaluation.significance import (
    critical_difference,
    diebold_mariano,
    friedman,
    holm,
    mean_ranks,
    model_confidence_set,
)

# In per cent, of the set that the table speaks of; what Hansen, Lunde and Nason use.
_LEVEL_OF_SET = 90


@dataclass(frozen=True, repr=False)
class Comparison(Backtest):
    r"""Forecasts of several models from the same origins, and tests between them.

    What `Backtest` has, and more; attributes and measures are those described there.

    Notes
    -----
    Ranks, Friedman's test and the critical difference take a series at one origin as a block, and
    go by MASE: the mean absolute error scaled by that of the naive forecast in training.

    The tests of Diebold and Mariano and the model confidence set take an origin as the unit.  Its
    loss is the scaled one, averaged over the horizon and over the series, origins being aligned
    from the last one: what is common to the series at one time is then no reason to believe in many
    independent observations [1]_.  Errors of forecasts h rows ahead are correlated over the next
    h - 1 rows [2]_; with origins s rows apart and g rows of gap, that is over
    :math:`\lceil (h + g) / s \rceil - 1` origins, which are the lags that enter the variance, with
    the correction for few observations of [3]_.  Without overlap there are none.

    Only blocks that every model forecast are compared.  A model without any forecast has no rank.

    References
    ----------
    .. [1] Akgun, Pirotte, Urga and Yang (2024), "Equal predictive ability tests based on panel data
       with applications to OECD and IMF forecasts", *International Journal of Forecasting* 40(1):
       the test of overall equality.
    .. [2] Diebold and Mariano (1995), "Comparing predictive accuracy", *Journal of Business &
       Economic Statistics* 13(3).
    .. [3] Harvey, Leybourne and Newbold (1997), "Testing the equality of prediction mean squared
       errors", *International Journal of Forecasting* 13(2).

    See Also
    --------
    compare : Makes one.

    Examples
    --------
    >>> from rnnts import NaiveForecaster, SeasonalNaiveForecaster, ThetaForecaster
    >>> from rnnts import compare, datasets
    >>> models = [NaiveForecaster(), SeasonalNaiveForecaster(), ThetaForecaster()]
    >>> result = compare(models, datasets.load("air_passengers"), n_windows=6)
    >>> result.ranks().round(2).to_dict()
    {'ThetaForecaster': 1.17, 'SeasonalNaiveForecaster': 1.83, 'NaiveForecaster': 3.0}
    >>> round(result.friedman(), 3), round(result.critical_difference(level=90), 2)
    (0.006, 1.18)
    >>> float(result.diebold_mariano().loc["ThetaForecaster", "NaiveForecaster"].round(4))
    0.0001
    """

    def table(self) -> pd.DataFrame:
        """Measures and significance of each model, best MASE first.

        Returns
        -------
        DataFrame
            `rank` (the mean over blocks), `p_value` (Diebold and Mariano's test against the model
            in the first row, corrected by Holm's method for there being several; NaN for itself,
            and where the origins are too few), `in_confidence_set` (whether the model may be the
            best, at 90 %; only where arch is installed), and the columns of a backtest's table.
        """
        table = super().table()
        table.insert(0, "rank", self.ranks().reindex(table.index))
        table.insert(1, "p_value", self._p_against(table.index[0]).reindex(table.index))
        if _has_arch():
            table.insert(2, "in_confidence_set", table.index.isin(self.confidence_set()))
        return table

    def ranks(self) -> pd.Series:
        """Mean rank of each model over series and origins.

        Returns
        -------
        Series
            By model, the best first; NaN for all, where no block was forecast by every model.
        """
        blocks = self._blocks["mase"]
        ranks = mean_ranks(blocks) if len(blocks) else np.full(blocks.shape[1], np.nan)
        return pd.Series(ranks, index=blocks.columns, name="rank").sort_values(kind="stable")

    def friedman(self) -> float:
        """p-value against all models being alike, by their ranks.

        Returns
        -------
        float
            NaN for fewer than three models.
        """
        blocks = self._blocks["mase"]
        return friedman(blocks) if len(blocks) and blocks.shape[1] > 2 else np.nan

    def critical_difference(self, level: float = 95) -> float:
        """How far apart mean ranks have to be to tell two models apart, by Nemenyi's test.

        Parameters
        ----------
        level : float
            In per cent.

        Returns
        -------
        float
            NaN for a single model.  Blocks are taken to be independent: where origins overlap, or
            series move together, the true difference is larger.

        References
        ----------
        Demšar (2006), "Statistical comparisons of classifiers over multiple data sets", *Journal of
        Machine Learning Research* 7.
        """
        n_blocks, n_models = self._blocks["mase"].shape
        if n_models < 2 or not n_blocks:
            return np.nan
        return critical_difference(n_models, n_blocks, level)

    def diebold_mariano(self, loss: str = "absolute") -> pd.DataFrame:
        """p-values against two models being equally good, for every pair of them.

        Parameters
        ----------
        loss : "absolute" or "squared"
            Of the scaled errors.

        Returns
        -------
        DataFrame of shape (n_models, n_models)
            Two-sided, corrected by Holm's method over all pairs; NaN on the diagonal, and where
            the origins are too few (see `notes`).
        """
        check_choice("loss", loss, ["absolute", "squared"])
        losses = self._losses[loss]
        pairs = list(combinations(losses.columns, 2))
        corrected = holm([self._p_value(losses[one], losses[other]) for one, other in pairs])
        table = pd.DataFrame(np.nan, index=losses.columns, columns=losses.columns)
        for (one, other), p_value in zip(pairs, corrected, strict=True):
            table.loc[one, other] = table.loc[other, one] = p_value
        return table.reindex(index=self.models, columns=self.models)

    def confidence_set(self, level: float = _LEVEL_OF_SET) -> list[str]:
        """Models that may be the best: together they hold it with a probability of `level`.

        Parameters
        ----------
        level : float
            In per cent.

        Returns
        -------
        list of str
            Smallest mean loss first.  All models, where the origins are too few to tell.

        Raises
        ------
        ModuleNotFoundError
            If arch is not installed.

        References
        ----------
        Hansen, Lunde and Nason (2011), "The model confidence set", *Econometrica* 79(2).
        """
        check_between("level", level, 1, 100)
        losses = self._losses["absolute"]
        order: list[str] = losses.mean().sort_values(kind="stable").index.tolist()
        if not _has_arch():
            raise ModuleNotFoundError(
                "the model confidence set needs arch: pip install 'rnnts[study]'"
            )
        if self._has_too_few_origins:
            return order
        kept = model_confidence_set(
            {name: losses[name].to_numpy() for name in order},
            level=level / 100,
            n_overlapping=self.n_overlapping,
        )
        return [name for name in order if name in kept]

    def plot_ranks(self, *, level: float = 95, ax: Any = None) -> Any:
        """Draw the mean ranks, and which of them chance alone could have parted.

        Parameters
        ----------
        level : float
            Of the critical difference, in per cent.
        ax : matplotlib Axes, optional
            Where to draw; a new figure unless given.

        Returns
        -------
        matplotlib Axes

        See Also
        --------
        rnnts.plotting.plot_comparison : What is drawn.
        """
        return plotting.plot_comparison(self, level=level, ax=ax)

    @property
    def notes(self) -> list[str]:
        """What to know when reading the table, in sentences."""
        notes = []
        if len(self.errors):
            places = self.errors[["unique_id", "model"]].drop_duplicates()
            notes.append(
                f"{len(places)} pair(s) of series and model failed: `errors` has the reasons"
            )
        if self._has_too_few_origins:
            notes.append(
                f"p-values need more than {self.n_overlapping} origins here, got "
                f"{len(self._losses['absolute'])}; ask for n_windows={self.n_overlapping + 1} or "
                "more"
            )
        if not _has_arch():
            notes.append("the model confidence set needs arch: pip install 'rnnts[study]'")
        return notes

    def _p_against(self, best: str) -> pd.Series:
        losses = self._losses["absolute"]
        others = [name for name in losses.columns if name != best]
        if best not in losses:
            return pd.Series(dtype=float)
        raw = [self._p_value(losses[name], losses[best]) for name in others]
        return pd.Series(holm(raw), index=others, dtype=float)

    def _p_value(self, losses: pd.Series, reference: pd.Series) -> float:
        if self._has_too_few_origins:
            return np.nan
        return diebold_mariano(losses, reference, horizon=self.n_overlapping).p_value

    @property
    def _has_too_few_origins(self) -> bool:
        return len(self._losses["absolute"]) <= self.n_overlapping

    @cached_property
    def _blocks(self) -> dict[str, pd.DataFrame]:
        """Scaled measures, a row for each series and origin that every model forecast."""
        tables = {
            name: self._cells.pivot_table(name, "origin", "model") for name in ("mase", "rmsse")
        }
        compared = [name for name in self.models if name in tables["mase"]]
        return {name: table[compared].dropna() for name, table in tables.items()}

    @cached_property
    def _losses(self) -> dict[str, pd.DataFrame]:
        """Mean scaled losses, a row for each origin counted from the last, the earliest first."""
        series = np.array([origin.series for origin in self.origins])
        # Origins of a series stand together, so that those after one are known by their number.
        ends = np.searchsorted(series, series, side="right")
        to_the_end = pd.Series(np.arange(len(series)) - ends)
        blocks = self._blocks
        losses = {"absolute": blocks["mase"], "squared": blocks["rmsse"] ** 2}
        return {
            name: table[np.isfinite(table).all(axis=1)].groupby(to_the_end).mean()
            for name, table in losses.items()
        }


def _has_arch() -> bool:
    return find_spec("arch") is not None
