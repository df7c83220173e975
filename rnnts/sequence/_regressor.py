"""Sequences in, numbers out."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import Tags
from sklearn.utils.validation import check_array, check_is_fitted

from rnnts._types import FloatArray
from rnnts._validation import check_count, check_squarable
from rnnts.losses import LOSSES, Loss, fused, loss_of
from rnnts.sequence._estimator import SequenceEstimator
from rnnts.sequence._examples import Examples, weights_of
from rnnts.sequence._generation import run_on
from rnnts.sequence._sequences import Sequences
from rnnts.sequence._steps import check_length, given_back, in_steps, shape_of, steps_of
from rnnts.solvers import Solver

_LOSSES = {name: LOSSES[name] for name in ("squared_error", "absolute_error", "huber")}


class RNNRegressor(RegressorMixin, SequenceEstimator):
    r"""A recurrent network that answers a sequence with numbers: one answer, or one at every step.

    Parameters
    ----------
    cell : str
        The recurrence: "linear", "tanh", "sigmoid", "relu", "gru" or "lstm".
    hidden_size : int or tuple of int
        Hidden units; a tuple stacks layers.
    bidirectional : bool
        Read each sequence from both its ends, by a network each, and add what they say.
    skip : bool
        Add a linear map from the input to the output.
    n_tokens : int, optional
        X holds tokens, whole numbers below this one; each has an embedding of its own, its row of
        the input weights.
    loss : str or Loss
        "squared_error", "absolute_error", "huber", or an object such as ``Huber(delta=2.0)`` or
        ``Pinball((0.9,))``.
    solver : str or Solver
        "lbfgs", "adam", or an object such as ``Adam(learning_rate=1e-3)``; all take whole batches.
        "auto" is "lbfgs" with a `tol` of 1e-5.
    max_iter : int, optional
        Iterations of the solver, instead of its own default.
    tol : float, optional
        Relative decrease of the loss below which the solver stops, instead of its own default.
    l2 : float
        Penalty on the squared weights; biases are free.
    clip_norm : float, optional
        What the norm of a gradient is cut down to (Adam only), instead of its own default.
    n_init : int
        Random starts; the best of the networks trained from them is kept.
    early_stopping : bool
        Keep the weights that were best on the last sequences, which are not trained on then.
    validation_fraction : float
        Share of these sequences.
    n_iter_no_change : int
        Iterations without improvement after which early stopping stops.
    warm_start : bool
        Let `fit` go on from the weights of the fit before, in its scales.
    scale : "standard" or None
        Whether numbers that are read and predicted are scaled by mean and standard deviation.
    random_state : int, RandomState or None
        Draws the starting weights.
    n_jobs : int, optional
        Threads that train the network, as in joblib; the result does not depend on them.
    verbose : int
        With 1, a progress bar over iterations on a terminal and in notebooks.

    Attributes
    ----------
    weights_ : dict of ndarray
        Named weights of the network, for scaled sequences.
    loss_, loss_curve_ : float, list of float
        The loss at the end, and after each iteration.
    n_iter_ : int
    converged_ : bool
        Whether the solver's own criterion was met.
    n_features_in_ : int
        Numbers at each step; of a table its columns, the steps.
    feature_names_in_ : ndarray of str
        Of a frame.

    See Also
    --------
    RNNClassifier : Classes in the place of numbers.
    RNNTranslator : Answers of a length of their own.
    RNNForecaster : One series, and what comes next.

    Notes
    -----
    X is a table (n_sequences, n_steps), whose rows are sequences of numbers; a cube (n_sequences,
    n_steps, n_features); or a list of arrays (n_steps,) or (n_steps, n_features) of any length.

    y has one target for each sequence, (n_sequences,) or (n_sequences, n_outputs); or, with a time
    axis, one for each step: (n_sequences, n_steps, n_outputs), (n_sequences, n_steps) for a cube,
    or a list of arrays (n_steps,) or (n_steps, n_outputs) for a list.  What is predicted has the
    form of y.

    Identical examples are computed once and counted as often as they occur, so that a
    `sample_weight` of two is two examples to the bit, and the order of examples is of no matter.

    Memory: at the most seven copies of the numbers of X in float64, what each thread remembers of
    the 32 sequences of T steps that it reads at a time, 256 T (g H + 24) bytes where g is 1, for
    "gru" 5 and for "lstm" 7, and 50 numbers for each weight.  Predicting takes three copies, and
    twice the last states, H numbers for each sequence and 2 H for "lstm".

    Examples
    --------
    The sum of what was read so far, which a table of sequences has one target for, and a list of
    them one at every step:

    >>> import numpy as np
    >>> from rnnts import RNNRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = rng.standard_normal((200, 10))
    >>> model = RNNRegressor("linear", hidden_size=2, l2=0.0).fit(X, X.sum(axis=1))
    >>> bool(np.allclose(model.predict([[1.0] * 10]), 10.0, atol=0.01))
    True
    >>> X = [rng.standard_normal(n) for n in (3, 8, 5, 13)]
    >>> every_step = RNNRegressor("linear", hidden_size=2).fit(X, [x.cumsum() for x in X])
    >>> [len(sums) for sums in every_step.predict(X)]
    [3, 8, 5, 13]
    """

    _targets_are_numbers = True

    def __init__(
        self,
        cell: str = "tanh",
        hidden_size: int | tuple[int, ...] = 16,
        *,
        bidirectional: bool = False,
        skip: bool = False,
        n_tokens: int | None = None,
        loss: str | Loss = "squared_error",
        solver: str | Solver = "auto",
        max_iter: int | None = None,
        tol: float | None = None,
        l2: float = 1e-4,
        clip_norm: float | None = None,
        n_init: int = 1,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 20,
        warm_start: bool = False,
        scale: str | None = "standard",
        random_state: Any = 0,
        n_jobs: int | None = None,
        verbose: int = 0,
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.bidirectional = bidirectional
        self.skip = skip
        self.n_tokens = n_tokens
        self.loss = loss
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.l2 = l2
        self.clip_norm = clip_norm
        self.n_init = n_init
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.scale = scale
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.verbose = verbose

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from sequences and their targets.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences; see Notes of the class.
        y : array-like or list
            Targets.
        sample_weight : array-like of shape (n_sequences,), optional
            How much each sequence counts.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a sequence is empty or not finite, a token out of range, the features differ, or the
            time axis of y is not that of X.
        """
        with self._all_or_nothing():
            return self._train(self._numbers(X, y, sample_weight, reset=True))

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Take one step of Adam over these sequences; the first ones also tell the scales.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.

        Returns
        -------
        self
        """
        reset = not hasattr(self, "_trained")
        with self._all_or_nothing():
            return self._train_on(self._numbers(X, y, sample_weight, reset=reset))

    def predict(self, X: Any) -> NDArray[Any] | list[NDArray[Any]]:
        """Answer sequences, in the form of the targets of `fit`.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences of any length.  A table has the columns of that of `fit`.

        Returns
        -------
        ndarray or list of ndarray
            Of shape (n_sequences,) or (n_sequences, n_outputs); with a time axis
            (n_sequences, n_steps) or (n_sequences, n_steps, n_outputs), and for a list of
            sequences a list.
        """
        check_is_fitted(self)
        sequences = self._read(X, reset=False)
        outputs = self._trained.outputs(sequences)
        outputs = outputs[..., 0] if self._has_one_output else outputs
        return given_back(outputs, sequences) if self._has_steps else outputs

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Share of the variance that is predicted, R²; with a time axis over all steps.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If there is only one target, which has no variance, besides the errors of `fit`.
        """
        check_is_fitted(self)
        if not self._has_steps:
            _check_varied(len(X))
            return float(super().score(X, y, sample_weight))
        sequences = self._read(X, reset=False)
        targets = self._targets(y, sequences)
        _check_varied(len(targets))
        weights = sequences.by_step(weights_of(sample_weight, sequences))
        outputs = self._trained.outputs(sequences)[sequences.there]
        return float(r2_score(targets, outputs, sample_weight=weights))

    def generate(self, start: Any, n_steps: int) -> FloatArray:
        """Go on from a sequence, reading each answer as the next step.

        Parameters
        ----------
        start : array-like of shape (n_start,) or (n_start, n_features)
            What is read first.  The network must answer with as many numbers as it reads.
        n_steps : int

        Returns
        -------
        ndarray of shape (n_steps,) or (n_steps, n_features)

        Raises
        ------
        ValueError
            If it answers with another number of features than it reads, or reads tokens.
        OverflowError
            If a row is no longer one of numbers.

        Examples
        --------
        An oscillation, continued:

        >>> import numpy as np
        >>> from rnnts import RNNRegressor
        >>> wave = np.sin(0.5 * np.arange(80))
        >>> model = RNNRegressor(hidden_size=8, l2=0.0, tol=1e-9).fit([wave[:60]], [wave[1:61]])
        >>> bool(np.allclose(model.generate(wave[:70], 10), wave[70:], atol=0.05))
        True
        """
        check_is_fitted(self)
        check_count("n_steps", n_steps)
        first = np.asarray(start, float)
        sequences = self._read([first.reshape(len(first), -1)], reset=False)
        n_inputs, n_outputs = sequences.n_features, self._trained.n_outputs
        if self.n_tokens is not None or n_inputs != n_outputs:
            raise ValueError(
                f"generate reads each answer as the next step, but this network reads {n_inputs} "
                f"numbers and answers with {n_outputs}; fit it on y of the same features as X"
            )
        rows = run_on(self._trained, sequences, lambda outputs: outputs, n_steps)
        return rows[:, 0] if first.ndim == 1 else rows

    def _numbers(self, X: Any, y: Any, sample_weight: Any, *, reset: bool) -> Examples:
        """Examples, whose form is kept."""
        self._check_given(y)
        self._loss = self._chosen_loss()
        sequences = self._read(X, reset=reset)
        if reset:
            self._has_steps = self._is_every_step(y, sequences)
        targets = self._targets(y, sequences)
        if reset:
            self._has_one_output = targets.ndim == 1
        targets = targets.reshape(len(targets), -1)
        targets = in_steps(targets, sequences) if self._has_steps else targets
        if not reset and targets.shape[-1] != self._trained.n_outputs:
            raise ValueError(
                f"y needs {self._trained.n_outputs} outputs, as before, got {targets.shape[-1]}"
            )
        return Examples(sequences, targets, weights_of(sample_weight, sequences))

    def _chosen_loss(self) -> Loss:
        loss = loss_of(self.loss, _LOSSES)
        if getattr(loss, "n_per_target", 1) != 1 or fused(loss, 1) is None:
            raise ValueError(
                f"loss must be {', '.join(_LOSSES)}, or a loss of rnnts.losses with one output for "
                f"each target, got {loss!r}"
            )
        return loss

    def _is_every_step(self, y: Any, sequences: Sequences) -> bool:
        """Whether y has a time axis."""
        if sequences.lengths is not None:
            return isinstance(y, list | tuple) and shape_of(y[0]) != ()
        shape, n_steps = shape_of(y), len(sequences.values)
        if shape is None:
            # These can only be steps; which of the rows lacks one, `steps_of` says.
            return True
        if self._is_table:
            return getattr(y, "ndim", 0) == 3
        return len(shape) == 3 or (len(shape) == 2 and shape[1] == n_steps > 1)

    def _targets(self, y: Any, sequences: Sequences) -> FloatArray:
        """Numbers of each sequence, or step after step: (n,) or (n, n_outputs)."""
        flat = steps_of(y, sequences) if self._has_steps else y
        # scikit-learn adds up what it checks, infinities of both signs too, and then says so.
        with np.errstate(invalid="ignore"):
            checked = check_array(
                flat, ensure_2d=False, allow_nd=True, dtype="numeric", input_name="y"
            )
        if not self._has_steps:
            check_length(checked, sequences)
        if checked.ndim > 2:
            raise ValueError(
                "y must have shape (n_sequences,) or (n_sequences, n_outputs), or a time axis like "
                f"that of X, got {np.shape(y)}"
            )
        targets: FloatArray = checked.astype(float)
        check_squarable(targets, "y")
        return targets


def _check_varied(n_targets: int) -> None:
    if n_targets < 2:
        raise ValueError(
            f"R² is a share of the variance of y and needs at least 2 targets, got {n_targets}; "
            "give more sequences, or compare predict(X) with y"
        )
