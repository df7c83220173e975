"""The forecaster this package exists for."""

import warnings
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._types import FloatArray
from rnnts._validation import check_choice, check_count
from rnnts.cells import CELLS, Params
from rnnts.forecasters._arguments import loss_of, sizes_of, solver_of
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._bridge import from_state_space, to_state_space, training_data
from rnnts.forecasters._history import History
from rnnts.forecasters._recurrence import Recurrence, at_rest
from rnnts.forecasters._simulation import innovations_of, linear_variance, simulated_paths
from rnnts.forecasters._target import Layout
from rnnts.intervals import GaussianInnovations, gaussian_quantiles
from rnnts.linear import ARMA, Start, StateSpace
from rnnts.linear._stability import is_stable, spectral_radius
from rnnts.losses import LOSSES, Loss
from rnnts.solvers import Solution, Solver
from rnnts.transforms import SCALINGS


class RNNForecaster(BaseForecaster):
    r"""Recurrent network trained on its one-step errors, forecasting by reading itself.

    Parameters
    ----------
    cell : str
        The recurrence: "linear", "tanh", "sigmoid", "relu", "gru" or "lstm".  A linear one with n
        units is exactly the predictor of an ARMA(n, n).
    hidden_size : int or "bic"
        Hidden units; "bic" compares one to six of them (for the linear cell trained by "lm").
    input_size : int
        How many last rows are fed at each step.
    skip : bool
        Add a linear map from the input to the output.
    season_length : int or "auto"
        Used by `score`; "auto" takes it from the index (12 for months).
    scale : "standard", "robust" or None
        How the series and the exogenous columns are scaled before training; undone for you.
    loss : str or Loss
        "squared_error", "absolute_error", "huber", or an object such as ``Huber(delta=2.0)``.
    solver : str or Solver
        "lbfgs", "adam", "lm" (Levenberg-Marquardt, for the linear cell on one series), or an
        object such as ``Adam(learning_rate=1e-3)``; "auto" is "lm" where it applies, else "lbfgs".
    max_iter : int, optional
        Iterations of the solver, instead of its own default.
    tol : float, optional
        Relative decrease of the loss below which the solver stops, instead of its own default.
    random_state : int, RandomState or None
        Draws the starting weights.
    freq : str, optional
        Frequency of the index, where it cannot be inferred.
    exog_gap : "error" or "hold"
        What `predict` does about exogenous rows missing before the rows asked for: refuse, or
        carry the last known row.

    Attributes
    ----------
    weights_ : dict of ndarray
        Named weights of the network, for scaled rows.
    loss_curve_ : list of float
        The loss after each iteration.
    n_iter_ : int
    sigma2_ : float or ndarray of shape (n_targets,)
        Mean squared one-step error over the training rows, without the first `input_size`.
    hidden_size_ : int
    state_ : State
        What the network remembers after the last row.

    Examples
    --------
    >>> from rnnts import RNNForecaster, datasets
    >>> y = datasets.load("air_passengers")
    >>> forecast = RNNForecaster(cell="linear", hidden_size=2).fit(y).predict(12)
    >>> forecast.index[0].date(), len(forecast)
    (datetime.date(1961, 1, 1), 12)
    """

    def __init__(
        self,
        cell: str = "tanh",
        hidden_size: int | str = 8,
        *,
        input_size: int = 1,
        skip: bool = False,
        season_length: int | str = "auto",
        scale: str | None = "standard",
        loss: str | Loss = "squared_error",
        solver: str | Solver = "auto",
        max_iter: int | None = None,
        tol: float | None = None,
        random_state: Any = 0,
        freq: str | None = None,
        exog_gap: str = "error",
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.input_size = input_size
        self.skip = skip
        self.season_length = season_length
        self.scale = scale
        self.loss = loss
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.random_state = random_state
        self.freq = freq
        self.exog_gap = exog_gap

    @classmethod
    def from_arma(cls, model: Any, y: Any = None, X: Any = None) -> Self:
        """The linear network that predicts exactly what an ARMA model predicts.

        Parameters
        ----------
        model : ARMA, StateSpace or results of statsmodels
            Results may come from ARIMA or SARIMAX (seasonal and integrated parts and exogenous
            regressors included), VARMAX, ETSModel or additive Holt-Winters.
        y : array-like, Series or DataFrame, optional
            Rows to start from; taken from results that hold their data.
        X : array-like or DataFrame, optional
            Exogenous rows aligned with `y`.

        Returns
        -------
        RNNForecaster
            Fitted.  Its start is the expectation given all rows, from which fixed weights arrive
            where the Kalman filter does.  Without rows it waits for `update`.

        Raises
        ------
        ValueError
            If the model is not linear with one source of error.

        Examples
        --------
        >>> from rnnts.linear import ARMA
        >>> arma = ARMA(ar=[0.5], ma=[0.3], const=1.0)
        >>> RNNForecaster.from_arma(arma, y=[1.0, 2.0, 4.0]).to_arma().ar
        array([0.5])
        """
        if isinstance(model, ARMA):
            space = model.to_state_space()
        elif isinstance(model, StateSpace):
            space = model
        else:
            space = StateSpace.from_statsmodels(model)
            if y is None and X is not None:
                raise ValueError("from_arma got X without y; pass both, or neither")
            if y is None:
                y, X = training_data(model, space.n_exog)
        n_units = max(space.hidden_size + space.n_exog, 1)
        forecaster = cls(cell="linear", hidden_size=n_units, scale=None)
        forecaster._wait(space)
        if y is None:
            return forecaster
        return forecaster.update(y) if X is None else forecaster.update(X, y)

    def to_state_space(self) -> StateSpace:
        """The exact state space of a linear network, in the units of the series.

        Raises
        ------
        ValueError
            If the cell is not linear.
        """
        check_is_fitted(self)
        if self.cell != "linear":
            raise ValueError(
                f"only a linear network is an ARMA model, this one has cell={self.cell!r}; fit "
                "RNNForecaster(cell='linear')"
            )
        # A perfect fit has no error variance, which no covariance may say.
        variances = np.maximum(np.atleast_1d(self.sigma2_), np.finfo(float).tiny)
        return to_state_space(self._recurrence, np.diag(variances))

    def to_arma(self) -> ARMA:
        """The ARMA model whose one-step predictions a linear network with one target makes.

        Its autoregressive polynomial is det(I - (A + BC)L), its moving-average polynomial
        det(I - AL): ARMA(n, n) for n units, common roots not cancelled.

        Raises
        ------
        ValueError
            If the cell is not linear, or there are several targets or exogenous columns.

        Examples
        --------
        >>> from rnnts import RNNForecaster, datasets
        >>> model = RNNForecaster(cell="linear", hidden_size=1).fit(datasets.load("nile"))
        >>> model.to_arma().order
        (1, 1)
        """
        return self.to_state_space().to_arma()

    def _min_rows(self) -> int:
        return check_count("input_size", self.input_size) + 2

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        check_choice("cell", self.cell, CELLS)
        if self.scale is not None:
            check_choice("scale", self.scale, [name for name in SCALINGS if name])
        n_scored = len(y) - self.input_size
        sizes = sizes_of(self.hidden_size, self.cell, n_scored)
        loss = loss_of(self.loss)
        suits_lm = (
            self.cell == "linear"
            and n_scored > 2 * sizes[-1]
            and loss == LOSSES["squared_error"]
            and (y.shape[1], exog.shape[1], self.input_size, self.skip) == (1, 0, 1, False)
        )
        best = "lm" if suits_lm else "lbfgs"
        solver = solver_of(self.solver, best, max_iter=self.max_iter, tol=self.tol)
        fits = [self._train(y, exog, size, loss, solver) for size in sizes]

        def bic(fit: tuple[Recurrence, Solution]) -> float:
            recurrence, solution = fit
            mean_square = max(2 * solution.value, np.finfo(float).tiny)
            n_free = 2 * recurrence.network.state_size + 1
            return float(n_scored * np.log(mean_square) + n_free * np.log(n_scored))

        recurrence, solution = fits[0] if len(fits) == 1 else min(fits, key=bic)
        if not solution.converged:
            warnings.warn(
                f"{solution.message} (loss {solution.value:.6g} after {solution.n_iter} "
                "iterations)",
                ConvergenceWarning,
                stacklevel=4,
            )
        elif self.cell == "linear" and not is_stable(_recurrent_matrix(recurrence)):
            warnings.warn(
                "the trained recurrence never forgets its start (the spectral radius of A is "
                f"{spectral_radius(_recurrent_matrix(recurrence)):.6g}), so training ended beside "
                "the optimum; use solver='lm' or another random_state",
                ConvergenceWarning,
                stacklevel=4,
            )
        predicted, state = recurrence.run(y, exog, recurrence.start)
        with np.errstate(over="ignore", invalid="ignore"):
            errors = (y - predicted)[self.input_size :]
            mean_square = np.square(errors).mean(axis=0)
        self._innovations = innovations_of(recurrence, errors)
        self.loss_curve_ = list(solution.loss_curve)
        self.n_iter_ = solution.n_iter
        self._keep(recurrence, state, mean_square)

    def _keep(self, recurrence: Recurrence, state: Any, mean_square: FloatArray) -> None:
        self._recurrence = recurrence
        self.weights_: Params = recurrence.network.unpack(recurrence.params)
        self.hidden_size_ = recurrence.network.hidden_size
        self.state_ = state
        self.sigma2_ = float(mean_square[0]) if len(mean_square) == 1 else mean_square

    def _train(
        self, y: FloatArray, exog: FloatArray, hidden_size: int, loss: Loss, solver: Solver
    ) -> tuple[Recurrence, Solution]:
        n_targets = y.shape[1]
        n_inputs = n_targets * self.input_size + exog.shape[1]
        network = Network(CELLS[self.cell], n_inputs, hidden_size, n_targets, skip=self.skip)
        seed = check_random_state(self.random_state).randint(2**31 - 1)
        params = network.init_params(np.random.default_rng(seed))
        scaling = SCALINGS[self.scale]
        untrained = Recurrence(
            network, params, scaling(y), scaling(exog), at_rest(network, self.input_size)
        )
        x, targets = untrained.inputs(y, exog, untrained.start)
        # The first rows lack some of their lags: they bring the state up, and are not scored.
        objective = Objective(network, loss, x, targets, n_warmup=self.input_size)
        solution = solver.solve(objective, params)
        return untrained.with_params(solution.params), solution

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        return self._recurrence.run(y, exog, self._recurrence.start)[0]

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return self._recurrence.forecast(future_exog, self.state_)

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        if not isinstance(self._innovations, GaussianInnovations):
            return super()._quantiles(future_exog, probabilities)
        variance = linear_variance(self.to_state_space(), self._innovations, len(future_exog))
        return gaussian_quantiles(self._forecast(future_exog), variance, probabilities)

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        errors = self._innovations.draw(len(future_exog), n_paths, rng)
        return simulated_paths(self._recurrence, future_exog, self.state_, errors)

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        _, self.state_ = self._recurrence.run(y, exog, self.state_)

    def _wait(self, space: StateSpace) -> None:
        """Become fitted, without rows."""
        k, m = space.n_outputs, space.n_exog
        recurrence = from_state_space(space, np.zeros(space.hidden_size))
        self._space = space
        root = np.linalg.cholesky(space.sigma)
        self._innovations = GaussianInnovations(np.asarray(root.T, dtype=float))
        self.n_features_in_ = m
        self._history = History(
            np.empty((0, k)), np.empty((0, m)), None, Layout(is_pandas=False, is_1d=k == 1)
        )
        self._keep(recurrence, recurrence.start, np.diag(space.sigma))

    def _begin(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        space = self._space
        if (y.shape[1], exog.shape[1]) != (space.n_outputs, space.n_exog):
            raise ValueError(
                f"this model needs {space.n_outputs} series and {space.n_exog} exogenous "
                f"column(s), got {y.shape[1]} and {exog.shape[1]}"
            )
        if space.start is None and not space.is_stationary:
            # Nobody knows where a unit root started: anywhere in a range a thousand times the data.
            diffuse = 1e6 * np.square(y).mean() * np.eye(space.hidden_size)
            space = replace(space, start=Start(np.zeros(space.hidden_size), diffuse))
        values = y[:, 0] if space.n_outputs == 1 else y
        start = space.smoothed_start(values, exog if space.n_exog else None)
        recurrence = from_state_space(space, start)
        _, state = recurrence.run(y, exog, recurrence.start)
        self._keep(recurrence, state, np.diag(space.sigma))


def _recurrent_matrix(recurrence: Recurrence) -> FloatArray:
    return recurrence.network.unpack(recurrence.params)["w_hidden"]
