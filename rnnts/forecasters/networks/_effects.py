r"""Linear effects of exogenous columns, taken out of a series before a direct head reads it.

.. math:: z_t = u_t \beta + s_t + n_t, \qquad n_t = \rho\, n_{t-1} + e_t

Errors of series are correlated, and least squares alone would take two trends for cause and effect;
so it is applied to :math:`z_t - \rho z_{t-1}`, :math:`\rho` from its own residuals, until that
settles.  The season s, a constant for each row of it, keeps seasonal columns from passing for
effects.
"""

import numpy as np

from rnnts._types import FloatArray

_ROUNDS = 5


def effects_of(z: FloatArray, exog: FloatArray, season_length: int) -> FloatArray:
    """The effect of each exogenous column on each series, of shape (n_exog, n_targets).

    Parameters
    ----------
    z : ndarray of shape (n_rows, n_targets)
        NaN where a value is missing.
    exog : ndarray of shape (n_rows, n_exog)
    season_length : int

    References
    ----------
    Cochrane and Orcutt (1949), *Application of Least Squares Regression to Relationships
    Containing Auto-Correlated Error Terms*.
    """
    n_rows, n_exog = exog.shape
    m = season_length if n_rows >= 3 * season_length + n_exog else 1
    seasons = np.eye(m)[np.arange(n_rows) % m]
    spread = exog.std(axis=0)
    known = np.hstack([(exog - exog.mean(axis=0)) / np.where(spread > 0, spread, 1.0), seasons])
    effects = [_effects_on(column, known)[:n_exog] for column in z.T]
    return np.column_stack(effects) / np.where(spread > 0, spread, np.inf)[:, None]


def _effects_on(z: FloatArray, known: FloatArray) -> FloatArray:
    rho = 0.0
    effects: FloatArray = np.zeros(known.shape[1])
    for _ in range(_ROUNDS):
        left, right = z[1:] - rho * z[:-1], known[1:] - rho * known[:-1]
        is_whole = ~np.isnan(left)
        solved = np.linalg.lstsq(right[is_whole], left[is_whole], rcond=1e-8)[0]
        effects = np.asarray(solved, dtype=float)
        error = z - known @ effects
        pairs = error[1:] * error[:-1]
        power = np.nansum(np.square(error[:-1])[~np.isnan(pairs)])
        rho = float(np.clip(np.nansum(pairs) / power, 0.0, 0.99)) if power > 0 else 0.0
    return effects
