"""Sequences in, sequences of another length out."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from rnnts._network import Network
from rnnts._validation import check_choice, check_count, check_sizes
from rnnts.cells import CELLS
from rnnts.losses import CrossEntropy
from rnnts.sequence._estimator import SequenceEstimator
from rnnts.sequence._examples import Examples, weights_of
from rnnts.sequence._labels import check_same_classes, ones_at
from rnnts.sequence._steps import check_length
from rnnts.sequence.models import EncoderDecoder, Model
from rnnts.solvers import Solver


class RNNTranslator(SequenceEstimator):
    """An encoder reads a sequence, a decoder writes another, symbol by symbol, until it stops.

    The symbol that stops is one of its own, which neither `y` nor `predict` shows.

    Parameters
    ----------
    cell : str
        The recurrence of both networks: "linear", "tanh", "sigmoid", "relu", "gru" or "lstm".
        Gated cells hold what they read for long; "tanh" moves it from step to step more readily,
        and may learn to copy or reverse in fewer iterations.
    hidden_size : int or tuple of int
        Hidden units of each; a tuple stacks layers.
    max_length : int, optional
        Where the decoder stops at the latest; the longest target of `fit`, unless given.
    n_tokens : int, optional
        X holds tokens, whole numbers below this one.
    solver, max_iter, tol, l2, clip_norm, n_init, early_stopping, validation_fraction, \
n_iter_no_change, warm_start, random_state, n_jobs, verbose
        As for :class:`RNNRegressor`.
    scale : "standard" or None
        Whether what is read is scaled by mean and standard deviation; tokens are not.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Symbols that it writes, sorted.
    max_length_ : int
        Symbols that it writes at the most.
    weights_, loss_, loss_curve_, n_iter_, converged_, n_features_in_, feature_names_in_
        As of :class:`RNNRegressor`.

    References
    ----------
    Cho et al. (2014), *Learning Phrase Representations using RNN Encoder-Decoder for Statistical
    Machine Translation*.

    Examples
    --------
    >>> from rnnts import RNNTranslator
    >>> X, y = [[0], [1], [2], [0, 1]], ["a", "be", "sea", "abe"]
    >>> model = RNNTranslator(hidden_size=8, n_tokens=3).fit(X, y)
    >>> ["".join(word) for word in model.predict(X)]
    ['a', 'be', 'sea', 'abe']
    """

    _targets_are_numbers = False
    _loss = CrossEntropy()

    def __init__(
        self,
        cell: str = "gru",
        hidden_size: int | tuple[int, ...] = 32,
        *,
        max_length: int | None = None,
        n_tokens: int | None = None,
        solver: str | Solver = "auto",
        max_iter: int | None = None,
        tol: float | None = None,
        l2: float = 1e-5,
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
        self.max_length = max_length
        self.n_tokens = n_tokens
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

    def fit(self, X: Any, y: Sequence[Any], sample_weight: Any = None) -> Self:
        """Learn from pairs of sequences.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences; see Notes of :class:`RNNRegressor`.
        y : list
            A sequence of symbols for each: labels, or the characters of a string; it may be empty.
        sample_weight : array-like of shape (n_sequences,), optional
            How much each pair counts.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a sequence is empty or not finite, a token out of range, or a target longer than
            `max_length`.
        """
        with self._all_or_nothing():
            examples = self._pairs(X, y, sample_weight)
            # Rows without a symbol, beyond the stop, then count nothing.
            return self._train(examples, np.ones(len(self.classes_) + 1))

    def predict(self, X: Any) -> list[NDArray[Any]]:
        """Write an answer to each sequence, always going on with the likeliest symbol.

        Parameters
        ----------
        X : array-like, DataFrame or list
            Sequences, as for `fit`.

        Returns
        -------
        list of ndarray
            Symbols of each, at most `max_length_`.
        """
        check_is_fitted(self)
        symbols = self._trained.outputs(self._read(X, reset=False)).argmax(axis=-1)
        stop = len(self.classes_)
        answers = []
        for row in symbols.T:
            stops = np.flatnonzero(row == stop)
            written = row[: stops[0]] if len(stops) else row[: self.max_length_]
            answers.append(self.classes_[written])
        return answers

    def score(self, X: Any, y: Sequence[Any], sample_weight: Any = None) -> float:
        """Share of sequences whose whole answer is right.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.

        Returns
        -------
        float
        """
        answers = self.predict(X)
        is_right = [
            len(answer) == len(row) and all(answer == np.array(list(row)))
            for answer, row in zip(answers, y, strict=True)
        ]
        return float(np.average(is_right, weights=sample_weight))

    def _pairs(self, X: Any, y: Sequence[Any], sample_weight: Any) -> Examples:
        """Examples, whose symbols and longest answer are kept."""
        sequences = self._read(X, reset=True)
        rows = [np.array(list(row)) for row in y]
        check_length(rows, sequences)
        lengths = [len(row) for row in rows]
        longest = max(lengths)
        if not longest:
            raise ValueError("every target is empty; nothing would be learned")
        limit = longest if self.max_length is None else check_count("max_length", self.max_length)
        if longest > limit:
            number = int(np.argmax(lengths))
            raise ValueError(
                f"max_length={limit} is less than the {longest} symbols of y[{number}]; raise it, "
                "or cut the target"
            )
        classes = np.unique(np.concatenate([row for row in rows if len(row)]))
        check_same_classes(self, classes)
        self.classes_ = classes
        self.max_length_ = limit
        stop = len(self.classes_)
        targets = np.zeros((longest + 1, len(rows), stop + 1))
        for number, row in enumerate(rows):
            symbols = [*np.searchsorted(classes, row.astype(classes.dtype)), stop]
            targets[: len(symbols), number] = ones_at(np.array(symbols), stop + 1)
        return Examples(sequences, targets, weights_of(sample_weight, sequences))

    def _model_for(self, examples: Examples) -> Model:
        check_choice("cell", self.cell, CELLS)
        n_symbols = examples.targets.shape[-1]
        cell, sizes = CELLS[self.cell], check_sizes("hidden_size", self.hidden_size)
        decoder = Network(cell, n_symbols, sizes, n_symbols)
        encoder = Network(
            cell, examples.sequences.n_features, sizes, decoder.state_size, every_step=False
        )
        return EncoderDecoder(encoder, decoder, self.max_length_ + 1)
