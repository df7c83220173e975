"""One trained network, and all that stands between it and the series."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnts._types import FloatArray
from rnnts.cells import CELLS
from rnnts.forecasters.networks._recurrence import Draw, Recurrence, State
from rnnts.transforms import Fitted
from rnnts.transforms._base import AS_IT_IS


@dataclass(frozen=True)
class Member:
    """A network that reads and forecasts the series itself, and where it stands in it.

    Attributes
    ----------
    power : Fitted
        Without memory: the logarithm, for instance.
    effects : ndarray of shape (n_exog, n_targets)
        Of exogenous columns on the series after its power; they are taken out of it.
    preparation : Fitted
        Of what is left, after the last row read.
    recurrence : Recurrence
        Of the prepared rows.
    state : State
        After the last row read.
    mean : ndarray of shape (n_targets,)
        What is said of the first rows, of which the network knows nothing.
    """

    power: Fitted
    effects: FloatArray
    preparation: Fitted
    recurrence: Recurrence
    state: State
    mean: FloatArray

    @property
    def n_unknown(self) -> int:
        """First rows that have no prediction: those lost to differences, and one to a level."""
        return self.preparation.n_lost + (self.recurrence.start.level is not None)

    def check_learns_from(self, n_rows: int) -> None:
        """Raise where no row of a series has a prediction."""
        if n_rows <= self.n_unknown:
            raise ValueError(
                f"preparation '{self.describe()}' leaves none of {n_rows} rows to learn from, it "
                f"needs {self.n_unknown + 1}; give more rows, or ask for less preparation"
            )

    @property
    def is_linear(self) -> bool:
        """Whether its network is one plain layer of linear units."""
        network = self.recurrence.network
        is_plain = (len(network.hidden_sizes), network.dilations) == (1, (1,))
        return is_plain and network.cell == CELLS["linear"]

    @property
    def is_arma(self) -> bool:
        """Whether it is a linear recursion on the series itself, only scaled."""
        is_left = self.describe() == AS_IT_IS and not self.effects.any()
        is_left = is_left and not len(self.recurrence.static)
        return is_left and self.is_linear and self.recurrence.horizon == 1

    def with_params(self, params: FloatArray) -> "Member":
        """The same member with other weights, which has read nothing as yet."""
        recurrence = self.recurrence.with_params(params)
        return replace(self, recurrence=recurrence, state=recurrence.start)

    def prepared(self, y: FloatArray, exog: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What the network reads, from the first row on that it has a prediction of."""
        z = self.preparation.transform(self._plain(y, exog))
        return z[self.n_unknown :], self._read(exog[self.n_unknown :])

    def one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prediction of every row of a series, from its first on, from the rows before it."""
        z, _ = self.recurrence.run(*self.prepared(y, exog), self.recurrence.start)
        return self.undone(z, y, exog)

    def undone(self, z: FloatArray, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Prepared predictions in the units of the series, given the true rows before each.

        `z` begins with the first row that has a prediction; those before it get the mean.
        """
        plain = self._plain(y, exog)
        whole = np.vstack([np.zeros((self.n_unknown, z.shape[1])), z])
        with np.errstate(over="ignore", invalid="ignore"):
            predicted = self._whole(self.preparation.inverse_one_step(whole, plain), exog)
        predicted[: self.n_unknown] = self.mean
        return predicted

    def advanced(self, y: FloatArray, exog: FloatArray) -> "Member":
        """The same network after further rows."""
        plain = self._plain(y, exog)
        z = self.preparation.transform_next(plain)
        _, state = self.recurrence.run(z, self._read(exog), self.state)
        return replace(self, preparation=self.preparation.update(plain), state=state)

    def restarted(self, y: FloatArray, exog: FloatArray) -> "Member":
        """The same network after all rows of a series, from its first on."""
        _, state = self.recurrence.run(*self.prepared(y, exog), self.recurrence.start)
        preparation = self.preparation.start.update(self._plain(y, exog))
        return replace(self, preparation=preparation, state=state)

    def forecast(self, future_exog: FloatArray) -> FloatArray:
        """Forecasts (n_steps, n_targets) of the rows after the last one read."""
        with np.errstate(over="ignore", invalid="ignore"):
            z = self.recurrence.forecast(self._read(future_exog), self.state)
            return self._whole(self.preparation.inverse_transform(z), future_exog)

    def quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        """What a direct head says of each row: (n_steps, n_targets, n_probabilities)."""
        z = self.recurrence.quantiles(self._read(future_exog), self.state, probabilities)
        prepared = self.preparation.inverse_quantiles(np.moveaxis(z, -1, 0))
        return np.moveaxis(self._whole(prepared, future_exog), 0, -1)

    def paths(self, future_exog: FloatArray, errors: FloatArray) -> FloatArray:
        """Futures in which these were the scaled one-step errors: (n_paths, n_steps, n_targets)."""
        central = self.recurrence.outputs.central
        return self._drawn(
            future_exog, len(errors), lambda step, raw: central(raw) + errors[:, step]
        )

    def own_paths(
        self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator
    ) -> FloatArray:
        """Futures drawn from the distributions that the network says itself."""
        outputs = self.recurrence.outputs

        def draw(_step: int, raw: FloatArray) -> FloatArray:
            # Never at the ends, which a distribution may have infinitely far away.
            probabilities = rng.integers(1, 1000, size=(*raw.shape[:-1], 1)) / 1000
            return outputs.quantiles(raw, probabilities)[..., 0]

        return self._drawn(future_exog, n_paths, draw)

    def _drawn(self, future_exog: FloatArray, n_paths: int, draw: Draw) -> FloatArray:
        with np.errstate(over="ignore", invalid="ignore"):
            z = self.recurrence.paths(self._read(future_exog), self.state, n_paths, draw)
            return self._whole(self.preparation.inverse_transform(z), future_exog)

    def errors(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Scaled one-step errors of the rows from the first one with a prediction on."""
        z, read = self.prepared(y, exog)
        with np.errstate(over="ignore", invalid="ignore"):
            predicted, _ = self.recurrence.run(z, read, self.recurrence.start)
            error: FloatArray = (z - predicted) / self.recurrence.y_scaling.spread
        return error

    def hidden_states(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """What the network remembers when it predicts each row: (n_rows, state_size).

        Zero for the first rows, of which it knows nothing.
        """
        z, read = self.prepared(y, exog)
        states = np.zeros((len(y), self.recurrence.network.state_size))
        states[self.n_unknown :] = self.recurrence.hidden_states(z, read, self.recurrence.start)
        return states

    def describe(self) -> str:
        """The preparation, in a few words."""
        level = self.recurrence.start.level
        words = [
            self.power.describe(),
            self.preparation.describe(),
            f"less the {level.describe()}" if level else AS_IT_IS,
        ]
        return "; ".join(word for word in words if word != AS_IT_IS) or AS_IT_IS

    def _read(self, exog: FloatArray) -> FloatArray:
        """The exogenous columns that the network itself reads: all or none."""
        return exog[:, : len(self.recurrence.exog_scaling.center)]

    def _plain(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        """The series after its power, without the effects of exogenous columns."""
        return self.power.transform_next(y) - exog @ self.effects

    def _whole(self, plain: FloatArray, exog: FloatArray) -> FloatArray:
        return self.power.inverse_transform(plain + exog @ self.effects)


def read_alike(
    members: Sequence[Member], y: FloatArray, exog: FloatArray
) -> tuple[list[FloatArray], tuple[Member, ...]]:
    """What each says of every row of a series, and all of them after it.

    They differ in their weights and in nothing else, so that the series is prepared once.
    """
    first = members[0]
    inputs = first.recurrence.inputs(*first.prepared(y, exog), first.recurrence.start)
    preparation = first.preparation.start.update(first._plain(y, exog))
    said, after = [], []
    for member in members:
        z, state = member.recurrence.said_to(*inputs)
        said.append(member.undone(z, y, exog))
        after.append(replace(member, preparation=preparation, state=state))
    return said, tuple(after)
