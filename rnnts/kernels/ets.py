r"""Exponential smoothing: the likelihood of its innovations, and its gradient.

With an additive season, where :math:`q_t = r_t = e_t`, and a multiplicative one:

.. math::
    \lambda_t = \ell_{t-1} + \phi b_{t-1}, \qquad
    \mu_t = \lambda_t + s_{t-m} \;\text{or}\; \lambda_t s_{t-m}, \qquad e_t = y_t - \mu_t

    q_t = e_t / s_{t-m}, \quad r_t = e_t / \lambda_t, \qquad
    \ell_t = \lambda_t + \alpha q_t, \quad b_t = \phi b_{t-1} + \beta q_t, \quad
    s_t = s_{t-m} + \gamma r_t

Whether errors are additive or multiplicative, these are the same; what differs is what is normal
with one variance: :math:`\varepsilon_t = e_t`, or :math:`e_t / \mu_t`.  Without its constants, and
with the variance at its best, minus the log-likelihood is

.. math:: \frac{n}{2} \log\Big(\frac{1}{n} \sum_t \varepsilon_t^2\Big) + \sum_t \log |\mu_t|

the last sum for multiplicative errors only.  In a missing row :math:`e_t = 0`.

Parameters stand in one vector: :math:`\alpha, \beta, \gamma, \phi, \ell_0, b_0` and the season of
the rows 0, 1, ...  A model without trend has none in it, one without season a single 0.
"""

import numpy as np

from rnnts._types import FloatArray
from rnnts.kernels._jit import helper, kernel

ALPHA, BETA, GAMMA, PHI, LEVEL, TREND, SEASON = range(7)

# A mean square below it is rounding, of values whose size is about one.
_ROUNDING = 1e-28


@helper
def _step(
    params: FloatArray, state: FloatArray, value: float, is_multiplicative: bool
) -> tuple[float, float, float]:
    """Read one row into the state (level, trend, season); its base, season and error."""
    season, base = state[2], state[0] + params[PHI] * state[1]
    error = value - (base * season if is_multiplicative else base + season)
    if np.isnan(error):
        error = 0.0
    of_level = error / season if is_multiplicative else error
    of_season = error / base if is_multiplicative else error
    state[0] = base + params[ALPHA] * of_level
    state[1] = params[PHI] * state[1] + params[BETA] * of_level
    state[2] = season + params[GAMMA] * of_season
    return base, season, error


@kernel
def read(
    values: FloatArray, params: FloatArray, is_multiplicative: bool, after: FloatArray
) -> FloatArray:
    """Prediction of each row, and the parameters that go on after the last.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    params : ndarray of shape (6 + season_length,)
    is_multiplicative : bool
        The season.
    after : ndarray of shape (6 + season_length,)
        To be filled: the same coefficients, and the states after the last row, with the season of
        the rows that follow it.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    n_rows, season_length = len(values), len(params) - SEASON
    predictions = np.empty(n_rows)
    seasons, state = params[SEASON:].copy(), params[LEVEL : SEASON + 1].copy()
    for t in range(n_rows):
        state[2] = seasons[t % season_length]
        base, season, _ = _step(params, state, values[t], is_multiplicative)
        predictions[t] = base * season if is_multiplicative else base + season
        seasons[t % season_length] = state[2]
    after[:LEVEL] = params[:LEVEL]
    after[LEVEL:SEASON] = state[:2]
    for place in range(season_length):
        after[SEASON + place] = seasons[(n_rows + place) % season_length]
    return predictions


@kernel
def run(
    errors: FloatArray, params: FloatArray, is_relative: bool, is_multiplicative: bool
) -> FloatArray:
    """Rows that follow the states when these are their errors.

    Parameters
    ----------
    errors : ndarray of shape (n_paths, n_steps)
        Innovations.
    params : ndarray of shape (6 + season_length,)
    is_relative : bool
        Whether the errors are multiplicative.
    is_multiplicative : bool
        The season.

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
    """
    n_paths, n_steps = errors.shape
    season_length = len(params) - SEASON
    paths = np.empty((n_paths, n_steps))
    for path in range(n_paths):
        seasons, state = params[SEASON:].copy(), params[LEVEL : SEASON + 1].copy()
        for t in range(n_steps):
            season, base = seasons[t % season_length], state[0] + params[PHI] * state[1]
            mean = base * season if is_multiplicative else base + season
            paths[path, t] = mean + errors[path, t] * (mean if is_relative else 1.0)
            state[2] = season
            _step(params, state, paths[path, t], is_multiplicative)
            seasons[t % season_length] = state[2]
    return paths


@kernel
def value_and_gradient(
    values: FloatArray,
    params: FloatArray,
    is_relative: bool,
    is_multiplicative: bool,
    gradient: FloatArray,
) -> float:
    """Minus the log-likelihood without its constants; fills its gradient.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        NaN is missing.
    params, gradient : ndarray of shape (6 + season_length,)
    is_relative : bool
        Whether the errors are multiplicative.
    is_multiplicative : bool
        The season.
    """
    n_rows, season_length = len(values), len(params) - SEASON
    tape = np.empty((n_rows, 4))
    seasons, state = params[SEASON:].copy(), params[LEVEL : SEASON + 1].copy()
    n_observed, squares, logarithms = 0, 0.0, 0.0
    for t in range(n_rows):
        state[2], tape[t, 3] = seasons[t % season_length], state[1]
        base, season, error = _step(params, state, values[t], is_multiplicative)
        tape[t, 0], tape[t, 1], tape[t, 2] = base, season, error
        seasons[t % season_length] = state[2]
        if np.isnan(values[t]):
            continue
        n_observed += 1
        if is_relative:
            mean = base * season if is_multiplicative else base + season
            error /= mean
            logarithms += np.log(abs(mean))
        squares += error * error
    squares += n_observed * _ROUNDING

    gradient[:] = 0.0
    d_squares = 0.5 * n_observed / squares
    d_level, d_trend = 0.0, 0.0
    for t in range(n_rows - 1, -1, -1):
        base, season, error, trend = tape[t, 0], tape[t, 1], tape[t, 2], tape[t, 3]
        of_level = error / season if is_multiplicative else error
        of_season = error / base if is_multiplicative else error
        place = SEASON + t % season_length
        d_season = gradient[place]
        d_of_level = params[ALPHA] * d_level + params[BETA] * d_trend
        d_of_season = params[GAMMA] * d_season
        gradient[ALPHA] += d_level * of_level
        gradient[BETA] += d_trend * of_level
        gradient[GAMMA] += d_season * of_season
        gradient[PHI] += d_trend * trend
        d_base, d_mean = d_level, 0.0
        if not np.isnan(values[t]):
            if is_multiplicative:
                d_error = d_of_level / season + d_of_season / base
                d_season -= d_of_level * of_level / season
                d_base -= d_of_season * of_season / base
            else:
                d_error = d_of_level + d_of_season
            if is_relative:
                mean = base * season if is_multiplicative else base + season
                relative = error / mean
                d_error += 2 * d_squares * relative / mean
                d_mean = (1 - 2 * d_squares * relative * relative) / mean
            else:
                d_error += 2 * d_squares * error
            d_mean -= d_error
        d_base += d_mean * season if is_multiplicative else d_mean
        d_season += d_mean * base if is_multiplicative else d_mean
        gradient[place] = d_season
        gradient[PHI] += d_base * trend
        d_level, d_trend = d_base, params[PHI] * (d_trend + d_base)
    gradient[LEVEL], gradient[TREND] = d_level, d_trend
    value: float = 0.5 * n_observed * np.log(squares / n_observed) + logarithms
    return value
