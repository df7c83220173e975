"""Measures of whole distributions, in the symbols of `rnnts.metrics`."""

import numpy as np
from numpy.typing import ArrayLike

from rnnts._types import FloatArray
from rnnts._validation import check_squarable
from rnnts.metrics._checks import as_table
from rnnts.metrics._terms import crps_terms


def crps(y_true: ArrayLike, draws: ArrayLike) -> float:
    r"""Continuous ranked probability score of draws, in the unit of y; of one draw, its `mae`.

    .. math::
        \frac{1}{h} \sum_t \Bigl( \frac{1}{D} \sum_d |X_{td} - y_t|
        - \frac{1}{2 D^2} \sum_{d, e} |X_{td} - X_{te}| \Bigr)

    for draws :math:`X_{t1} \dots X_{tD}` of each observation: the integral of
    :math:`(F_t(x) - 1(x \ge y_t))^2` over :math:`x`, where :math:`F_t` is their distribution.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, k)
    draws : array-like of shape (n, n_draws) or (n, k, n_draws)
        Such as ``forecaster.sample_paths(n)``.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the shapes do not fit, an array is empty, not numeric or not finite.

    References
    ----------
    Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and estimation",
    *Journal of the American Statistical Association* 102(477), section 4.2.
    Jordan, Krüger and Lerch (2019), "Evaluating probabilistic forecasts with scoringRules",
    *Journal of Statistical Software* 90(12): the form with sorted draws, which is computed.

    Examples
    --------
    >>> crps([1.0], [[0.0, 4.0]])
    1.0
    """
    y, values = _distributions(y_true, draws, "draws")
    # The d-th of D sorted draws is the quantile at (d - 1/2) / D, and nothing is left out.
    n_draws = values.shape[-1]
    middles = (np.arange(n_draws) + 0.5) / n_draws
    return float(np.mean(crps_terms(y, np.sort(values, axis=-1), middles)))


def crps_of_quantiles(y_true: ArrayLike, quantiles: ArrayLike, probabilities: ArrayLike) -> float:
    r"""Continuous ranked probability score from quantiles, in the unit of y.

    .. math::
        \frac{2}{h} \sum_t \sum_i w_i \max\bigl(\tau_i (y_t - \hat q_{ti}),\;
        (\tau_i - 1) (y_t - \hat q_{ti})\bigr)

    The score is twice the integral of the `pinball` loss over all probabilities; each quantile
    stands for those nearest to its own, a share :math:`w_i` of them.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, k)
    quantiles : array-like of shape (n, n_probabilities) or (n, k, n_probabilities)
        Such as ``forecaster.predict_quantiles(n, probabilities)``.
    probabilities : array-like of shape (n_probabilities,)
        Increasing, between 0 and 1.  The closer together they are, and the closer to both ends,
        the closer is the sum to the integral.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        As for `crps`, or if the probabilities are not increasing between 0 and 1.

    References
    ----------
    Laio and Tamea (2007), "Verification tools for probabilistic forecasts of continuous
    hydrological variables", *Hydrology and Earth System Sciences* 11(4).

    Examples
    --------
    >>> crps_of_quantiles([1.0], [[0.0, 4.0]], [0.25, 0.75])
    1.0
    """
    y, values = _distributions(y_true, quantiles, "quantiles")
    levels = np.asarray(probabilities, dtype=float)
    bounded = np.concatenate([[0.0], levels.ravel(), [1.0]])
    if levels.ndim != 1 or not (np.diff(bounded) > 0).all():
        raise ValueError(
            f"probabilities must increase between 0 and 1, got {probabilities!r}; sort them, and "
            "the quantiles with them"
        )
    if values.shape[-1] != len(levels):
        raise ValueError(
            f"quantiles has {values.shape[-1]} for each observation, but there are {len(levels)} "
            "probabilities; give one quantile for each"
        )
    return float(np.mean(crps_terms(y, values, levels)))


def _distributions(
    y_true: ArrayLike, values: ArrayLike, name: str
) -> tuple[FloatArray, FloatArray]:
    """Observations (n,) or (n, k), and what is said of each along one more axis."""
    shape = np.shape(y_true)
    y, flat = as_table("y_true", y_true), np.asarray(values)
    if flat.ndim != len(shape) + 1 or flat.shape[:-1] != shape:
        raise ValueError(
            f"y_true has shape {shape} but {name} has shape {flat.shape}; give {name} of shape "
            f"({', '.join([*map(str, shape), 'm'])})"
        )
    table = as_table(name, flat.reshape(y.size, -1))
    for what, rows in (("y_true", y.reshape(-1, 1)), (name, table)):
        if not np.isfinite(rows).all():
            raise ValueError(
                f"{what} has NaN or infinite values in {(~np.isfinite(rows)).any(axis=1).sum()} "
                "place(s); score only rows where both are finite"
            )
        check_squarable(rows, what)
    return y.ravel(), table
