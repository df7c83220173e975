"""Models of exponential smoothing: which components there are, and what was learnt of them."""

from dataclasses import dataclass

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels import ets as kernels

_LETTERS = {None: "N", "add": "A", "mul": "M"}


@dataclass(frozen=True)
class Form:
    """Error, trend and season of a model: "add", "mul" (not the trend), or None."""

    error: str
    trend: str | None
    damped: bool
    seasonal: str | None
    season_length: int

    def __str__(self) -> str:
        letters = [_LETTERS[part] for part in (self.error, self.trend, self.seasonal)]
        return f"ETS({letters[0]},{letters[1]}{'d' * self.damped},{letters[2]})"

    @property
    def is_additive(self) -> bool:
        """Whether the rows are sums, which may lie anywhere."""
        return self.error == "add" and self.seasonal != "mul"

    @property
    def n_params(self) -> int:
        """Weights, first states and the variance; a season is known up to its sum."""
        return (
            3 + 2 * (self.trend is not None) + self.damped + self.season_length * self.is_seasonal
        )

    @property
    def n_places(self) -> int:
        """Those of the vector of parameters, some of which stand for nothing."""
        return kernels.SEASON + (self.season_length if self.is_seasonal else 1)

    @property
    def is_seasonal(self) -> bool:
        """Whether there is a season."""
        return self.seasonal is not None


@dataclass(frozen=True, eq=False)
class ETSModel:
    """A model with its parameters, ordered as in :mod:`rnnts.kernels.ets`.

    Attributes
    ----------
    form : Form
    params : ndarray of shape (6 + season_length,), or (7,) without a season
    sigma2 : float
        Variance of the innovations, which are relative where errors are multiplicative.
    """

    form: Form
    params: FloatArray
    sigma2: float

    def read(self, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Prediction of each row of (n_rows,), and the parameters that go on after the last."""
        # Copied, because arrays mapped from a disk are of a type that is compiled for by itself.
        values, params = np.array(values), np.array(self.params)
        after = np.empty_like(params)
        predictions = kernels.read(values, params, self.form.seasonal == "mul", after)
        return predictions, after

    def run(self, after: FloatArray, errors: FloatArray) -> FloatArray:
        """Rows to come, when their innovations of shape (n_paths, n_steps) are these."""
        is_relative, is_multiplicative = self.form.error == "mul", self.form.seasonal == "mul"
        rows: FloatArray = kernels.run(errors, after, is_relative, is_multiplicative)
        return rows

    def forecast_variance(self, after: FloatArray, n_steps: int) -> FloatArray:
        """Variance of each of the next rows of an additive model, of shape (n_steps,)."""
        # An additive model is linear: what a shock does to it does not depend on its states.
        at_rest = after.copy()
        at_rest[kernels.LEVEL :] = 0.0
        shock = np.zeros((1, n_steps))
        shock[0, 0] = 1.0
        variance: FloatArray = self.sigma2 * np.cumsum(np.square(self.run(at_rest, shock)[0]))
        return variance
