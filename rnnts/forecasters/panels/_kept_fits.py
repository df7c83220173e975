"""Forecasters that are fitted one by one, on disk as they are fitted: one file for some series."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from rnnts._callers import stacklevel_outside
from rnnts.exceptions import ForecastWarning
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._file_classes import CLASSES, FORMS
from rnnts.forecasters._identity import described, words_of_model
from rnnts.forecasters.panels._notices import Notice
from rnnts.panel import OneSeries
from rnnts.saving import Checkpoint, Saved, restored, saved

KIND = "forecasters of a panel"

# Series in a file, at most, and files of small panels.  Neither depends on the number of workers:
# others may go on.
_MOST_SERIES, _FEWEST_FILES = 64, 128

# Fitting that may be lost, and by how much longer than writing it has to take.
_SECONDS, _TIMES_WRITING = 1.0, 20

# Other warnings are read as what they are a kind of.
_CATEGORIES = {
    each.__name__: each
    for each in (ConvergenceWarning, ForecastWarning, RuntimeWarning, UserWarning, Warning)
}


class Fit(NamedTuple):
    """A fitted forecaster, and what fitting it warned of."""

    forecaster: BaseForecaster
    notices: list[Notice]


@dataclass(frozen=True)
class Fits:
    """What is in a file: forecasters and warnings by the places of their series."""

    forecasters: dict[int, BaseForecaster]
    notices: dict[int, list[tuple[str, str]]]


_CLASSES: dict[str, type] = {**CLASSES, "Fits": Fits}


@dataclass(frozen=True)
class KeptFits:
    """A folder of fitted forecasters.

    Attributes
    ----------
    checkpoint : Checkpoint
    estimator : BaseForecaster
        Unfitted.
    words : list
        What it is.
    """

    checkpoint: Checkpoint
    estimator: BaseForecaster
    words: list[Any]

    @classmethod
    def in_folder(cls, folder: Path, estimator: BaseForecaster) -> "KeptFits | None":
        """None if words do not say all of the estimator, which the user is told."""
        try:
            words = words_of_model(estimator)
        except TypeError as error:
            warnings.warn(
                f"series that are fitted one by one are not kept in the checkpoint: {error}; only "
                "forecasters of rnnts whose settings are numbers, words, and solvers, losses, "
                "transforms or forecasters of rnnts are",
                UserWarning,
                stacklevel=stacklevel_outside(),
            )
            return None
        return cls(Checkpoint(folder, KIND), estimator, words)

    def file_of(self, series: Sequence[OneSeries]) -> "FileOfFits":
        """Where the forecasters of these series are, or will be."""
        words, numbers = zip(*map(_described, series), strict=True)
        path = self.checkpoint.path_of([self.words, words], *numbers)
        return FileOfFits(self.checkpoint, path, self.estimator)


class FileOfFits:
    """A file that grows as series are fitted; what is in it already is in `fits`, by place."""

    def __init__(self, checkpoint: Checkpoint, path: Path, estimator: BaseForecaster) -> None:
        self._checkpoint, self._path = checkpoint, path
        archive = checkpoint.read(path)
        self.fits = {} if archive is None else fits_in(*archive, estimator)
        self._n_written, self._due = len(self.fits), monotonic() + _SECONDS

    def add(self, place: int, fit: Fit) -> None:
        """Have a forecaster kept, within a second of fitting or so."""
        self.fits[place] = fit
        if monotonic() >= self._due:
            self.write()

    def write(self) -> None:
        """Keep all that there are."""
        if self._n_written == len(self.fits):
            return
        begin = monotonic()
        forecasters = {place: fit.forecaster for place, fit in self.fits.items()}
        notices = {place: _named(fit.notices) for place, fit in self.fits.items()}
        try:
            objects, arrays = saved(Fits(forecasters, notices), _CLASSES, FORMS)
        except TypeError as error:
            warnings.warn(f"not kept in the checkpoint: {error}", UserWarning, stacklevel=2)
        else:
            self._checkpoint.write(self._path, {"objects": objects}, arrays)
        end = monotonic()
        self._n_written = len(self.fits)
        self._due = end + max(_SECONDS, _TIMES_WRITING * (end - begin))


def n_in_file(n_series: int) -> int:
    """How many series one file is for."""
    return min(_MOST_SERIES, max(1, n_series // _FEWEST_FILES))


def fits_in(header: Any, arrays: Any, estimator: BaseForecaster) -> dict[int, Fit]:
    """Those in an archive, by place."""
    kept: Fits = restored(Saved(header["objects"], arrays), _CLASSES, FORMS)
    # Some settings change nothing, and may be others now.
    return {
        place: Fit(
            forecaster.set_params(**clone(estimator).get_params(deep=False)),
            [(_CATEGORIES[name], words) for name, words in kept.notices[place]],
        )
        for place, forecaster in kept.forecasters.items()
    }


def _described(one: OneSeries) -> Any:
    exog = () if one.exog is None else (column for _, column in one.exog.items())
    return described([one.y, *exog])


def _named(notices: Sequence[Notice]) -> list[tuple[str, str]]:
    known = _CATEGORIES.values()
    return [
        (next(each.__name__ for each in category.__mro__ if each in known), words)
        for category, words in notices
    ]
