"""How forecasts answer to a shock."""

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters.networks._model import Model


def responses(model: Model, exog: FloatArray, shocks: FloatArray) -> FloatArray:
    """What the next row changes in the forecasts, if it is not the one that was forecast.

    Parameters
    ----------
    model : Model
    exog : ndarray of shape (n_steps, n_exog)
        Of the rows ahead.
    shocks : ndarray of shape (n_targets,)
        By how much the next row of each target, alone, lies above its forecast.

    Returns
    -------
    ndarray of shape (n_steps, n_targets, n_targets)
        At ``[step, i, j]`` the response of target i to the shock of target j; step 0 is the shocked
        row itself.
    """
    expected = model.forecast(exog[:1])

    def path(row: FloatArray) -> FloatArray:
        later = exog[1:]
        after = model.advanced(row, exog[:1]).forecast(later) if len(later) else row[:0]
        return np.vstack([row, after])

    # Of explosive networks they are no numbers, which is for the caller to say.
    with np.errstate(over="ignore", invalid="ignore"):
        unshocked = path(expected)
        shocked = [path(expected + shock) for shock in np.diag(shocks)]
        return np.stack(shocked, axis=-1) - unshocked[..., None]
