r"""Levenberg-Marquardt for the linear cell, in companion form.

A linear network of n units with one input and one output is a ratio of polynomials in the lag
operator, so 2n + 1 numbers say all that its n² + 2n + 1 weights can:

.. math::
    \hat y_t = b + \frac{k_1 + \dots + k_n L^{n-1}}{1 + \theta_1 L + \dots + \theta_n L^n} x_t
             = b + \sum_j k_j w_{t-j+1}, \qquad w = x / \theta(L)

The slopes of the residuals need one more filter: :math:`\partial e_t / \partial \theta_j = s_{t-j}`
with :math:`s = (\hat y - b) / \theta(L)`.  Given :math:`\theta`, the rest is least squares
(variable projection; Golub and Pereyra, 1973).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import lfilter

from rnnts._least_squares import BLOCK_ROWS, triangle
from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts._validation import check_count, check_positive
from rnnts.cells import CELLS
from rnnts.kernels.descent import Descendable
from rnnts.linear._polynomial import step_down, step_up
from rnnts.losses import LOSSES
from rnnts.solvers._base import Solution, Watch

# Slopes are larger than what they are slopes of, and are squared and added up.
_LARGEST = 1e140


class _Point(NamedTuple):
    theta: FloatArray
    gain: FloatArray  # k_1 .. k_n, then b


@dataclass(frozen=True)
class LevenbergMarquardt:
    r"""Damped Gauss-Newton with an analytic Jacobian, from several starts.

    It trains ``cell="linear"`` with ``loss="squared_error"`` and no l2, on one series.  The starts
    are the network's own weights, the regression of Hannan and Rissanen, and `n_starts` random
    ones.

    Parameters
    ----------
    max_iter : int
        For each start.
    tol : float
        Stop when two iterations in a row lower the sum of squares by less than this share of it.
    pacf_bound : float
        No partial autocorrelation of :math:`1 / \theta(L)` may exceed it: an over-specified
        model otherwise puts nearly cancelling roots next to the unit circle and forecasts worse.
        Exponential smoothing with a small weight, and seasonal moving averages near the unit
        circle, need it closer to one.
    n_starts : int
    random_state : int

    References
    ----------
    Marquardt (1963), *An Algorithm for Least-Squares Estimation of Nonlinear Parameters*.
    Hannan and Rissanen (1982), *Recursive estimation of mixed autoregressive-moving average
    order*.

    Examples
    --------
    >>> from rnnts import RNNForecaster, datasets
    >>> from rnnts.solvers import LevenbergMarquardt
    >>> model = RNNForecaster("linear", 2, solver=LevenbergMarquardt(n_starts=8))
    >>> model.fit(datasets.load("sunspots")).to_arma().ar.round(2)
    array([ 1.45, -0.75])
    """

    max_iter: int = 500
    tol: float = 1e-9
    pacf_bound: float = 0.95
    n_starts: int = 4
    random_state: int = 0

    def __post_init__(self) -> None:
        check_count("max_iter", self.max_iter)
        check_count("n_starts", self.n_starts, 0)
        check_positive("tol", self.tol)
        if not 0 < self.pacf_bound < 1:
            raise ValueError(f"pacf_bound must lie between 0 and 1, got {self.pacf_bound}")

    def solve(
        self, objective: Descendable, params: FloatArray, watch: Watch | None = None
    ) -> Solution:
        """Minimise `objective`, starting at `params` and elsewhere; the best end is returned.

        Parameters
        ----------
        objective : Objective
            Squared errors of one layer of linear units on one series.
        params : ndarray of shape (n_params,)
            Where to start; it also starts elsewhere.
        watch : None
            There are too few iterations to look at.

        Returns
        -------
        Solution

        Raises
        ------
        ValueError
            If the objective is another one, or there is a watch.
        """
        if not isinstance(objective, Objective):
            raise ValueError(
                f"solver='lm' needs the loss of one network, got {type(objective).__name__}; use "
                "solver='lbfgs'"
            )
        if watch is not None:
            raise ValueError(
                "solver='lm' takes a handful of iterations from several starts, among which "
                "early_stopping makes no sense; use solver='lbfgs' or 'adam'"
            )
        fit = _RationalFit(*_single_series(objective))
        largest = max(np.abs(fit.x).max(), np.abs(fit.y).max())
        if largest > _LARGEST:
            value, _ = objective.value_and_gradient(params)
            message = f"the rows reach {largest:.3g}, which is too much to square; scale the series"
            return Solution(params, value, False, message, (value,))
        n_units = objective.network.state_size
        recurrence = objective.network.unpack(params)["w_hidden"]
        rng = np.random.default_rng(self.random_state)
        starts = [np.real(np.poly(recurrence))[1:], fit.hannan_rissanen(n_units)]
        bound = self.pacf_bound
        starts += [step_up(rng.uniform(-bound, bound, n_units)) for _ in range(self.n_starts)]

        runs = [self._descend(fit, self._bounded(theta)) for theta in starts]
        point, curve, converged = min(runs, key=lambda run: run[1][-1])
        message = (
            "the sum of squares no longer falls"
            if converged
            else f"lm stopped at max_iter={self.max_iter}; raise max_iter"
        )
        weights = _companion_weights(objective, point)
        value, _ = objective.value_and_gradient(weights)
        total = 2 * float(fit.roots @ fit.roots)
        return Solution(
            weights, value, converged, message, tuple(float(sse) / total for sse in curve)
        )

    def _bounded(self, theta: FloatArray) -> FloatArray:
        """Shrink the roots of `theta` until every partial autocorrelation is within the bound."""
        powers = np.arange(1, len(theta) + 1)
        while not self._is_admissible(theta):
            theta = theta * 0.95**powers
        return theta

    def _is_admissible(self, theta: FloatArray) -> bool:
        return bool(np.abs(step_down(theta)).max() < self.pacf_bound)

    def _descend(self, fit: "_RationalFit", theta: FloatArray) -> tuple[_Point, list[float], bool]:
        point = fit.project(theta)
        n_units = len(theta)
        error, slopes = fit.linearise(point)
        sse, damping, n_small = float(error @ error), 1e-3, 0
        curve = [sse]
        for _ in range(self.max_iter):
            gram, downhill = slopes @ slopes.T, -(slopes @ error)
            while True:
                curvature = gram + np.diag(damping * np.diag(gram) + 1e-12)
                step = np.linalg.solve(curvature, downhill)
                trial = _Point(point.theta + step[:n_units], point.gain + step[n_units:])
                if self._is_admissible(trial.theta):
                    trial_error, trial_slopes = fit.linearise(trial)
                    trial_sse = float(trial_error @ trial_error)
                    if trial_sse < sse:
                        break
                damping *= 4
                if downhill @ step < self.tol * sse or damping > 1e10:
                    return point, curve, True
            n_small = n_small + 1 if sse - trial_sse < self.tol * sse else 0
            point, error, slopes, sse = trial, trial_error, trial_slopes, trial_sse
            damping = max(damping / 10, 1e-9)
            curve.append(sse)
            if n_small == 2:
                return point, curve, True
        return point, curve, False


class _RationalFit:
    """Least squares of y on rational filters of x; `roots` are those of the steps' weights."""

    def __init__(self, x: FloatArray, y: FloatArray, roots: FloatArray) -> None:
        self.x, self.y, self.roots = x, y, roots

    def linearise(self, point: _Point) -> tuple[FloatArray, FloatArray]:
        """Residuals, and their slopes on θ, k and b, one row each."""
        n_units = len(point.theta)
        slopes = np.empty((2 * n_units + 1, len(self.x)))
        np.negative(_lags(_divide(self.x, point.theta), n_units), out=slopes[n_units:-1])
        output = -(point.gain[:-1] @ slopes[n_units:-1])
        slopes[:n_units] = _lags(_divide(output, point.theta), n_units, first=1)
        slopes[-1] = -1.0
        error = self.y - output - point.gain[-1]
        slopes *= self.roots
        return self.roots * error, slopes

    def project(self, theta: FloatArray) -> _Point:
        """The best k and b for these poles."""
        return _Point(theta, self._regress([_lags(_divide(self.x, theta), len(theta))])[0])

    def hannan_rissanen(self, n_units: int) -> FloatArray:
        """θ by regression on lags of x and of the residuals of a long autoregression."""
        n_scored = int(np.count_nonzero(self.roots))
        n_long = min(max(2 * n_units, int(5 * np.log10(n_scored))), max(n_scored // 6, 1))
        _, residual = self._regress([_lags(self.x, n_long)])
        residual[self.roots == 0] = 0.0
        regressors = [_lags(self.x, n_units), _lags(residual, n_units, first=1)]
        return self._regress(regressors)[0][n_units:-1]

    def _regress(self, regressors: list[FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Coefficients on the rows of all regressors and a constant; residuals of all steps."""
        spans = [slice(start, start + BLOCK_ROWS) for start in range(0, len(self.x), BLOCK_ROWS)]

        def design(span: slice) -> FloatArray:
            rows = [each[:, span] for each in regressors]
            return np.vstack([*rows, np.ones_like(rows[0][:1])])

        r = triangle(
            (self.roots[span] * np.vstack([design(span), self.y[span]])).T for span in spans
        )
        least = np.finfo(float).eps * len(self.x)
        solution = np.linalg.lstsq(r[:, :-1], r[:, -1], rcond=least)
        coefficients = np.asarray(solution[0], dtype=float)
        fitted = np.concatenate([coefficients @ design(span) for span in spans])
        return coefficients, self.y - fitted


def _divide(values: FloatArray, theta: FloatArray) -> FloatArray:
    """Values over θ(L), from a start at rest."""
    filtered: FloatArray = lfilter([1.0], np.concatenate([[1.0], theta]), values)
    return filtered


def _lags(values: FloatArray, n_lags: int, first: int = 0) -> FloatArray:
    """Rows ``values[t - first]``, ``values[t - first - 1]``, ...; zero before the first step.

    A view: many lags of a long series need no more memory than it.
    """
    padded = np.concatenate([np.zeros(first + n_lags - 1), values])
    return sliding_window_view(padded, len(values))[n_lags - 1 :: -1]


def _single_series(objective: Objective) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Input, target, zero where it does not count, and the root of its weight."""
    network = objective.network
    fits = (
        network.cell == CELLS["linear"]
        and network.dilations == (1,)
        and objective.loss == LOSSES["squared_error"]
        and objective.x.shape[1:] == (1, 1)
        and network.n_outputs == 1
        and network.every_step
        and not network.skip
        and not objective.l2
        and objective.lengths is None
        and objective.start is None
        and not objective.truncation
    )
    if not fits:
        raise ValueError(
            "solver='lm' needs the linear cell in one layer without dilation, squared_error, and "
            "one series without further inputs (no exogenous columns, input_size=1, no skip), l2, "
            f"lengths, start or truncation, got {network} on x of shape {objective.x.shape}, "
            f"l2={objective.l2}; use solver='lbfgs'"
        )
    x, y = objective.x[:, 0, 0], objective.y[:, 0, 0]
    weights = np.ones(y.shape) if objective.weights is None else objective.weights.reshape(y.shape)
    roots = np.sqrt(np.where(np.arange(len(y)) < objective.n_warmup, 0.0, weights))
    return x, np.where(roots > 0, y, 0.0), roots


def _companion_weights(objective: Objective, point: _Point) -> FloatArray:
    """The network whose recurrence is the companion matrix of θ."""
    network = objective.network
    weights = np.zeros(network.n_params)
    views = network.unpack(weights)
    n_units = len(point.theta)
    views["w_hidden"][0] = -point.theta
    views["w_hidden"][1:, :-1] += np.eye(n_units - 1)
    views["w_input"][0] = point.gain[:-1]
    views["w_output"][0] = 1.0
    views["b_output"][:] = point.gain[-1]
    return weights
