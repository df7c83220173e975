"""Scores and costs of models, put together as a reader sees them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.panels._cost import Cost
from rnnts._types import FloatArray

BASELINE = "Naive2"

# What is scored as a whole, too: competitions publish means over all of their series or points.
WHOLES = {
    "M1": ("M1 yearly", "M1 quarterly", "M1 monthly"),
    "M3 half": ("M3 yearly", "M3 quarterly", "M3 monthly", "M3 other"),
}

_DIGITS = {"sMAPE": 2, "MASE": 3, "OWA": 3, "coverage": 3, "MSIS": 2, "MSE": 3, "MAE": 3}
_DIGITS |= {"wall s": 1, "CPU s": 1, "parameters": 0}


@dataclass(frozen=True)
class Outcome:
    """How a model did on a panel.

    Attributes
    ----------
    scores : DataFrame
        A row for each series forecast.
    n_series : int
        Of the panel.
    """

    panel: str
    model: str
    scores: pd.DataFrame
    n_series: int
    cost: Cost
    n_params: int | None


def rows_of(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """A row for each model and panel, and for each model on all series of a competition.

    `OWA` is the mean of sMAPE and MASE relative to those of Naive2 on the same series.
    """
    naive = [one.scores for one in outcomes if one.model == BASELINE]
    baseline = pd.concat(naive) if naive else pd.DataFrame(columns=["sMAPE", "MASE"])
    rows = []
    for one in [*outcomes, *_wholes(outcomes)]:
        theirs = baseline.reindex(one.scores.index)
        rows.append(_row(one, one.panel, theirs, np.ones(len(one.scores))))
        if one.panel in WHOLES:
            n_points = one.scores["points"].to_numpy()
            rows.append(_row(one, f"{one.panel}, all points", theirs, n_points))
    return pd.DataFrame(rows)


def cells_of(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Rows as text."""
    return [
        {name: _text(value, _DIGITS.get(name)) for name, value in row.items()}
        for row in rows.to_dict("records")
    ]


def _row(
    one: Outcome, panel: str, theirs: pd.DataFrame, weights: FloatArray
) -> dict[str, str | float]:
    n_said = len(one.scores)
    means = {
        name: _mean(one.scores[name], weights) for name in ("sMAPE", "MASE", "coverage", "MSIS")
    }
    relative = [means[name] / _mean(theirs[name], weights) for name in ("sMAPE", "MASE")]
    return {
        "panel": panel,
        "model": one.model,
        "series": str(n_said) if n_said == one.n_series else f"{n_said} of {one.n_series}",
        "sMAPE": means["sMAPE"],
        "MASE": means["MASE"],
        "OWA": sum(relative) / 2,
        "coverage": means["coverage"],
        "MSIS": means["MSIS"],
        "wall s": one.cost.wall,
        "CPU s": one.cost.cpu,
        "parameters": np.nan if one.n_params is None else one.n_params,
    }


def _mean(scores: pd.Series, weights: FloatArray) -> float:
    """Over the series that have a score; NaN if none has."""
    known = scores.notna().to_numpy(dtype=bool)
    return float(np.average(scores[known], weights=weights[known])) if known.any() else np.nan


def _wholes(outcomes: Sequence[Outcome]) -> Iterator[Outcome]:
    """Each model's outcome on a competition of whose series it forecast all."""
    for whole, parts in WHOLES.items():
        for model in dict.fromkeys(one.model for one in outcomes):
            found = [one for one in outcomes if one.model == model and one.panel in parts]
            n_series = sum(one.n_series for one in found)
            scores = pd.concat([one.scores for one in found]) if found else pd.DataFrame()
            if len(found) < len(parts) or len(scores) < n_series:
                continue
            cost = Cost(*np.sum([one.cost for one in found], axis=0))
            counts = [one.n_params for one in found if one.n_params is not None]
            n_params = sum(counts) if len(counts) == len(found) else None
            yield Outcome(whole, model, scores, n_series, cost, n_params)


def _text(value: str | float, n_digits: int | None) -> str:
    if n_digits is None:
        return str(value)
    return "" if np.isnan(value) else f"{value:,.{n_digits}f}"
