"""Which powers even out the spread of series: the estimators of lambda, and a test for logs.

Series are the columns of an array of shape (n_rows, n_columns), each judged by itself.
"""

from collections.abc import Callable

import numpy as np

from rnnts._types import BoolArray, FloatArray
from rnnts.transforms import _columns

_BOUNDS = (-1.0, 2.0)
# Each look goes through so many powers, the next one between the neighbours of the best; a parabola
# through the last of them has its minimum within 1e-5, where the loss is flat.
_N_POWERS, _N_LOOKS = 16, 3
# Values times powers: of a long series, one power after the other.
_VALUES_AT_ONCE = 2**16
# Fewer tell nothing about a variance.
_MIN_STEPS = 8
# A relative spread below it is that of a constant.
_ROUNDING = 1e-12


def guerrero(values: FloatArray, season_length: int) -> FloatArray:
    r"""Power that makes the spread of each column's subseries least dependent on their level.

    It minimises the coefficient of variation of :math:`s_i / \bar y_i^{1-\lambda}` over blocks of
    a season (two rows without one); 1 where there are fewer than two blocks.
    """
    return _columns.in_parts(lambda part: _guerrero(part, max(season_length, 2)), values)


def _guerrero(values: FloatArray, length: int) -> FloatArray:
    # The unit plays no part, and squares of what is near one are numbers.
    _, exponents = np.frexp(np.fmax.reduce(values, axis=0, initial=0.0))
    levels, spreads = _blocks(np.ldexp(values, -exponents), length)
    powers = np.ones(values.shape[1])
    is_found = _columns.count(levels) >= 2
    if not is_found.any():
        return powers
    is_found[is_found] = np.nanmax(spreads[:, is_found], axis=0) > _ROUNDING * np.nanmax(
        levels[:, is_found], axis=0
    )
    levels = levels[:, is_found]
    sizes, spreads = np.log(levels / _columns.mean(levels)), spreads[:, is_found]

    def variation(power: FloatArray) -> FloatArray:
        ratios = np.tile(spreads, len(power)) * np.exp(
            (power.ravel() - 1) * np.tile(sizes, len(power))
        )
        return _columns.spread(ratios) / _columns.mean(ratios)

    powers[is_found] = _minimise(variation, levels.shape)
    return powers


def likelihood(values: FloatArray) -> FloatArray:
    """Power under which each column is most like a normal sample; its order plays no part."""
    return _columns.in_parts(_likelihood, values)


def _likelihood(values: FloatArray) -> FloatArray:
    logs = np.log(values)
    logs = logs - _columns.mean(logs)
    powers = np.ones(values.shape[1])
    is_found = np.nanmax(logs, axis=0) - np.nanmin(logs, axis=0) >= _ROUNDING
    logs = logs[:, is_found]

    def minus_log_likelihood(power: FloatArray) -> FloatArray:
        # Of values divided by their geometric mean: the Jacobian is then one.
        by_column, beside = power.ravel(), np.tile(logs, len(power))
        curved = np.expm1(by_column * beside) / np.where(by_column == 0, 1.0, by_column)
        variances: FloatArray = _columns.variance(np.where(by_column == 0, beside, curved))
        return np.log(variances)

    powers[is_found] = _minimise(minus_log_likelihood, logs.shape)
    return powers


LAMBDAS: dict[str, Callable[[FloatArray, int], FloatArray]] = {
    "guerrero": guerrero,
    "likelihood": lambda values, _: likelihood(values),
}


def log_is_likelier(values: FloatArray) -> BoolArray:
    r"""Whether a column is more likely as a random walk of its logs than of its values.

    With Gaussian steps, the log likelihoods differ by

    .. math:: \tfrac n2 \log \frac{\operatorname{Var} \Delta y}{\operatorname{Var} \Delta \log y}
        - \sum_t \log y_t,

    the sum being the Jacobian: the unit of the series does not matter.  Never with values that are
    not positive, or fewer than eight steps.
    """
    is_positive = ~(values <= 0).any(axis=0)
    logs = np.log(np.where(is_positive, values, 1.0))
    steps, log_steps = np.diff(values, axis=0), np.diff(logs, axis=0)
    after = np.where(np.isnan(steps), np.nan, logs[1:])
    # In units of the geometric mean of the rows the Jacobian is one; steps may leave the floats.
    with np.errstate(over="ignore", invalid="ignore"):
        spread = _columns.spread(steps * np.exp(-_columns.mean(after)))
    is_likelier: BoolArray = ~(_columns.spread(log_steps) >= spread * (1 - 1e-9))
    return is_positive & is_likelier & (_columns.count(steps) >= _MIN_STEPS)


def _minimise(loss: Callable[[FloatArray], FloatArray], shape: tuple[int, ...]) -> FloatArray:
    """Where the loss of each column is least.

    Parameters
    ----------
    loss : callable
        Takes powers (n_powers, n_columns), and returns the losses end to end.
    shape : tuple of int
        Of the values that it looks at, with each power.
    """
    n_rows, n_columns = shape
    n_at_once = max(1, _VALUES_AT_ONCE // max(n_rows * n_columns, 1))
    low, high = (np.full(n_columns, bound) for bound in _BOUNDS)
    for _ in range(_N_LOOKS):
        powers = np.linspace(low, high, _N_POWERS)
        parts = np.split(powers, range(n_at_once, _N_POWERS, n_at_once))
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            losses = np.concatenate([loss(part) for part in parts]).reshape(powers.shape)
        # What left the range of floats is large.
        losses = np.where(np.isnan(losses), np.inf, losses)
        middle = losses.argmin(axis=0).clip(1, _N_POWERS - 2)
        around = middle + np.array([[-1], [0], [1]])
        low, best, high = np.take_along_axis(powers, around, axis=0)
    at_low, at_best, at_high = np.take_along_axis(losses, around, axis=0)
    steps = np.zeros(n_columns)
    with np.errstate(invalid="ignore"):
        curvature = at_low - 2 * at_best + at_high
        is_bent = (curvature > 0) & np.isfinite(curvature)
        np.divide(at_low - at_high, 2 * curvature, out=steps, where=is_bent)
    least: FloatArray = best + steps.clip(-1, 1) * (high - best)
    return least


def _blocks(values: FloatArray, length: int) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of consecutive blocks of rows, the last ones.

    Both have shape (n_blocks, n_columns); NaN where a value of the block is missing.
    """
    n_blocks, n_columns = len(values) // length, values.shape[1]
    last = values[len(values) - n_blocks * length :]
    # The rows of a block lie side by side, so that they are added up as those of a lone column.
    blocks = np.ascontiguousarray(last.reshape(n_blocks, length, n_columns).transpose(0, 2, 1))
    return blocks.mean(axis=2), blocks.std(axis=2, ddof=1)
