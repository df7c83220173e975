"""Forecasts on disk as they are made, found again by what they depend on."""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnts._types import FloatArray
from rnnts.evaluation._folds import Fold
from rnnts.evaluation._forecasting import Forecast, forecast_chain
from rnnts.evaluation._series import Labelled
from rnnts.forecasters._identity import described, words_of_model
from rnnts.saving import Archive, Checkpoint


class KeptForecasts:
    """A checkpoint of the forecasts from chains of origins.

    Parameters
    ----------
    folder : Path
    models : mapping
        By name; the user is warned of those whose forecasts cannot be kept.
    series : sequence of Labelled
    probabilities : ndarray
        Of the quantiles that models are asked for.
    """

    def __init__(
        self,
        folder: Path,
        models: Mapping[str, Any],
        series: Sequence[Labelled],
        probabilities: FloatArray,
    ) -> None:
        self._checkpoint = Checkpoint(folder, "chain of forecasts")
        self._words = {name: _words_of(name, model) for name, model in models.items()}
        self._series = [
            described([one.y, *(column for _, column in one.exog.items())]) for one in series
        ]
        self._probabilities = probabilities

    def place_of(self, name: str, place: int, chain: Sequence[Fold]) -> "Place | None":
        """Where the forecasts of a model are kept; None if they are not."""
        words = self._words[name]
        if words is None:
            return None
        rows = [part for fold in chain for part in (fold.known, fold.asked)]
        n_skipped = [fold.n_skipped for fold in chain]
        described, numbers = self._series[place]
        path = self._checkpoint.path_of(
            [words, described, n_skipped], numbers, self._probabilities, *rows
        )
        return Place(self._checkpoint, path)


class Place:
    """A file of the forecasts from one chain of origins, whether or not it is there yet."""

    def __init__(self, checkpoint: Checkpoint, path: Path) -> None:
        self._checkpoint, self._path = checkpoint, path

    def read(self) -> list[Forecast] | None:
        """The forecasts; None if they are not there."""
        archive = self._checkpoint.read(self._path)
        return None if archive is None else _forecasts_in(archive)

    def write(self, forecasts: Sequence[Forecast]) -> None:
        """Keep them, unless one has failed."""
        if all(forecast.error is None for forecast in forecasts):
            arrays = {
                f"{name}_{number}": values
                for number, forecast in enumerate(forecasts)
                for name in ("values", "quantiles")
                if (values := getattr(forecast, name)) is not None
            }
            seconds = [[each.fit_seconds, each.predict_seconds] for each in forecasts]
            header = {"season_lengths": [int(each.season_length) for each in forecasts]}
            self._checkpoint.write(self._path, header, arrays | {"seconds": np.array(seconds)})


def found_or_forecast(
    place: Place | None,
    name: str,
    model: Any,
    series: Labelled,
    chain: Sequence[Fold],
    probabilities: FloatArray,
) -> list[Forecast]:
    """Forecasts that were kept; else new ones, kept by the worker that made them, at once."""
    forecasts = None if place is None else place.read()
    if forecasts is None:
        forecasts = forecast_chain(name, model, series, chain, probabilities)
        if place is not None:
            place.write(forecasts)
    return forecasts


def _forecasts_in(archive: Archive) -> list[Forecast]:
    header, arrays = archive
    return [
        Forecast(
            values=arrays[f"values_{number}"],
            quantiles=arrays.get(f"quantiles_{number}"),
            fit_seconds=fit_seconds,
            predict_seconds=predict_seconds,
            season_length=season_length,
        )
        for number, ((fit_seconds, predict_seconds), season_length) in enumerate(
            zip(arrays["seconds"].tolist(), header["season_lengths"], strict=True)
        )
    ]


def _words_of(name: str, model: Any) -> list[Any] | None:
    """The class and the settings of a model; None if words do not say all of it."""
    try:
        return words_of_model(model)
    except TypeError as error:
        warnings.warn(
            f"forecasts of {name} are not kept in the checkpoint: {error}; only those of "
            "forecasters of rnnts whose settings are numbers, words, and solvers, losses or "
            "transforms of rnnts are",
            UserWarning,
            stacklevel=4,
        )
        return None
