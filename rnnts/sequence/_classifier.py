"""Sequences in, classes out."""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import (
    assert_all_finite,
    column_or_1d,
    compute_class_weight,
)
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted

from rnnts._seeds import random_state_of
from rnnts._types import FloatArray, IntArray
from rnnts._validation import check_count, check_nonnegative
from rnnts.losses import CrossEntropy, Logistic
from rnnts.sequence._estimator import SequenceEstimator
from rnnts.sequence._examples import Examples, weights_of
from rnnts.sequence._generation import run_on
from rnnts.sequence._labels import check_same_classes, encoded, ones_at
from rnnts.sequence._sequences import Sequences, is_list_of_sequences
from rnnts.sequence._steps import check_length, given_back, in_steps, shape_of, steps_of
from rnnts.solvers import Solver


class RNNClassifier(ClassifierMixin, SequenceEstimator):
    """A recurrent network that names the class of a sequence, or of every step of it.

    It is trained by cross-entropy: two classes have one output, the log-odds of the second; more
    have one each, of which the softmax makes probabilities.

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
    class_weight : "balanced" or dict, optional
        How much each class counts; "balanced" lets all count the same.
    solver, max_iter, tol, l2, clip_norm, n_init, early_stopping, validation_fraction, \
n_iter_no_change, warm_start, random_state, n_jobs, verbose
        As for :class:`RNNRegressor`.
    scale : "standard" or None
        Whether what is read is scaled by mean and standard deviation; tokens are not.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    weights_, loss_, loss_curve_, n_iter_, converged_, n_features_in_, feature_names_in_
        As of :class:`RNNRegressor`.

    See Also
    --------
    RNNTranslator : Answers of a length of their own.

    Notes
    -----
    X is what :class:`RNNRegressor` takes.  y has one label for each sequence, (n_sequences,); or,
    with a time axis, one for each step: (n_sequences, n_steps), or a list of arrays (n_steps,).

    References
    ----------
    Elman (1990), *Finding Structure in Time*, Cognitive Science 14.

    Examples
    --------
    Whether a sentence, here of numbered words, says "not":

    >>> from rnnts import RNNClassifier
    >>> sentences = [[0, 1, 2], [0, 1, 3, 2], [3, 1], [4, 1, 2, 0], [2, 3], [1, 4]]
    >>> model = RNNClassifier("gru", hidden_size=4, n_tokens=5, l2=1e-3)
    >>> model.fit(sentences, ["yes", "no", "no", "yes", "no", "yes"]).predict([[4, 4, 3, 0]])
    array(['no'], dtype='<U3')

    The letter after each letter of a text, and more of it:

    >>> text = [0, 1, 2, 3] * 5
    >>> model = RNNClassifier(hidden_size=8, n_tokens=4).fit([text[:-1]], [text[1:]])
    >>> model.generate([0, 1], 6, temperature=0.0)
    array([2, 3, 0, 1, 2, 3])
    """

    _targets_are_numbers = False

    def __init__(
        self,
        cell: str = "tanh",
        hidden_size: int | tuple[int, ...] = 16,
        *,
        bidirectional: bool = False,
        skip: bool = False,
        n_tokens: int | None = None,
        class_weight: Any = None,
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
        self.class_weight = class_weight
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

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn from sequences and their labels.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences; see Notes of :class:`RNNRegressor`.
        y : array-like or list
            Labels, of each sequence or of every step.
        sample_weight : array-like of shape (n_sequences,), optional
            How much each sequence counts.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a sequence is empty or not finite, a token out of range, the features differ, the
            time axis of y is not that of X, or there is only one class.
        """
        with self._all_or_nothing():
            return self._train(*self._lesson(X, y, None, sample_weight, is_first=True))

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Take one step of Adam over these sequences; the first ones also tell the scales.

        Parameters
        ----------
        X, y
            As for `fit`.
        classes : array-like, optional
            All labels there will be; needed in the first call, unless `y` has them all.
        sample_weight
            As for `fit`.

        Returns
        -------
        self
        """
        is_first = not hasattr(self, "_trained")
        with self._all_or_nothing():
            return self._train_on(*self._lesson(X, y, classes, sample_weight, is_first=is_first))

    def decision_function(self, X: Any) -> NDArray[Any] | list[NDArray[Any]]:
        """Log-odds of the second of two classes, or the outputs of which softmax is taken.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences, as for `fit`.

        Returns
        -------
        ndarray or list of ndarray
            Of shape (n_sequences,) or (n_sequences, n_classes), with the steps as a second axis if
            every step has a class.
        """
        return self._answers(X, lambda logits: logits[..., 0] if self._is_binary else logits)

    def predict_proba(self, X: Any) -> NDArray[Any] | list[NDArray[Any]]:
        """Probability of each class, in the order of `classes_`.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences, as for `fit`.

        Returns
        -------
        ndarray or list of ndarray
            Of shape (n_sequences, n_classes), or (n_sequences, n_steps, n_classes), and for a list
            of sequences a list of arrays (n_steps, n_classes).
        """
        return self._answers(X, self._probabilities)

    def predict(self, X: Any) -> NDArray[Any] | list[NDArray[Any]]:
        """The likeliest class of each sequence, or of every step.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences, as for `fit`.

        Returns
        -------
        ndarray or list of ndarray
            Of shape (n_sequences,) or (n_sequences, n_steps), and for a list of sequences a list
            of arrays (n_steps,).
        """
        return self._answers(X, lambda logits: self.classes_[self._likeliest(logits)])

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Share of sequences, or of steps, whose class is right.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.

        Returns
        -------
        float
        """
        check_is_fitted(self)
        if not self._has_steps:
            return float(super().score(X, y, sample_weight))
        sequences = self._read(X, reset=False)
        there, labels = sequences.there, steps_of(y, sequences)
        predicted = self.classes_[self._likeliest(self._trained.outputs(sequences)[there])]
        weights = sequences.by_step(weights_of(sample_weight, sequences))
        return float(accuracy_score(labels, predicted, sample_weight=weights))

    def generate(
        self, start: Any, n_steps: int, temperature: float = 1.0, random_state: Any = None
    ) -> IntArray:
        """Go on from a sequence of tokens, reading each token that was drawn as the next.

        Parameters
        ----------
        start : sequence of int
            What is read first, at least one token.
        n_steps : int
        temperature : float
            The logits are divided by it before the softmax: 1 draws from the probabilities that
            were learned, less draws likely tokens more often, and 0 always takes the likeliest.
        random_state : int, RandomState or None

        Returns
        -------
        ndarray of int of shape (n_steps,)

        Raises
        ------
        ValueError
            If the network does not read tokens, or its classes are no tokens.
        """
        check_is_fitted(self)
        check_count("n_steps", n_steps)
        temperature = check_nonnegative("temperature", temperature)
        tokens = self.classes_
        if (
            self.n_tokens is None
            or tokens.dtype.kind not in "iu"
            or tokens[0] < 0
            or tokens[-1] >= self.n_tokens
        ):
            raise ValueError(
                "generate reads each class as the next token, which needs n_tokens and classes "
                f"below it, got n_tokens={self.n_tokens!r} and the classes {tokens.tolist()}"
            )
        sequences = self._read([np.reshape(start, (-1, 1))], reset=False)
        rng = random_state_of(random_state)

        def draw(logits: FloatArray) -> FloatArray:
            if temperature == 0:
                place = int(self._likeliest(logits))
            else:
                place = rng.choice(len(tokens), p=self._probabilities(logits / temperature))
            row: FloatArray = ones_at(tokens[place], sequences.n_features)
            return row

        rows = run_on(self._trained, sequences, draw, n_steps)
        generated: IntArray = rows.argmax(axis=1)
        return generated

    def _lesson(
        self, X: Any, y: Any, classes: Any, sample_weight: Any, *, is_first: bool
    ) -> tuple[Examples, FloatArray | None]:
        """Examples, and how much each class counts."""
        self._check_given(y)
        sequences = self._read(X, reset=is_first)
        if is_first:
            self._has_steps = _is_every_step(y)
        labels = self._labels(y, sequences)
        if is_first:
            self._take_classes(labels if classes is None else np.unique(classes))
        owners = np.nonzero(sequences.there)[1] if self._has_steps else np.arange(len(labels))
        places = encoded(labels, self.classes_, owners)
        n_classes = len(self.classes_)
        weights = None
        if self.class_weight is not None:
            weights = compute_class_weight(self.class_weight, classes=self.classes_, y=labels)
        targets = ones_at(places, n_classes)
        targets = targets[:, 1:] if self._is_binary else targets
        targets = in_steps(targets, sequences) if self._has_steps else targets
        return Examples(sequences, targets, weights_of(sample_weight, sequences)), weights

    def _labels(self, y: Any, sequences: Sequences) -> NDArray[Any]:
        """Labels (n_sequences,), or (n_live,) step after step."""
        if self._has_steps:
            labels = steps_of(y, sequences)
            if labels.ndim > 1:
                raise ValueError(
                    f"y needs one label for every step, got some of shape {labels.shape[1:]}"
                )
        else:
            labels = column_or_1d(y, warn=True)
            check_length(labels, sequences)
        assert_all_finite(labels, input_name="y")
        with np.errstate(invalid="ignore"):
            # It tries whether they are integers, which the largest floats cannot be.
            check_classification_targets(labels)
        return labels

    def _take_classes(self, labels: NDArray[Any]) -> None:
        classes = np.unique(labels)
        check_same_classes(self, classes)
        self.classes_ = classes
        if len(self.classes_) < 2:
            raise ValueError(
                f"{type(self).__name__} needs at least two classes, got one class: "
                f"{self.classes_.tolist()}"
            )
        self._is_binary = len(self.classes_) == 2
        self._loss = Logistic() if self._is_binary else CrossEntropy()

    def _answers(
        self, X: Any, answer: Callable[[FloatArray], NDArray[Any]]
    ) -> NDArray[Any] | list[NDArray[Any]]:
        """What is made of the logits of sequences, in the form of X."""
        check_is_fitted(self)
        sequences = self._read(X, reset=False)
        answers = answer(self._trained.outputs(sequences))
        return given_back(answers, sequences) if self._has_steps else answers

    def _probabilities(self, logits: FloatArray) -> FloatArray:
        """Of logits (..., n_outputs): (..., n_classes)."""
        if self._is_binary:
            return np.concatenate([expit(-logits), expit(logits)], axis=-1)
        return np.asarray(softmax(logits, axis=-1))

    def _likeliest(self, logits: FloatArray) -> IntArray:
        """Number of the likeliest class of logits (..., n_outputs)."""
        if self._is_binary:
            return (logits[..., 0] > 0).astype(np.int64)
        return np.asarray(logits.argmax(axis=-1))


def _is_every_step(y: Any) -> bool:
    """Whether y has a time axis: one column is none."""
    if is_list_of_sequences(y):
        return True
    shape = shape_of(y) if isinstance(y, list | tuple) else getattr(y, "shape", ())
    return shape is None or (len(shape) > 1 and shape[1] > 1)
