"""A network that learns from a stream, one observation at a time."""

import warnings
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.base import BaseEstimator
from sklearn.utils import ClassifierTags, RegressorTags, Tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from rnnts._callers import stacklevel_outside
from rnnts._validation import check_nonnegative
from rnnts.cells import Params
from rnnts.kernels.threads import n_threads_of
from rnnts.sequence.streams._learner import (
    LOSSES_OF_PROBABILITIES,
    Design,
    Learner,
    starting_params,
)
from rnnts.sequence.streams._observations import Shape, inputs_from, names_of, targets_from

__all__ = ["OnlineRNN"]

# Steps of streams below which it takes longer to count the threads than to do without them.
_MANY_STEPS = 100_000


def _predicts_probabilities(model: "OnlineRNN") -> bool:
    if model.loss not in LOSSES_OF_PROBABILITIES:
        raise AttributeError(
            f"there are probabilities with loss 'logistic' or 'brier', not with {model.loss!r}"
        )
    return True


class OnlineRNN(BaseEstimator):
    r"""A recurrent network that learns from a stream, or one for each of many streams.

    At every step it reads x, predicts, is told y, and learns from its error.  Its state and its
    weights go on from there; nothing is read twice.

    Parameters
    ----------
    cell : str
        "linear", "tanh", "sigmoid", "relu", "gru" or "lstm".
    hidden_size : int
        Units, 16 at the most.  A new size is compiled once on a machine, in 2 seconds for a few
        units, 15 for an LSTM of 16, and a minute for the 3,000 weights it may have at the most.
    loss : "squared_error", "absolute_error", "huber", "logistic" or "brier"
        "huber" is squared up to an error of one and linear beyond it, so that no outlier throws a
        stream off.  The last two are for a y of zeros and ones, whose probability is then
        predicted: "logistic" is its negative log-likelihood, "brier" its squared error.  Squares
        are halved.
    rule : "rtrl", "bptt" or "readout_first"
        How far back the gradient of a step's loss goes: with "rtrl" to the start of the stream, by
        real-time recurrent learning [1]_; with "bptt" through the last `truncation` steps [2]_.
        "readout_first" is "bptt" in the order of introductory texts, which move the weights
        of the output first, and send the error to the hidden units through the moved ones.
    truncation : int
        Steps that "bptt" and "readout_first" go back.  With 1 the state before is taken as given:
        the true gradient of one step.
    learning_rate : float
        Step size of gradient descent; 0 freezes the weights.  It may be changed at any time.
    bias : bool
        Whether there are biases.
    init : "random", "zeros" or dict of ndarray
        Where the weights start: random ones are the same for all streams.  A dict is as `weights_`,
        of one stream for all of them, or of as many; what it does not name starts at zero.
    n_streams : int, optional
        Make this a bank of so many independent networks, which take a step together.  Each of them
        does bit for bit what one by itself would do.
    dtype : "float64" or "float32"
        Scalars that all is computed and kept in.
    random_state : int, RandomState or None
        Draws the starting weights.
    n_jobs : int, optional
        Threads that a large bank is stepped in, as in joblib.  No result depends on it.

    Attributes
    ----------
    weights_ : dict of ndarray
        Weights by name; of a bank with a first axis for the streams.
    state_ : ndarray of shape (state_size,), or (n_streams, state_size)
        What the networks remember after the last observation.
    n_samples_seen_ : int
        Observations of each stream so far.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        If x came by name.
    classes_ : ndarray
        Zero and one, for a loss of probabilities.

    See Also
    --------
    PanelForecaster : Trains a network for each of many series in many passes.

    Notes
    -----
    An observation x is a number, a dict of features by name, or an array (n_features,); for a bank
    an array (n_streams,) or (n_streams, n_features), or a dict of arrays.  Observations in a row,
    X, have an axis (n_rows,) before these, or are a DataFrame.  y is shaped as X without features.

    To forecast a stream itself, x is its last value and y the next one.  Inputs should be of the
    order of one, as for every network trained by gradient descent at one rate; the network may be
    the last step of a pipeline of river, behind a scaler.

    A prediction reads x but leaves the state where it is; learning moves the state by one step.
    A stream whose y is missing (NaN) reads x as well and keeps its weights.

    A stream that learned too fast may grow beyond all numbers.  Learning and predicting then warn
    of it and give NaN or infinity for that stream; where no stream of the bank has a prediction,
    predicting raises an OverflowError, and so does `step` after it warned.

    "rtrl" keeps for every weight how each state depends on it: exact while the weights stand still,
    and as in "bptt" what was computed with the weights of before is not computed anew.  For H units
    it takes of the order of H⁴ operations, "bptt" of H² for each step back.

    References
    ----------
    .. [1] Williams and Zipser (1989), *A Learning Algorithm for Continually Running Fully Recurrent
       Neural Networks*, Neural Computation 1.
    .. [2] Williams and Peng (1990), *An Efficient Gradient-Based Algorithm for On-Line Training of
       Recurrent Network Trajectories*, Neural Computation 2.

    Examples
    --------
    A stream that alternates, forecast before each of its values is learned:

    >>> from itertools import pairwise
    >>> from rnnts import OnlineRNN
    >>> model = OnlineRNN(loss="logistic", learning_rate=0.5, random_state=0)
    >>> hits = []
    >>> for last, value in pairwise([1, 0] * 100):
    ...     hits.append(model.predict_one(last) == value)
    ...     model = model.learn_one(last, value)
    >>> sum(hits[-50:])
    50

    A bank of streams, each of which echoes what went in two steps before:

    >>> import numpy as np
    >>> x = np.random.default_rng(0).choice([-1.0, 1.0], (1000, 500))
    >>> bank = OnlineRNN("linear", n_streams=500, dtype="float32", random_state=0)
    >>> error = bank.step(x[2:], x[:-2]) - x[:-2]
    >>> [round(float(np.square(part).mean()), 2) for part in (error[:50], error[-50:])]
    [0.91, 0.0]
    """

    # What river's pipelines ask each of their steps.
    _supervised = True

    _learner: Learner | None = None

    # Streams that are known to have grown beyond all numbers.
    _n_lost = 0

    def __init__(
        self,
        cell: str = "tanh",
        hidden_size: int = 4,
        *,
        loss: str = "squared_error",
        rule: str = "rtrl",
        truncation: int = 1,
        learning_rate: float = 0.01,
        bias: bool = True,
        init: str | Mapping[str, Any] = "random",
        n_streams: int | None = None,
        dtype: str = "float64",
        random_state: Any = None,
        n_jobs: int | None = None,
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.loss = loss
        self.rule = rule
        self.truncation = truncation
        self.learning_rate = learning_rate
        self.bias = bias
        self.init = init
        self.n_streams = n_streams
        self.dtype = dtype
        self.random_state = random_state
        self.n_jobs = n_jobs

    def learn_one(self, x: Any, y: Any) -> Self:
        """Learn from one observation, of each stream.

        Parameters
        ----------
        x : number, dict or array-like
        y : number, or array-like of shape (n_streams,)

        Returns
        -------
        OnlineRNN
            Itself.

        Raises
        ------
        ValueError
            If x or y are not what is needed; then nothing is learned from any stream.
        """
        self._learn(x, y, is_block=False)
        return self

    def partial_fit(self, X: Any, y: Any) -> Self:
        """Learn from observations in a row: the same as `learn_one` with each of them.

        Parameters
        ----------
        X : DataFrame or array-like
        y : array-like of shape (n_rows,), or (n_rows, n_streams)

        Returns
        -------
        OnlineRNN
            Itself.

        Raises
        ------
        ValueError
            If X or y are not what is needed; then nothing is learned from any row.
        """
        self._learn(X, y, is_block=True)
        return self

    def fit(self, X: Any, y: Any) -> Self:
        """Forget everything, then learn as `partial_fit`.

        Parameters
        ----------
        X, y
            As for `partial_fit`.

        Returns
        -------
        self
        """
        former = self._learner, self._n_lost
        self._learner, self._n_lost = None, 0
        try:
            return self.partial_fit(X, y)
        except BaseException:
            self._learner, self._n_lost = former
            raise

    def step_one(self, x: Any, y: Any) -> Any:
        """Predict one observation of each stream, then learn from it, at the cost of learning.

        Parameters
        ----------
        x : number, dict or array-like
            What is read at this step; of a bank one row for each stream.
        y : number or array-like of shape (n_streams,)
            What should have been predicted.

        Returns
        -------
        float, or ndarray of shape (n_streams,)
            The predictions before that; for a loss of probabilities the probability of a one.
        """
        return self._stepped(x, y, is_block=False)

    def step(self, X: Any, y: Any) -> NDArray[Any]:
        """Predict observations in a row, and learn from each before the next.

        Parameters
        ----------
        X, y
            As for `partial_fit`.

        Returns
        -------
        ndarray of shape (n_rows,), or (n_rows, n_streams)
            As from `step_one`: what progressive validation scores.
        """
        return np.asarray(self._stepped(X, y, is_block=True))

    def predict_one(self, x: Any) -> Any:
        """What y will be, of each stream; the state stays where it is.

        Parameters
        ----------
        x : number, dict or array-like

        Returns
        -------
        float, or ndarray of shape (n_streams,)
            For a loss of probabilities the likelier of 0 and 1, as an integer.
        """
        return self._decided(self._outputs(x, is_block=False))

    @available_if(_predicts_probabilities)
    def predict_proba_one(self, x: Any) -> Any:
        """Probabilities of zero and one.

        Parameters
        ----------
        x : number, dict or array-like

        Returns
        -------
        dict of float, or ndarray of shape (n_streams, 2)
        """
        probability = expit(self._outputs(x, is_block=False))
        if self.n_streams is None:
            return {0: float(1.0 - probability), 1: float(probability)}
        return np.stack([1.0 - probability, probability], axis=-1)

    def predict(self, X: Any) -> NDArray[Any]:
        """What y will be at steps in a row, if nothing is learned at any of them.

        Parameters
        ----------
        X : DataFrame or array-like

        Returns
        -------
        ndarray of shape (n_rows,), or (n_rows, n_streams)
        """
        check_is_fitted(self)
        return np.asarray(self._decided(self._outputs(X, is_block=True)))

    @available_if(_predicts_probabilities)
    def predict_proba(self, X: Any) -> NDArray[Any]:
        """Probabilities of zero and one at steps in a row, if nothing is learned at any of them.

        Parameters
        ----------
        X : DataFrame or array-like

        Returns
        -------
        ndarray of shape (n_rows, 2), or (n_rows, n_streams, 2)
        """
        check_is_fitted(self)
        probability = expit(self._outputs(X, is_block=True))
        return np.stack([1.0 - probability, probability], axis=-1)

    @property
    def weights_(self) -> Params:
        """Weights by name; of a bank with a first axis for the streams."""
        learner = self._fitted
        if learner.design.n_streams is None:
            return {name: values[0] for name, values in learner.weights.items()}
        return learner.weights

    @property
    def state_(self) -> NDArray[Any]:
        """What the networks remember."""
        learner = self._fitted
        return learner.states[0] if learner.design.n_streams is None else learner.states

    @property
    def n_samples_seen_(self) -> int:
        """Observations of each stream so far."""
        return self._fitted.streams.n_seen

    @property
    def n_features_in_(self) -> int:
        """Features of each observation."""
        return self._fitted.network.n_inputs

    @property
    def feature_names_in_(self) -> NDArray[np.object_]:
        """What the features are called, if they came by name."""
        names = self._fitted.names
        if names is None:
            raise AttributeError("the features of this OnlineRNN have no names")
        return np.array(names, object)

    @property
    def classes_(self) -> NDArray[np.int64]:
        """Zero and one."""
        _predicts_probabilities(self)
        return np.array([0, 1])

    @property
    def _fitted(self) -> Learner:
        check_is_fitted(self)
        assert self._learner is not None
        return self._learner

    def __sklearn_is_fitted__(self) -> bool:
        return self._learner is not None

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        if self.loss in LOSSES_OF_PROBABILITIES:
            tags.estimator_type = "classifier"
            tags.classifier_tags = ClassifierTags(multi_class=False)
        else:
            tags.estimator_type = "regressor"
            tags.regressor_tags = RegressorTags()
        return tags

    def _stepped(self, x: Any, y: Any, is_block: bool) -> Any:
        """Predictions made while learning, unless all streams are known to have none."""
        n_told = self._n_lost
        predictions = self._learn(x, y, is_block)
        n_streams = self._fitted.design.n_networks
        if n_told == n_streams and not np.isfinite(predictions).any():
            raise OverflowError(_without_prediction(n_streams, n_streams))
        return predictions

    def _learn(self, x: Any, y: Any, is_block: bool) -> Any:
        rate = check_nonnegative("learning_rate", self.learning_rate)
        shape, rows, learner = self._read(x, is_block)
        targets = targets_from(y, shape, len(rows), learner.design.is_binary)
        n_threads = self._n_threads(targets.size)
        outputs = learner.streams.learn(rows, targets, rate * learner.moves, n_threads)
        self._learner = learner
        n_lost, n_told = int(np.count_nonzero(~np.isfinite(outputs[-1]))), self._n_lost
        self._n_lost = n_lost
        # Once: whoever learns from one observation after the other knows by then.
        if n_lost > n_told:
            warnings.warn(
                f"{n_lost} of {outputs.shape[1]} streams grew beyond all numbers and no longer "
                "learn; begin again with a lower learning_rate, or inputs of the order of one",
                RuntimeWarning,
                stacklevel=stacklevel_outside(),
            )
        predictions = expit(outputs) if learner.design.is_binary else outputs
        return _plain(shape.from_rows(predictions))

    def _outputs(self, x: Any, is_block: bool) -> Any:
        shape, rows, learner = self._read(x, is_block)
        # Weights that were drawn to predict are those that will learn.
        self._learner = learner
        n_threads = self._n_threads(rows.shape[0] * rows.shape[1])
        outputs = learner.streams.outputs(rows, n_threads)
        self._check_predicted(outputs)
        return shape.from_rows(outputs)

    def _check_predicted(self, outputs: NDArray[Any]) -> None:
        """Raise where no stream has a prediction, and warn where some have none."""
        n_streams = outputs.shape[1]
        n_lost = int(np.count_nonzero(~np.isfinite(outputs).all(axis=0)))
        if not n_lost:
            return
        words = _without_prediction(n_lost, n_streams)
        if n_lost == n_streams:
            raise OverflowError(words)
        warnings.warn(f"{words}: theirs are NaN or infinite", RuntimeWarning, stacklevel=4)

    def _decided(self, outputs: Any) -> Any:
        return _plain((outputs > 0).astype(int) if self._fitted.design.is_binary else outputs)

    def _read(self, x: Any, is_block: bool) -> tuple[Shape, NDArray[Any], Learner]:
        """Inputs, and what is to read them, which is new if there was nothing before."""
        design = Design(**{name: getattr(self, name) for name in Design._fields})
        learner = self._learner
        if learner is None:
            design.check()
        elif design != learner.design:
            name = next(
                n for n in design._fields if getattr(design, n) != getattr(learner.design, n)
            )
            raise ValueError(
                f"{name} cannot change from {getattr(learner.design, name)!r} to "
                f"{getattr(design, name)!r} after something was learned; clone the model, or call "
                "fit to begin again"
            )
        shape = Shape(design.n_streams, is_block, design.scalar)
        if learner is not None:
            return shape, inputs_from(x, shape, learner.network.n_inputs, learner.names), learner
        rows, names = inputs_from(x, shape, None, None), names_of(x, shape)
        params = starting_params(design, rows.shape[2], self.init, self.random_state)
        return shape, rows, Learner.at_rest(design, params, rows.shape[2], names)

    def _n_threads(self, n_steps: int) -> int:
        return n_threads_of(self.n_jobs) if n_steps >= _MANY_STEPS else 1


def _without_prediction(n_lost: int, n_streams: int) -> str:
    return (
        f"{n_lost} of {n_streams} streams grew beyond all numbers and have no prediction; "
        "begin again with a lower learning_rate, or inputs of the order of one"
    )


def _plain(values: Any) -> Any:
    """A number of Python, if it is only one."""
    return values if values.ndim else values.item()
