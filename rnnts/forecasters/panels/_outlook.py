"""What is known of the rows to come of all series of a block: forecasts, and how sure they are.

Each series gets what its forecaster would say by itself; but where that takes one more training, on
the rows before some that are held out, the series are trained side by side once more.
"""

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters._judgement import OWN
from rnnts.forecasters.networks._calibration import errors_held_out, errors_in_training, power_of
from rnnts.forecasters.networks._held_out import HeldOut, held_out, n_trained_on, steps_ahead
from rnnts.forecasters.networks._model import networks_in
from rnnts.forecasters.networks._uncertainty import Calibrated, Said, Uncertainty, method_for
from rnnts.forecasters.panels._block import Block, empty_exog
from rnnts.intervals import rearranged


def outlook_of(block: Block, n_steps: int, probabilities: FloatArray) -> FloatArray | None:
    """Forecasts and quantiles of the rows to come: (n_steps, n_series, 1 + n_probabilities).

    None where the forecasters have to be asked one by one.
    """
    uncertainty = _uncertainty_of(block)
    if uncertainty is None:
        return None
    increasing, places = np.unique(probabilities, return_inverse=True)
    with np.errstate(over="ignore", invalid="ignore"):
        forecast = block.forecast(n_steps)
        quantiles = uncertainty.quantiles(np.empty((n_steps, 0)), increasing)
    ordered = rearranged(np.maximum(quantiles, block.floor[:, None]))
    return np.concatenate([forecast[..., None], ordered[..., places]], axis=2)


def _uncertainty_of(block: Block) -> Uncertainty | None:
    model = block.model
    networks = networks_in(model)
    method = method_for(block.estimator.interval_method, networks, is_alone=model is networks)
    if method == "quantile" and block.plan.is_direct:
        return Said(networks)
    powers = [variant.preparation.power for variant in block.plan.variants]
    if method != "conformal" or any(power != powers[0] for power in powers):
        return None
    y = block.y_trained
    power, floor = power_of(networks, y)
    tested = _tested(block)
    if tested is None:
        said = np.maximum(model.one_step(y, empty_exog(y)), block.floor)
        errors = errors_in_training(y, said, power, floor)
    else:
        errors = errors_held_out(tested, OWN, power, floor)
    return Calibrated(model, power, floor, errors, np.ones(len(block)))


def _tested(block: Block) -> HeldOut | None:
    """Forecasts of the last rows by networks trained on those before, if these are enough."""
    estimator, season_length, y = block.estimator, block.season_length, block.y_trained
    n_first = n_trained_on(y, season_length, estimator._min_rows())
    if not n_first:
        return None
    earlier = Block.fitted(estimator, season_length, y[:n_first])
    horizon = steps_ahead(earlier.plan.horizon, season_length)
    return held_out({OWN: earlier.model}, y, y, empty_exog(y), n_first, horizon)
