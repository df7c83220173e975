r"""Processes that no linear predictor exhausts, by name, with the best one-step predictor.

SETAR, shocks standard normal, and the bilinear process:

.. math::
    y_t = \begin{cases} 2 + 0.8 y_{t-1} & y_{t-1} \le 0 \\ -2 + 0.8 y_{t-1} & y_{t-1} > 0
    \end{cases} + e_t, \qquad
    y_t = 0.4 y_{t-1} + 0.4 y_{t-1} e_{t-1} + e_t

Logistic map, whose shocks are uniform on ±0.02 so that it stays within (0, 1), and the equation of
Mackey and Glass, without shocks, read every six units of time:

.. math::
    y_t = 3.8 y_{t-1} (1 - y_{t-1}) + e_t, \qquad
    \dot y(t) = \frac{0.2 y(t - 17)}{1 + y(t - 17)^{10}} - 0.1 y(t)

References
----------
Tong (1990), *Non-linear Time Series: A Dynamical System Approach*.
Granger and Andersen (1978), *An Introduction to Bilinear Time Series Models*.
Mackey and Glass (1977), *Oscillation and chaos in physiological control systems*.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from rnnts._types import FloatArray
from rnnts.study.experiments._processes import PROCESSES

_N_FORGOTTEN = 100
_DELAY, _STEPS_PER_UNIT, _SAMPLED_EVERY = 17, 10, 6


@dataclass(frozen=True)
class Path:
    """A simulated series, and the best prediction of each value from those before it.

    The best predictions are not-a-number where they are not known.
    """

    values: FloatArray
    best: FloatArray


Simulator = Callable[[int, np.random.Generator], Path]


def simulate(process: str, n_steps: int, rng: np.random.Generator) -> Path:
    """A path of a nonlinear process, or of one of the linear ones."""
    if process in NONLINEAR:
        return NONLINEAR[process](n_steps, rng)
    linear = PROCESSES[process]
    values = linear.simulate(n_steps + _N_FORGOTTEN, random_state=rng)
    best, _ = linear.to_state_space().run(values)
    return Path(values[_N_FORGOTTEN:], best[_N_FORGOTTEN:])


def _of_one_lag(mean: Callable[[float, float], float], start: float, shocks: FloatArray) -> Path:
    """Values with the mean given the last value and the last shock; the first ones are dropped."""
    values, best = np.empty_like(shocks), np.empty_like(shocks)
    value, before = start, 0.0
    for t, shock in enumerate(shocks.tolist()):
        best[t] = mean(value, before)
        values[t] = value = best[t] + shock
        before = shock
    return Path(values[_N_FORGOTTEN:], best[_N_FORGOTTEN:])


def _setar(n_steps: int, rng: np.random.Generator) -> Path:
    shocks = rng.standard_normal(n_steps + _N_FORGOTTEN)
    return _of_one_lag(lambda y, _: (2.0 if y <= 0 else -2.0) + 0.8 * y, 0.0, shocks)


def _logistic(n_steps: int, rng: np.random.Generator) -> Path:
    shocks = rng.uniform(-0.02, 0.02, n_steps + _N_FORGOTTEN)
    return _of_one_lag(lambda y, _: 3.8 * y * (1 - y), rng.uniform(0.1, 0.9), shocks)


def _bilinear(n_steps: int, rng: np.random.Generator) -> Path:
    shocks = rng.standard_normal(n_steps + _N_FORGOTTEN)
    return _of_one_lag(lambda y, e: 0.4 * y + 0.4 * y * e, 0.0, shocks)


def _mackey_glass(n_steps: int, rng: np.random.Generator) -> Path:
    """Euler steps from a random history, so that paths are independent."""
    n_delayed = _DELAY * _STEPS_PER_UNIT
    n_fine = (n_steps + _N_FORGOTTEN) * _SAMPLED_EVERY * _STEPS_PER_UNIT
    knots = rng.uniform(0.5, 1.3, 6)
    history = np.interp(np.arange(n_delayed + 1), np.linspace(0, n_delayed, len(knots)), knots)
    fine = history.tolist()
    for t in range(n_fine):
        delayed, last = fine[t], fine[-1]
        fine.append(last + (0.2 * delayed / (1 + delayed**10) - 0.1 * last) / _STEPS_PER_UNIT)
    values = np.array(fine[len(history) :])[:: _SAMPLED_EVERY * _STEPS_PER_UNIT][_N_FORGOTTEN:]
    return Path(values, np.full(n_steps, np.nan))


NONLINEAR: Mapping[str, Simulator] = MappingProxyType(
    {
        "SETAR": _setar,
        "logistic map": _logistic,
        "Mackey-Glass": _mackey_glass,
        "bilinear": _bilinear,
    }
)
