"""One trained network behind one fitted preparation."""

from dataclasses import dataclass, replace

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters._recurrence import Recurrence, State
from rnnts.transforms import Fitted
from rnnts.transforms._base import AS_IT_IS


@dataclass(frozen=True)
class Member:
    """A network that reads and forecasts the series itself, and where it stands in it.

    Attributes
    ----------
    preparation : Fitted
        After the last row read.
    recurrence : Recurrence
        Of the prepared rows.
    state : State
        After the last row read.
    mean : ndarray of shape (n_targets,)
        What is said of the first rows, of which the network knows nothing.
    """

    preparation: Fitted
    recurrence: Recurrence
    state: State
    mean: FloatArray

    @property
    def n_unknown(self) -> int:
        """First rows that have no prediction: those lost to differences, and one to a level."""
        return self.preparation.n_lost + (self.recurrence.start.level is not None)

    def prepared(self, y: FloatArray) -> FloatArray:
        """The rows that the network reads, from the first one that has a prediction."""
        return self.preparation.transform(y)[self.n_unknown :]

    def one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of every row of a series, from its first on, from the rows before it."""
        n_unknown = self.n_unknown
        z = self.preparation.transform(y)
        recurrence = self.recurrence
        known, _ = recurrence.run(z[n_unknown:], exog[n_unknown:], recurrence.start)
        z[n_unknown:] = known
        with np.errstate(over="ignore", invalid="ignore"):
            predicted = self.preparation.inverse_one_step(z, y)
        predicted[:n_unknown] = self.mean
        return predicted

    def advanced(self, y: FloatArray, exog: FloatArray) -> "Member":
        """The same network after further rows."""
        z = self.preparation.transform_next(y)
        _, state = self.recurrence.run(z, exog, self.state)
        return replace(self, preparation=self.preparation.update(y), state=state)

    def restarted(self, y: FloatArray, exog: FloatArray) -> "Member":
        """The same network after all rows of a series, from its first on."""
        n_unknown = self.n_unknown
        z = self.preparation.transform(y)[n_unknown:]
        _, state = self.recurrence.run(z, exog[n_unknown:], self.recurrence.start)
        return replace(self, preparation=self.preparation.start.update(y), state=state)

    def forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts (n_steps, n_targets) of the rows after the last one read."""
        with np.errstate(over="ignore", invalid="ignore"):
            z = self.recurrence.forecast(future_exog, self.state)
            return self.preparation.inverse_transform(z)

    @property
    def is_plain(self) -> bool:
        """Whether the network reads the series itself, only scaled."""
        return self.preparation.describe() == AS_IT_IS and self.recurrence.start.level is None

    def describe(self) -> str:
        """The preparation, in a few words."""
        level = self.recurrence.start.level
        words = [self.preparation.describe(), f"less the {level.describe()}" if level else ""]
        return "; ".join(word for word in words if word and word != AS_IT_IS) or AS_IT_IS
