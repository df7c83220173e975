r"""The theta model: a smoothed level, and a share of the straight line through the rows.

.. math::
    \mu_t = \ell_{t-1} + \omega \left[(1 - \alpha)^{t-1} A_{t-1}
        + \frac{1 - (1 - \alpha)^t}{\alpha} B_{t-1}\right], \qquad \omega = 1 - 1 / \theta

    \ell_t = \ell_{t-1} + \alpha (y_t - \ell_{t-1})

:math:`A + B s` is the least-squares line through the rows :math:`s = 1, 2, \dots` In the dynamic
models it is that of the rows read, and follows them by recursive least squares:

.. math::
    r_t = y_t - A_{t-1} - B_{t-1} t, \qquad
    A_t = A_{t-1} - \frac{2}{t} r_t, \quad B_t = B_{t-1} + \frac{6}{t (t + 1)} r_t
    \qquad (A_1 = y_1, B_1 = 0)

In the others it is that of the training rows.  A missing row takes its own prediction, and so does
a future one.  Several series stand side by side, each with parameters of its own, and the clock t
of each starts at its first observed row.

References
----------
Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler (2016), *Models for optimising the theta
method and their relationship to state space models*, International Journal of Forecasting 32.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnnts._types import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class ThetaState:
    """What the rows read leave behind; every part has shape (..., n_series)."""

    n_read: FloatArray
    level: FloatArray
    intercept: FloatArray
    slope: FloatArray


@dataclass(frozen=True, eq=False)
class ThetaModel:
    """Theta models with their parameters, each of shape (n_series,).

    Attributes
    ----------
    alpha : ndarray
        Weight of a row in the level.
    omega : ndarray
        Share of the line, from 0 to 1.
    start : ndarray
        Level before the first row, as the equations above have it.
    first : ndarray
        Prediction of the first row, which has no past to be predicted from.
    line : tuple of (intercept, slope), or None
        The line through the training rows; None where it follows the rows read.
    """

    alpha: FloatArray
    omega: FloatArray
    start: FloatArray
    first: FloatArray
    line: tuple[FloatArray, FloatArray] | None = None

    def take(self, numbers: IntArray) -> "ThetaModel":
        """The models of some of the series."""
        return ThetaModel(
            alpha=self.alpha[numbers],
            omega=self.omega[numbers],
            start=self.start[numbers],
            first=self.first[numbers],
            line=None if self.line is None else (self.line[0][numbers], self.line[1][numbers]),
        )

    def times(self, size: FloatArray) -> "ThetaModel":
        """The same models of series `size` times as large."""
        line = None if self.line is None else (size * self.line[0], size * self.line[1])
        return replace(self, start=size * self.start, first=size * self.first, line=line)

    def begin(self) -> ThetaState:
        """The state before any row."""
        zeros = np.zeros_like(self.alpha)
        intercept, slope = (zeros, zeros) if self.line is None else self.line
        return ThetaState(zeros, self.start, intercept, slope)

    def predict(self, state: ThetaState) -> FloatArray:
        """Prediction of the next row, of shape (..., n_series)."""
        of_intercept, of_slope = self._shares(state.n_read)
        mean = state.level + of_intercept * state.intercept + of_slope * state.slope
        return np.where(state.n_read > 0, mean, self.first)

    def advance(self, state: ThetaState, row: FloatArray) -> ThetaState:
        """The state after one more row of shape (..., n_series), in which NaN is missing."""
        is_missing = np.isnan(row)
        is_begun = (state.n_read > 0) | ~is_missing
        value = np.where(is_missing, self.predict(state), row) if is_missing.any() else row
        of_level, of_intercept, of_slope = self._gains(state.n_read)
        n_read = state.n_read + is_begun
        # Before the first observed row the clock stands, and nothing is learnt.
        level_error = is_begun * (value - state.level)
        line_error = is_begun * (value - state.intercept - n_read * state.slope)
        return ThetaState(
            n_read,
            state.level + of_level * level_error,
            state.intercept + of_intercept * line_error,
            state.slope + of_slope * line_error,
        )

    def read(self, values: FloatArray) -> tuple[FloatArray, ThetaState]:
        """Prediction of each row of (n_rows, n_series), and the state after the last."""
        has_gaps = np.isnan(values).any(axis=0)
        if not has_gaps.any():
            return self._read_complete(values)
        if has_gaps.all():
            return self._read_by_row(values)
        predictions, state = np.empty_like(values), self.begin()
        parts = {name: np.empty(has_gaps.shape) for name in vars(state)}
        for which in (np.flatnonzero(has_gaps), np.flatnonzero(~has_gaps)):
            predictions[:, which], state = self.take(which).read(values[:, which])
            for name, part in vars(state).items():
                parts[name][which] = part
        return predictions, ThetaState(**parts)

    def _read_complete(self, values: FloatArray) -> tuple[FloatArray, ThetaState]:
        counts = np.arange(1.0, len(values) + 1)[:, None]
        levels = smoothed(values, self.alpha, self.start)
        intercepts, slopes = lines(values) if self.line is None else self.line
        start = self.begin()
        before_and_after = [
            np.vstack([part, np.broadcast_to(parts, values.shape)])
            for part, parts in [
                (start.n_read, counts),
                (start.level, levels),
                (start.intercept, intercepts),
                (start.slope, slopes),
            ]
        ]
        predictions = self.predict(ThetaState(*(parts[:-1] for parts in before_and_after)))
        # Copies: views would keep the states after all rows in memory.
        return predictions, ThetaState(*(parts[-1].copy() for parts in before_and_after))

    def _read_by_row(self, values: FloatArray) -> tuple[FloatArray, ThetaState]:
        predictions, state = np.empty_like(values), self.begin()
        for row, prediction in zip(values, predictions, strict=True):
            prediction[:] = self.predict(state)
            state = self.advance(state, row)
        return predictions, state

    def run(self, state: ThetaState, errors: FloatArray) -> FloatArray:
        """Future rows that differ from their predictions by the errors.

        Parameters
        ----------
        errors : ndarray of shape (..., n_steps, n_series)
            Zeros make forecasts.

        Returns
        -------
        ndarray of shape (..., n_steps, n_series)
        """
        rows = np.empty_like(errors)
        for step in range(errors.shape[-2]):
            rows[..., step, :] = self.predict(state) + errors[..., step, :]
            state = self.advance(state, rows[..., step, :])
        return rows

    def forecast_variance(self, n_read: FloatArray, n_steps: int) -> FloatArray:
        r"""Variance of each of the next rows over that of the one-step errors.

        The state :math:`(\ell, A, B)` is linear in the errors, so its covariance follows from its
        own recursion.

        Parameters
        ----------
        n_read : ndarray of shape (n_series,)
            How many rows came before.
        n_steps : int

        Returns
        -------
        ndarray of shape (n_steps, n_series)
        """
        n_series = len(self.alpha)
        variances = np.empty((n_steps, n_series))
        # The series last, along which NumPy is fast.
        covariance = np.zeros((3, 3, n_series))
        zeros, ones = np.zeros(n_series), np.ones(n_series)
        for step in range(n_steps):
            read_out = np.stack([ones, *self._shares(n_read)])
            variances[step] = 1 + np.einsum("in,ijn,jn->n", read_out, covariance, read_out)
            gains = np.stack(self._gains(n_read))
            n_read = n_read + 1
            # What the level and the line each hold against the row, to be corrected by their gains.
            level = np.stack([ones, zeros, zeros])
            line = np.stack([zeros, ones, n_read])
            expected = np.stack([level, line, line])
            transition = np.eye(3)[:, :, None] + gains[:, None] * (read_out - expected)
            covariance = np.einsum("ijn,jkn->ikn", transition, covariance)
            covariance = np.einsum("ikn,lkn->iln", covariance, transition)
            covariance += gains[:, None] * gains
        return variances

    def _shares(self, n_read: FloatArray) -> tuple[FloatArray, FloatArray]:
        """How much of the intercept and of the slope the next prediction contains."""
        of_intercept, of_slope = line_shares(self.alpha, n_read)
        return self.omega * of_intercept, self.omega * of_slope

    def _gains(self, n_read: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """What level, intercept and slope each take of their error against the next row."""
        if self.line is not None:
            nothing = np.zeros_like(self.alpha)
            return self.alpha, nothing, nothing
        t = n_read + 1
        # The first row is the line; with the second, the line goes through both.
        return self.alpha, np.where(t > 1, -2 / t, 1.0), np.where(t > 1, 6 / (t * (t + 1)), 0.0)


def side_by_side(models: Sequence[ThetaModel]) -> ThetaModel:
    """One model of the series of several, which are all dynamic or all not."""
    fixed = [model.line for model in models if model.line is not None]
    line = None
    if fixed:
        intercepts, slopes = zip(*fixed, strict=True)
        line = np.concatenate(intercepts), np.concatenate(slopes)
    return ThetaModel(
        alpha=np.concatenate([model.alpha for model in models]),
        omega=np.concatenate([model.omega for model in models]),
        start=np.concatenate([model.start for model in models]),
        first=np.concatenate([model.first for model in models]),
        line=line,
    )


def line_shares(alpha: float | FloatArray, n_read: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Factors of intercept and slope in the bracket of the prediction after `n_read` rows."""
    decay: FloatArray = (1 - alpha) ** n_read
    return decay, (1 - decay * (1 - alpha)) / alpha


def smoothed(values: FloatArray, alpha: FloatArray, start: FloatArray) -> FloatArray:
    """Level after each row of complete series of shape (n_rows, n_series)."""
    pulls, keep, level = alpha * values, 1 - alpha, start
    levels = np.empty_like(values)
    for row, pull in enumerate(pulls):
        levels[row] = level = keep * level + pull
    return levels


def lines(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Intercept and slope of the least-squares line through the rows up to each.

    Both have the shape of `values`, (n_rows, ...), which must be complete.
    """
    t = np.arange(1.0, len(values) + 1).reshape(-1, *[1] * (values.ndim - 1))
    mean = np.cumsum(values, axis=0) / t
    # Deviations from the mean of the rows before: no digits are lost in long sums of squares.
    deviation = np.zeros_like(values)
    deviation[1:] = t[:-1] * (values[1:] - mean[:-1])
    slope = np.zeros_like(values)
    slope[1:] = 6 * np.cumsum(deviation, axis=0)[1:] / ((t - 1) * t * (t + 1))[1:]
    return mean - slope * (t + 1) / 2, slope
