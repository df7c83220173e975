"""What a network has to say for itself: how it did on rows it had not seen, next to others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rnnts._types import FloatArray
from rnnts.forecasters.networks._held_out import HeldOut

# The one that every report compares with.
YARDSTICK = "seasonal naive"

# On 250 series cut from M1 and others, 13 went on to be worse than 1.25 times the yardstick; ten of
# these had not been better than this on the rows held out, seven had lost there.
_CLEARLY = 0.9


@dataclass(frozen=True)
class Report:
    """Errors on held-out rows, and what follows from them.

    Attributes
    ----------
    name : str
        Of the model reported on.
    table : DataFrame
        One row a model, the best first: `MAE`, `MASE`, and `relative`, the MAE over that of the
        seasonal naive forecast.  Several targets are averaged after scaling.
    n_origins, horizon : int
        What it rests on.
    preparation : list of str
    chosen : str
        The model that forecasts: another one only where `fallback` asked for it.
    """

    name: str
    table: pd.DataFrame
    n_origins: int
    horizon: int
    preparation: list[str]
    chosen: str

    @property
    def loses_to(self) -> list[str]:
        """Models that were better on the rows held out."""
        better = self.table.index[self.table["MAE"] < self.table.loc[self.name, "MAE"]]
        return list(better)

    @property
    def verdict(self) -> str:
        """The comparison in one sentence."""
        relative = self.table.loc[self.name, "relative"]
        share = f"{abs(1 - relative):.0%}"
        if relative <= _CLEARLY:
            sentence = f"{self.name} beats the seasonal naive forecast by {share}"
        elif relative <= 1:
            sentence = (
                f"{self.name} is only {share} better than the seasonal naive forecast, too little "
                "to rely on: compare fallback='auto'"
            )
        else:
            sentence = (
                f"{self.name} LOSES to the seasonal naive forecast by {share}: set "
                "fallback='auto', or give it a longer series"
            )
        others = [name for name in self.loses_to if name != YARDSTICK]
        return f"{sentence}; {' and '.join(others)} did better" if others else sentence

    @property
    def warning(self) -> str:
        """The same, where the seasonal naive forecast is not clearly beaten; else nothing."""
        is_clear = self.table.loc[self.name, "relative"] <= _CLEARLY
        return "" if is_clear or self.chosen != self.name else self.verdict

    def __str__(self) -> str:
        lines = [
            f"Forecasts of up to {self.horizon} row(s) from {self.n_origins} held-out origin(s)",
            self.table.round(3).to_string(),
            self.verdict,
            f"forecasts are made by: {self.chosen}",
            *(f"read as: {words}" for words in self.preparation),
        ]
        return "\n".join(lines)


def report_on(
    name: str, held_out: HeldOut, scale: FloatArray, preparation: list[str], chosen: str
) -> Report:
    """Compare models on rows held out; `scale` is that of the MASE, one for each target."""
    errors = pd.DataFrame(
        {model: held_out.mean_absolute_error(model) for model in held_out.forecasts}
    )
    scaled = errors.div(np.where(scale > 0, scale, 1.0), axis=0).mean()
    yardstick = scaled[YARDSTICK]
    relative = scaled / yardstick if yardstick > 0 else scaled.where(scaled == 0, np.inf) + 1.0
    table = pd.DataFrame({"MAE": errors.mean(), "MASE": scaled, "relative": relative})
    n_origins, horizon, _ = held_out.actual.shape
    return Report(name, table.sort_values("MAE"), n_origins, horizon, preparation, chosen)
