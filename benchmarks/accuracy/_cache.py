"""Forecasts that were made before, in a file that grows by one line for each.

A forecast is known by its model and by what the model was given, so that a series that changed is
forecast anew, and a run that was interrupted goes on where it stopped.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.accuracy._series import Series
from rnnts._types import FloatArray


@dataclass(frozen=True)
class Forecast:
    """What a model said at an origin, how long it took, and what it thought of itself.

    Parameters
    ----------
    model : str
    values : ndarray of shape (horizon,)
    seconds : float
        To fit and to forecast.
    failure : str
        Why these are not the model's own forecasts; empty where they are.
    warning : str
        What the fitted model's report warns of.
    """

    model: str
    values: FloatArray
    seconds: float
    failure: str = ""
    warning: str = ""


class Cache:
    """Forecasts by model, series and origin.

    Parameters
    ----------
    path : Path
        File of JSON lines; made at the first forecast.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._forecasts: dict[tuple[str, str], Forecast] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                self._read(line)

    def find(self, model: str, series: Series, origin: int) -> Forecast | None:
        """The forecast that was made of these rows, if any."""
        return self._forecasts.get((model, _key(series, origin)))

    def add(self, series: Series, origin: int, forecast: Forecast) -> None:
        """Keep a forecast, on the disk too."""
        key = _key(series, origin)
        line = {
            "key": key,
            "series": f"{series.group}/{series.name}",
            "origin": origin,
            **vars(forecast),
            "values": forecast.values.tolist(),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        self._forecasts[forecast.model, key] = forecast

    def _read(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:  # the last line of a run that was killed
            return
        fields = {name: entry[name] for name in ("model", "seconds", "failure", "warning")}
        forecast = Forecast(values=np.array(entry["values"]), **fields)
        self._forecasts[forecast.model, entry["key"]] = forecast


def _key(series: Series, origin: int) -> str:
    """Digest of all that a model is told."""
    told = series.known(origin).tobytes() + f"{series.season_length} {series.horizon}".encode()
    return hashlib.sha256(told).hexdigest()[:16]
