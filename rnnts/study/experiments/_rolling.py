"""Contestants on the shipped series, by rolling origin.

The second half of a series is cut into blocks.  For each of them every model is fitted anew to all
rows before it, and predicts its rows one step ahead with fixed weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnts._types import FloatArray
from rnnts.study._replications import replicate
from rnnts.study._settings import Settings
from rnnts.study.experiments._contestants import ARMA, GRU, LINEAR_LARGE, LSTM, TANH, predict_ahead
from rnnts.study.experiments._series import changes, growth, levels, logs, over_the_year

MODELS = (TANH, GRU, LSTM, LINEAR_LARGE, ARMA)
_FEWEST_BLOCKS, _MOST_BLOCKS = 4, 8
_MANY_REPLICATIONS = 100


def shipped_series() -> Mapping[str, FloatArray]:
    """The series that are compared, in the form that is modelled, by name."""
    return MappingProxyType(
        {
            # The first rows, of which the competition it comes from gave 1000 for training.
            "laser (first 1500)": levels("santafe_laser")[:1500],
            # Read at every sixth row, the step of its usual benchmark: from one row to the next
            # the solution is so smooth that a straight line predicts it.
            "Mackey-Glass (every 6th)": levels("mackey_glass")[::6],
            "El Niño Δ₁₂": over_the_year(levels("elnino_sst")),
            "CO₂ Δ₁Δ₁₂": over_the_year(changes("co2_monthly")),
            "√sunspots": np.sqrt(levels("sunspots")),
            "log electrical equipment Δ₁Δ₁₂": over_the_year(np.diff(logs("elec_equip"))),
            "GDP growth": growth("us_macro_realgdp"),
            "consumption growth": growth("us_macro_realcons"),
            "changes of inflation": changes("us_macro_infl"),
            "changes of unemployment": changes("us_macro_unemp"),
            "log passengers Δ₁Δ₁₂": over_the_year(np.diff(logs("air_passengers"))),
            "log lynx": logs("lynx"),
            "Nile": levels("nile"),
        }
    )


@dataclass(frozen=True)
class Block:
    """Rows `begin` to `end` of a series, to be predicted from those before them."""

    y: FloatArray
    begin: int
    end: int
    seed: np.random.SeedSequence


def rolling_losses(
    series: Mapping[str, FloatArray], settings: Settings
) -> Mapping[str, Mapping[str, FloatArray]]:
    """Squared one-step errors in the second half of each series, by series and model."""
    n_blocks = _MOST_BLOCKS if settings.n_nonlinear >= _MANY_REPLICATIONS else _FEWEST_BLOCKS
    blocks = [
        (name, Block(y, int(begin), int(end), seed))
        for name, y in series.items()
        for (begin, end), seed in zip(
            np.lib.stride_tricks.sliding_window_view(
                np.linspace(len(y) // 2, len(y), n_blocks + 1).astype(int), 2
            ),
            settings.seeds(f"rolling origin {name}", n_blocks),
            strict=True,
        )
    ]
    found = replicate("rolling origin", block_losses, [block for _, block in blocks], settings)
    losses: dict[str, dict[str, FloatArray]] = {}
    for name in series:
        parts = [each for (place, _), each in zip(blocks, found, strict=True) if place == name]
        losses[name] = {model: np.concatenate([each[model] for each in parts]) for model in MODELS}
    return losses


def block_losses(block: Block) -> dict[str, list[float]]:
    """Squared errors of each model over the rows of a block."""
    y = block.y[: block.end]
    start = int(block.seed.generate_state(1)[0])
    return {
        model: ((y[block.begin :] - predict_ahead(model, y, block.begin, start)) ** 2).tolist()
        for model in MODELS
    }
