r"""Least squares for a theta model: one parameter is searched, the others follow.

Given :math:`\alpha`, the predictions are linear in the first level and in :math:`\omega`, whose
best values have a closed form, bounds :math:`0 \le \omega < 1` (:math:`\theta \ge 1`) included.
What is left is a function of :math:`\alpha` alone.
"""

import numpy as np

from rnnts._types import BoolArray, FloatArray
from rnnts.forecasters._theta_model import ThetaModel, line_shares, lines, smoothed

# Those of the authors' own program, forecTheta; theta = 1e10 there is all of the line, too.
_ALPHA_BOUNDS = 0.1, 0.99
_LARGEST_OMEGA = 1 - 1e-10

# Each look at alpha goes through so many values, the next one between the neighbours of the best:
# after five they lie 2e-6 apart, and the sum of squares is flat.
_N_ALPHAS, _N_LOOKS = 16, 5

# With fewer rows theta is not estimated but 2.
_FEWEST_FOR_THETA = 8

# Below this share of its sum of squares, what the first level leaves of the line is rounding.
_ROUNDING = 1e-14

# Rounds of filling the missing rows and fitting again: after four the variance of the errors of
# five series with a fifth of their rows missing was within 0.2 % of its limit.
_N_FILLINGS = 4


def fit_theta(
    column: FloatArray, *, is_dynamic: bool, is_optimised: bool
) -> tuple[ThetaModel, float]:
    """The theta model of one series, and the variance of its one-step errors.

    Parameters
    ----------
    column : ndarray of shape (n_rows,)
        Differences from the first observed row; NaN is missing.
    is_dynamic : bool
        Whether the line follows the rows.
    is_optimised : bool
        Whether theta is estimated; else it is 2.

    Returns
    -------
    model : ThetaModel
        Of one series.
    sigma2 : float
    """
    is_known = ~np.isnan(column)
    first = int(is_known.argmax())
    column, is_known = column[first:], is_known[first:]
    is_optimised = is_optimised and is_known.sum() >= _FEWEST_FOR_THETA
    # Squares of very large or small numbers would leave the floating-point range.
    size = np.abs(column[is_known]).max() or 1.0
    scaled = column / size
    rows = np.arange(len(column))
    filled = np.interp(rows, rows[is_known], scaled[is_known])
    for _ in range(1 if is_known.all() else _N_FILLINGS):
        model, variance = _fit_filled(filled, is_known, is_dynamic, is_optimised)
        filled = np.where(is_known, scaled, model.read(filled[:, None])[0][:, 0])
    return model.times(size), size**2 * variance


def _fit_filled(
    values: FloatArray, is_known: BoolArray, is_dynamic: bool, is_optimised: bool
) -> tuple[ThetaModel, float]:
    """Model of a series without holes, and the variance of its errors in the observed rows."""
    through = lines(values)
    last = through[0][-1:], through[1][-1:]
    before, counts = last, is_known.astype(float)
    if is_dynamic:
        # Row 1 has no line before it, and its value is 0: all of its prediction, the first level,
        # is error, which so stays near the data however fast it is forgotten.  Before row 2 the
        # line has no slope yet, for which no parameter is to blame.
        before = (np.r_[0.0, through[0][:-1]], np.r_[0.0, through[1][:-1]])
        counts[1:2] = 0.0
    n_read = np.arange(0.0, len(values))

    bounds = _ALPHA_BOUNDS
    for _ in range(_N_LOOKS):
        alphas = np.linspace(*bounds, _N_ALPHAS)
        decay, of_slope = line_shares(alphas[:, None], n_read)
        levels = np.zeros_like(decay)
        for level, alpha in zip(levels, alphas, strict=True):
            level[1:] = smoothed(values[:-1], alpha, 0.0)
        omegas, starts, sums = _least_squares(
            (values - levels) * counts,
            decay * counts,
            (decay * before[0] + of_slope * before[1]) * counts,
            is_optimised,
        )
        best = int(sums.argmin())
        bounds = alphas[max(best - 1, 0)], alphas[min(best + 1, _N_ALPHAS - 1)]
    model = ThetaModel(
        alphas[[best]],
        omegas[[best]],
        starts[[best]],
        first=np.array([values[is_known].mean()]),
        line=None if is_dynamic else last,
    )
    n_free = counts.sum() - (3 if is_optimised else 2)
    return model, float(sums[best] / max(n_free, 1.0))


def _least_squares(
    rest: FloatArray, by_start: FloatArray, by_omega: FloatArray, is_optimised: bool
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Omega, start and sum of squares for each row of the arrays, of shape (n_alphas, n_rows)."""

    def product(left: FloatArray, right: FloatArray) -> FloatArray:
        products: FloatArray = np.einsum("ij,ij->i", left, right)
        return products

    norm = product(by_start, by_start)
    rest_on_start = product(by_start, rest) / norm
    line_on_start = product(by_start, by_omega) / norm
    line_alone = by_omega - line_on_start[:, None] * by_start
    size = product(line_alone, line_alone)
    omega = np.full(len(rest), 0.5)
    if is_optimised:
        is_seen = size > _ROUNDING * product(by_omega, by_omega)
        np.divide(product(line_alone, rest), size, out=omega, where=is_seen)
        omega = omega.clip(0.0, _LARGEST_OMEGA)
    start = rest_on_start - omega * line_on_start
    error = rest - omega[:, None] * by_omega - start[:, None] * by_start
    return omega, start, product(error, error)
