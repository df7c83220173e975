"""What intervals are calibrated by: errors of forecasts, once the power of the networks is taken.

Errors are then alike at every level of the series.
"""

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._held_out import HeldOut
from rnnts.intervals import ConformalErrors
from rnnts.transforms import Fitted, Identity

# One-step errors of training over those of held-out rows: the median of 30 to 40 rows of M1 and M3.
_TRAINING_SHARE = 0.7


def power_of(networks: Ensemble, y: FloatArray) -> tuple[Fitted, FloatArray]:
    """The power that all networks take, if there is one, and what has to be above it.

    A forecast is raised to the latter, of shape (n_targets,), before its power is taken.
    """
    powers = [member.power for member in networks]
    is_shared = len({power.describe() for power in powers}) == 1
    power = powers[0] if is_shared else Identity().fit(y)
    return power, _lowest(y, power)


def errors_after(power: Fitted, floor: FloatArray, y: FloatArray, said: FloatArray) -> FloatArray:
    """What happened less what was said, once the power is taken of both."""
    errors: FloatArray = power.transform_next(y) - power.transform_next(np.maximum(said, floor))
    return errors


def errors_held_out(
    tested: HeldOut, name: str, power: Fitted, floor: FloatArray
) -> ConformalErrors:
    """Those that a model made on rows it had not seen."""
    return ConformalErrors.like(tested.errors(name, power, floor), tested.rows_apart)


def errors_in_training(
    y: FloatArray, said: FloatArray, power: Fitted, floor: FloatArray
) -> ConformalErrors:
    """Those to expect where no rows could be held out, given predictions of the rows trained on."""
    errors = errors_after(power, floor, y, said)[1:, None]
    return ConformalErrors.like(errors / _TRAINING_SHARE)


def _lowest(y: FloatArray, power: Fitted) -> FloatArray:
    """Below a positive series there is no logarithm; a series left as it is has no such limit."""
    is_left = ((power.transform_next(y) == y) | np.isnan(y)).all(axis=0)
    is_free = is_left | (y <= 0).any(axis=0)
    smallest = np.where(y > 0, y, np.inf).min(axis=0)
    return np.where(is_free, -np.inf, 1e-3 * smallest)
