"""Least squares for theta models: see :mod:`rnnts.kernels.theta` for the search itself."""

import numpy as np

from rnnts._types import BoolArray, FloatArray, IntArray
from rnnts.forecasters._theta_model import ThetaModel, lines, side_by_side
from rnnts.kernels.theta import new_memory, search
from rnnts.kernels.threads import in_threads, n_threads_of
from rnnts.transforms import _columns
from rnnts.transforms._decomposition import interpolated

# With fewer rows theta is not estimated but 2.
_FEWEST_FOR_THETA = 8

# Rounds of filling the missing rows and fitting again: after four the variance of the errors of
# five series with a fifth of their rows missing was within 0.2 % of its limit.
_N_FILLINGS = 4

# So many are fitted at a time, by one thread: their arrays stay in the cache of a core.
_SERIES_AT_ONCE = 256


def fit_theta(
    values: FloatArray, *, is_dynamic: bool, is_optimised: bool
) -> tuple[ThetaModel, FloatArray]:
    """Theta models of series side by side, and the variances of their one-step errors.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_series)
        Differences from the first observed row of each; NaN is missing.
    is_dynamic : bool
        Whether the line follows the rows.
    is_optimised : bool
        Whether theta is estimated; else it is 2.

    Returns
    -------
    model : ThetaModel
    sigma2 : ndarray of shape (n_series,)
    """
    is_known = ~np.isnan(values)
    has_gaps = (np.diff(is_known.astype(int), axis=0) < 0).any(axis=0) | ~is_known[-1]
    # Those with gaps together, for which there is more to do.
    order = np.argsort(has_gaps, kind="stable")
    blocks = np.split(order, range(_SERIES_AT_ONCE, len(order), _SERIES_AT_ONCE))
    fitted: list[tuple[ThetaModel, FloatArray]] = [None] * len(blocks)  # type: ignore[list-item]

    def fit(start: int, stop: int) -> None:
        for number in range(start, stop):
            block = blocks[number]
            n_rounds = _N_FILLINGS if has_gaps[block].any() else 1
            fitted[number] = _fit_block(values[:, block], n_rounds, is_dynamic, is_optimised)

    in_threads(fit, len(blocks), n_threads_of(None) if len(blocks) > 1 else 1)
    models, variances = zip(*fitted, strict=True)
    place = np.argsort(order)
    return side_by_side(models).take(place), np.concatenate(variances)[place]


def _fit_block(
    values: FloatArray, n_rounds: int, is_dynamic: bool, is_optimised: bool
) -> tuple[ThetaModel, FloatArray]:
    """The same, of series whose missing rows are filled and fitted in so many rounds."""
    # Squares of very large or small numbers would leave the floating-point range.
    size = np.nanmax(np.abs(values), axis=0)
    size = np.where(size > 0, size, 1.0)
    # Every series is moved up to begin with its first observed row; rows after its last are void.
    rows = np.arange(len(values))[:, None] + (~np.isnan(values)).argmax(axis=0)
    n_rows = len(values) - rows[0]
    scaled = np.take_along_axis(values / size, np.minimum(rows, len(values) - 1), axis=0)
    is_known = ~np.isnan(scaled) & (rows < len(values))
    filled = interpolated(np.where(is_known, scaled, np.nan))
    for _ in range(n_rounds):
        model, variances = _fit_filled(filled, is_known, n_rows, is_dynamic, is_optimised)
        filled = np.where(is_known, scaled, model.read(filled)[0])
    return model.times(size), size**2 * variances


def _fit_filled(
    values: FloatArray, is_known: BoolArray, n_rows: IntArray, is_dynamic: bool, is_optimised: bool
) -> tuple[ThetaModel, FloatArray]:
    """Models of series without holes, and the variances of the errors in observed rows."""
    through = lines(values)
    last = tuple(np.take_along_axis(part, n_rows[None] - 1, axis=0)[0] for part in through)
    counts = is_known.astype(float)
    before = [np.broadcast_to(part, values.shape) for part in last]
    if is_dynamic:
        # Row 1 has no line before it, and its value is 0: all of its prediction, the first level,
        # is error, which so stays near the data however fast it is forgotten.  Before row 2 the
        # line has no slope yet, for which no parameter is to blame.
        before = [np.vstack([np.zeros_like(part[:1]), part[:-1]]) for part in through]
        counts[1:2] = 0.0
    estimates_theta = is_optimised & (is_known.sum(axis=0) >= _FEWEST_FOR_THETA)
    found = np.empty((values.shape[1], 4))
    by_series = [np.ascontiguousarray(part.T) for part in (values, *before, counts)]
    search(*by_series, estimates_theta, new_memory(len(values)), found)
    alpha, omega, start, squares = np.ascontiguousarray(found.T)
    first = _columns.mean(np.where(is_known, values, np.nan))
    model = ThetaModel(alpha, omega, start, first, line=None if is_dynamic else last)
    n_free = counts.sum(axis=0) - np.where(estimates_theta, 3, 2)
    return model, squares / np.maximum(n_free, 1.0)
