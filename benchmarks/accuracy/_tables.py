"""The tables that a reader sees."""

import numpy as np
import pandas as pd

from benchmarks._report import table

# A forecaster may be this much worse than the seasonal naive one before it has to say so.
WORSE = 1.25

# What is asked of the first model: a mean MASE below these, and at most that.
_BELOW = ("AutoARIMA", "AutoETS")
_AT_MOST = ("Theta",)


def means(scores: pd.DataFrame, measure: str) -> str:
    """Mean of a measure over the series of each group, and over all."""
    wide = _wide(scores, measure)
    first = wide.iloc[:, 0]
    groups = {f"{group} ({len(rows)})": rows.mean() for group, rows in wide.groupby(level="group")}
    groups[f"all ({len(wide)})"] = wide.mean()
    rows = []
    for model, one in scores.groupby("model", sort=False):
        cells = {"model": model, **{name: f"{mean[model]:.3f}" for name, mean in groups.items()}}
        cells[f"less {first.name} (s.e.)"] = _difference(wide[model] - first)
        if measure == "mase":
            cells["seconds"] = f"{one['seconds'].mean():.3g}"
            cells[f"> {WORSE} naive"] = str((one["relative"] > WORSE).sum())
            cells["failed"] = str(one["failures"].sum())
        rows.append(cells)
    return table(rows)


def goals(scores: pd.DataFrame) -> str:
    """What is asked of the first model, and whether it was reached."""
    mase = _wide(scores, "mase").mean()
    name = mase.index[0]
    lines = []
    for sign, rivals in (("below", _BELOW), ("at most", _AT_MOST)):
        for rival in [rival for rival in rivals if rival in mase]:
            met = mase.iloc[0] < mase[rival] or (sign == "at most" and mase.iloc[0] == mase[rival])
            figures = f"{mase.iloc[0]:.4f} against {mase[rival]:.4f}"
            lines.append(f"- mean MASE {sign} {rival}'s: {figures}, {'met' if met else 'missed'}")
    worse = _worse(scores, name)
    silent = (worse["warnings"] == 0).sum()
    lines.append(
        f"- nowhere worse than {WORSE} times the seasonal naive without having said so: "
        f"{len(worse)} series worse, {silent} without a word, {'missed' if silent else 'met'}"
    )
    return "\n".join(lines)


def worse_than_naive(scores: pd.DataFrame) -> str:
    """Series on which the first model is worse than the seasonal naive one, the worst first."""
    mase = _wide(scores, "mase")
    worse = _worse(scores, mase.columns[0]).sort_values("relative", ascending=False)
    rows = []
    for one in worse.itertuples():
        cells = {"series": f"{one.group}/{one.series}", "rows": str(one.n_rows)}
        cells |= {"season": str(one.season_length), "times naive": f"{one.relative:.2f}"}
        cells |= {model: f"{value:.2f}" for model, value in mase.loc[one.group, one.series].items()}
        cells["origins where it said so"] = str(one.warnings)
        rows.append(cells)
    return table(rows) if rows else "None."


def _worse(scores: pd.DataFrame, model: str) -> pd.DataFrame:
    return scores[(scores["model"] == model) & (scores["relative"] > WORSE)]


def _wide(scores: pd.DataFrame, measure: str) -> pd.DataFrame:
    """A row for each series, a column for each model, in their order."""
    wide = scores.pivot_table(measure, ["group", "series"], "model", sort=False)
    return wide[scores["model"].unique()]


def _difference(differences: pd.Series) -> str:
    error = differences.std() / np.sqrt(len(differences))
    return f"{differences.mean():+.3f} ({error:.3f})" if differences.any() else ""
