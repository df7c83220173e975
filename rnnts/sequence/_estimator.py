"""What the estimators of sequences share: reading X, and training a network on examples."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, validate_data

from rnnts._descent import Descent
from rnnts._network import Network
from rnnts._progress import progress
from rnnts._seeds import random_state_of
from rnnts._types import FloatArray
from rnnts._validation import (
    check_between,
    check_choice,
    check_count,
    check_nonnegative,
    check_sizes,
)
from rnnts.cells import CELLS, Params
from rnnts.kernels.descent import EXPLODED, Descendable
from rnnts.kernels.threads import n_threads_of, tiny_products
from rnnts.losses import Loss
from rnnts.sequence._examples import Examples
from rnnts.sequence._sequences import Sequences, is_list_of_sequences, read_cube, read_list
from rnnts.sequence._tokens import one_hot
from rnnts.sequence._trained import Scales, Trained
from rnnts.sequence.models import BothWays, Model, OneWay
from rnnts.solvers import LBFGS, Adam, LevenbergMarquardt, Solution, Solver, solver_of
from rnnts.solvers._early_stopping import EarlyStopping, solve_watched
from rnnts.solvers._reporting import reporting

# Near zero a cross-entropy keeps falling by a share of itself, which no longer changes any answer.
_TOL = 1e-5


class SequenceEstimator(BaseEstimator):
    """A network that reads sequences; subclasses say what it is to answer.

    They keep `_loss`, which trains it, and `_targets_are_numbers`, which are then scaled.
    """

    _targets_are_numbers: bool
    _loss: Loss
    _is_table: bool
    _trained: Trained

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags

    def _read(self, X: Any, *, reset: bool) -> Sequences:
        """Sequences from a table, a cube or a list; those of `fit` tell how many features."""
        if is_list_of_sequences(X):
            sequences, is_table = read_list(X), False
        elif getattr(X, "ndim", 2) == 3:
            cube = check_array(X, allow_nd=True, dtype="numeric", ensure_all_finite=False)
            sequences, is_table = read_cube(cube), False
        else:
            checks = {"dtype": "numeric", "ensure_all_finite": False}
            # Whoever learned from a cube or a list has no columns to compare with.
            has_columns = reset or self._is_table
            table = (
                validate_data(self, X, reset=reset, **checks)
                if has_columns
                else check_array(X, **checks)
            )
            sequences, is_table = read_cube(table[:, :, None]), True
        if reset:
            self._is_table = is_table
            if not is_table:
                self.n_features_in_ = sequences.n_features
                self.__dict__.pop("feature_names_in_", None)
        n_expected = 1 if self._is_table else self.n_features_in_
        if sequences.n_features != n_expected:
            raise ValueError(
                f"X has {sequences.n_features} features at each step, but {type(self).__name__} "
                f"is expecting {n_expected} features, as in fit"
            )
        return sequences if self.n_tokens is None else one_hot(sequences, self.n_tokens)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Learn in here: what fails leaves the estimator as it was."""
        before = self.__dict__.copy()
        try:
            yield
        except BaseException:
            self.__dict__ = before
            raise

    def _check_given(self, y: Any) -> None:
        """Raise where there is no target."""
        if y is None:
            raise ValueError(
                f"{type(self).__name__} requires y to be passed, but the target y is None"
            )

    def _train(self, examples: Examples, class_weights: FloatArray | None = None) -> Self:
        """Train on examples, from fresh weights or, with ``warm_start``, from those at hand."""
        solver = self._solver()
        examples, late = self._split(examples)
        examples = examples.distinct()
        model = self._model_for(examples)
        if self.warm_start and hasattr(self, "_trained") and self._trained.model == model:
            scales, starts = self._trained.scales, [self._trained.params]
        else:
            scales, starts = self._scales_of(examples), self._first_params(model)

        def objective_of(examples: Examples, l2: float) -> Descendable:
            lesson = scales.examples(examples).lesson(class_weights)
            return model.objective(lesson, self._loss, l2, n_threads_of(self.n_jobs))

        def trained_from(params: FloatArray, solver: Solver) -> tuple[float, Solution]:
            if held_out is None:
                solution = solver.solve(objective, params)
                return solution.value, solution
            patience = check_count("n_iter_no_change", self.n_iter_no_change)
            stopping = EarlyStopping(held_out, patience)
            solution = solve_watched(solver, objective, params, stopping)
            return stopping.best_value, solution

        objective = objective_of(examples, check_nonnegative("l2", self.l2))
        held_out = None if late is None else objective_of(late, 0.0)
        n_iter = len(starts) * solver.max_iter
        with (
            tiny_products(),
            progress(n_iter, "iterations", is_shown=self.verbose > 0) as on_iteration,
        ):
            tried = [trained_from(params, reporting(solver, on_iteration)) for params in starts]
        value, solution = min(tried, key=lambda one: np.nan_to_num(one[0], nan=np.inf))
        if not np.isfinite(value):
            raise ValueError(
                f"training found no finite loss ({solution.message}); scale the sequences, or set "
                "another cell or random_state"
            )
        if not solution.converged:
            warnings.warn(solution.message, ConvergenceWarning, stacklevel=3)
        self._trained = Trained(model, scales, solution.params)
        self.loss_curve_, self.loss_ = list(solution.loss_curve), solution.value
        self.n_iter_, self.converged_ = solution.n_iter, solution.converged
        return self

    def _train_on(self, examples: Examples, class_weights: FloatArray | None = None) -> Self:
        """One step of Adam over examples, its moments carried from one call to the next."""
        examples = examples.distinct()
        if hasattr(self, "_trained"):
            earlier, n_iter, curve = self._trained, self.n_iter_, self.loss_curve_
        else:
            model = self._model_for(examples)
            earlier = Trained(model, self._scales_of(examples), self._first_params(model)[0])
            n_iter, curve = 0, []
        lesson = earlier.scales.examples(examples).lesson(class_weights)
        objective = earlier.model.objective(
            lesson, self._loss, check_nonnegative("l2", self.l2), n_threads_of(self.n_jobs)
        )
        solver = self._solver()
        adam = solver if isinstance(solver, Adam) else Adam()
        descent = Descent(
            objective, earlier.params, adam.learning_rate, clip_norm=adam.clip_norm, tol=-np.inf
        )
        if earlier.moments is not None:
            descent.go_on_from(earlier.moments)
        losses = descent.run(1)
        if descent.status == EXPLODED:
            raise ValueError(
                "the loss of these sequences is not finite; the weights are left as they were"
            )
        self._trained = replace(earlier, params=descent.params, moments=descent.moments)
        self.loss_, self.n_iter_ = float(losses[0]), n_iter + 1
        self.loss_curve_ = [*curve, self.loss_]
        return self

    def _first_params(self, model: Model) -> list[FloatArray]:
        """Weights to start from, as many as are asked for."""
        n_init = check_count("n_init", self.n_init)
        seeds = random_state_of(self.random_state).randint(2**31 - 1, size=n_init)
        return [model.init_params(np.random.default_rng(seed)) for seed in seeds]

    def _scales_of(self, examples: Examples) -> Scales:
        """Scales of what is read, unless it is tokens, and of targets that are numbers."""
        read = self.scale if self.n_tokens is None else None
        return Scales.of(examples, read, self.scale if self._targets_are_numbers else None)

    @property
    def weights_(self) -> Params:
        """Named weights of the network, for scaled sequences."""
        if not hasattr(self, "_trained"):
            raise AttributeError(f"{type(self).__name__} has no weights_ before fit")
        return self._trained.model.unpack(self._trained.params)

    def _solver(self) -> Solver:
        solver = solver_of(
            self.solver,
            LBFGS(tol=_TOL),
            max_iter=self.max_iter,
            tol=self.tol,
            clip_norm=self.clip_norm,
        )
        if isinstance(solver, LevenbergMarquardt):
            raise ValueError(
                "solver='lm' trains a linear cell on one series; use 'lbfgs' or 'adam' here"
            )
        return solver

    def _split(self, examples: Examples) -> tuple[Examples, Examples | None]:
        """Examples to learn from, and the last ones, if they are held out."""
        if not self.early_stopping:
            return examples, None
        share = check_between("validation_fraction", self.validation_fraction, 0, 1)
        n = len(examples.weights)
        n_early = n - max(round(share * n), 1)
        early, late = examples.take(slice(n_early)), examples.take(slice(n_early, None))
        if not (n_early and early.weights.any() and late.weights.any()):
            raise ValueError(
                f"validation_fraction={share:g} of {n} sequences leaves nothing to train on, or "
                "nothing to hold out; give more sequences, or set early_stopping=False"
            )
        return early, late

    def _model_for(self, examples: Examples) -> Model:
        """The network asked for, with the inputs and outputs that the examples have."""
        check_choice("cell", self.cell, CELLS)
        network = Network(
            CELLS[self.cell],
            n_inputs=examples.sequences.n_features,
            hidden_size=check_sizes("hidden_size", self.hidden_size),
            n_outputs=examples.targets.shape[-1],
            every_step=examples.has_steps,
            skip=bool(self.skip),
        )
        return BothWays(network) if self.bidirectional else OneWay(network)
