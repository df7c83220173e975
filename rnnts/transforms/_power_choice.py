"""Which power evens out the spread of a series: the estimators of lambda, and a test for logs."""

from collections.abc import Callable

import numpy as np

from rnnts._types import FloatArray

_BOUNDS = (-1.0, 2.0)
# Fewer tell nothing about a variance.
_MIN_STEPS = 8
# A relative spread below it is that of a constant.
_ROUNDING = 1e-12


def guerrero(column: FloatArray, season_length: int) -> float:
    r"""Power that makes the spread of subseries least dependent on their level.

    It minimises the coefficient of variation of :math:`s_i / \bar y_i^{1-\lambda}` over blocks of
    a season (two rows without one); 1 where there are fewer than two blocks.
    """
    levels, spreads = _blocks(column, max(season_length, 2))
    if len(levels) < 2 or spreads.max() <= _ROUNDING * levels.max():
        return 1.0
    sizes = np.log(levels / levels.mean())

    def variation(power: float) -> float:
        ratios = spreads * np.exp((power - 1) * sizes)
        return float(ratios.std() / ratios.mean())

    return _minimise(variation)


def likelihood(column: FloatArray) -> float:
    """Power under which the values are most like a normal sample; their order plays no part."""
    logs = np.log(column[~np.isnan(column)])
    logs -= logs.mean()
    if np.ptp(logs) < _ROUNDING:
        return 1.0

    def minus_log_likelihood(power: float) -> float:
        # Of values divided by their geometric mean: the Jacobian is then one.
        curved = np.expm1(power * logs) / power if power else logs
        return float(np.log(curved.var()))

    return _minimise(minus_log_likelihood)


LAMBDAS: dict[str, Callable[[FloatArray, int], float]] = {
    "guerrero": guerrero,
    "likelihood": lambda column, _: likelihood(column),
}


def log_is_likelier(column: FloatArray) -> bool:
    r"""Whether the series is more likely as a random walk of its logs than of its values.

    With Gaussian steps, the log likelihoods differ by

    .. math:: \tfrac n2 \log \frac{\operatorname{Var} \Delta y}{\operatorname{Var} \Delta \log y}
        - \sum_t \log y_t,

    the sum being the Jacobian: the unit of the series does not matter.  Never with values that are
    not positive, or fewer than eight steps.
    """
    if (column <= 0).any():
        return False
    logs = np.log(column)
    is_step = ~np.isnan(np.diff(column))
    steps, log_steps = np.diff(column)[is_step], np.diff(logs)[is_step]
    if len(steps) < _MIN_STEPS:
        return False
    after = logs[1:][is_step]
    # In units of the geometric mean of the rows the Jacobian is one.
    spread = (steps * np.exp(-after.mean())).std()
    return bool(log_steps.std() < spread * (1 - 1e-9))


def _minimise(loss: Callable[[float], float]) -> float:
    from scipy.optimize import minimize_scalar

    return float(minimize_scalar(loss, bounds=_BOUNDS, method="bounded").x)


def _blocks(column: FloatArray, length: int) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of consecutive blocks without missing values, the last ones."""
    n_blocks = len(column) // length
    blocks = column[len(column) - n_blocks * length :].reshape(n_blocks, length)
    blocks = blocks[~np.isnan(blocks).any(axis=1)]
    return blocks.mean(axis=1), blocks.std(axis=1, ddof=1)
