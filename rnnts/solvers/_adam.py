r"""First-order solver with a step size per parameter.

.. math::
    m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad
    v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
    w \leftarrow w - \eta \, \hat m / (\sqrt{\hat v} + \epsilon)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnnts._descent import Descent
from rnnts._types import FloatArray
from rnnts._validation import check_choice, check_count, check_positive
from rnnts.kernels.descent import EXPLODED, GOING, STALLED, Descendable
from rnnts.solvers._base import Solution, Watch

SCHEDULES = ["constant", "cosine"]
_AT_ONCE, _WATCHED = 50, 10


@dataclass(frozen=True)
class Adam:
    """Adam on the full batch, with the gradient's norm clipped.

    Parameters
    ----------
    learning_rate : float
    max_iter : int
    tol : float
        Stop after `n_iter_no_change` iterations none of which lowered the best loss by more than
        this share of it.
    n_iter_no_change : int
    clip_norm : float
        A longer gradient is shortened to this Euclidean length.
    schedule : "constant" or "cosine"
        "cosine" lowers the learning rate to zero over `max_iter` iterations, so that training ends
        there by design.
    beta_1, beta_2, epsilon : float

    References
    ----------
    Kingma and Ba (2015), *Adam: A Method for Stochastic Optimization*.
    Loshchilov and Hutter (2017), *SGDR: Stochastic Gradient Descent with Warm Restarts*.

    Examples
    --------
    >>> from rnnts import RNNForecaster, datasets
    >>> from rnnts.solvers import Adam
    >>> solver = Adam(learning_rate=0.02, max_iter=100, schedule="cosine")
    >>> RNNForecaster(solver=solver).fit(datasets.load("nile")).n_iter_
    100
    """

    learning_rate: float = 1e-2
    max_iter: int = 2000
    tol: float = 1e-6
    n_iter_no_change: int = 50
    clip_norm: float = 1.0
    schedule: str = "constant"
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        check_count("max_iter", self.max_iter)
        check_count("n_iter_no_change", self.n_iter_no_change)
        check_positive("learning_rate", self.learning_rate)
        check_positive("tol", self.tol)
        check_positive("clip_norm", self.clip_norm)
        check_positive("epsilon", self.epsilon)
        check_choice("schedule", self.schedule, SCHEDULES)

    def solve(
        self, objective: Descendable, params: FloatArray, watch: Watch | None = None
    ) -> Solution:
        """Minimise `objective`, starting at `params`; the best point seen is returned.

        Parameters
        ----------
        objective : Descendable
            Has a method ``value_and_gradient(params)`` and a number of threads, `n_threads`.
        params : ndarray of shape (n_params,)
            Where to start.
        watch : callable, optional
            Called now and then with the number of iterations and the weights; says whether to stop.

        Returns
        -------
        Solution
        """
        descent = Descent(
            objective,
            params,
            self.learning_rate,
            (self.beta_1, self.beta_2),
            self.epsilon,
            self.clip_norm,
            self.tol,
            self.n_iter_no_change,
        )
        losses: list[float] = []
        is_told = False
        n_at_once = _AT_ONCE if watch is None else _WATCHED
        while descent.status == GOING and len(losses) < self.max_iter and not is_told:
            # Now and then back from the kernel, where nobody can interrupt it.
            next_rates = self.rates(len(losses), len(losses) + n_at_once)
            losses.extend(descent.run(len(next_rates), next_rates))
            is_told = watch is not None and watch(len(losses), descent.params)
        curve = np.minimum.accumulate(np.nan_to_num(losses, nan=np.inf, posinf=np.inf))
        is_done, message = self._ending(descent.status, losses, is_told)
        return Solution(
            descent.best_params,
            descent.best_loss,
            is_done,
            message,
            tuple(curve.tolist()),
        )

    def _ending(self, status: int, losses: Sequence[float], is_told: bool) -> tuple[bool, str]:
        """Whether it got where it was going, and in words why it stopped."""
        if status == EXPLODED:
            return False, "the loss exploded; lower learning_rate"
        if len(losses) > 1 and min(losses[1:]) > losses[0]:
            return False, (
                f"no step of adam lowered the loss, so the weights are those that it began with; "
                f"lower learning_rate={self.learning_rate:g}, unless they were trained before"
            )
        if is_told:
            return True, "it was told to stop"
        if status == STALLED:
            return True, "the loss no longer falls"
        if self.schedule == "cosine":
            return True, "the learning rate has come down to zero"
        return False, (
            f"adam stopped at max_iter={self.max_iter} while the loss was still falling; raise "
            "max_iter or learning_rate"
        )

    def rates(self, start: int = 0, stop: int | None = None) -> FloatArray:
        """Learning rate of each iteration, or of those from `start` to before `stop`.

        Parameters
        ----------
        start, stop : int, optional

        Returns
        -------
        ndarray of shape (max_iter,), or (min(stop, max_iter) - start,)
        """
        steps = np.arange(start, self.max_iter if stop is None else min(stop, self.max_iter))
        rates = np.full(len(steps), self.learning_rate)
        if self.schedule == "cosine":
            rates *= 0.5 * (1 + np.cos(np.pi * steps / self.max_iter))
        return rates
