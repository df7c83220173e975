"""The forecaster this package exists for."""

import warnings
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.cells import Params
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters._bridge import from_state_space, to_state_space, training_data
from rnnts.forecasters._ensemble import Ensemble
from rnnts.forecasters._history import History
from rnnts.forecasters._member import Member
from rnnts.forecasters._plan import Plan, plan_of
from rnnts.forecasters._recurrence import Recurrence, State
from rnnts.forecasters._target import Layout
from rnnts.forecasters._training import Trained, read_all, train
from rnnts.linear import ARMA, Start, StateSpace
from rnnts.linear._stability import is_stable, spectral_radius
from rnnts.losses import Loss
from rnnts.solvers import Solver
from rnnts.transforms import Preparation


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
        hidden_size: int | tuple[int, ...] | str = 8,
        *,
        input_size: int | str = "auto",
        skip: bool | str = "auto",
        horizon: int | str | None = "auto",
        strategy: str = "auto",
        season_length: int | str = "auto",
        transform: Any = "auto",
        deseasonalize: Any = "auto",
        diff: Any = "auto",
        level: Any = "auto",
        scale: str | None = "auto",
        loss: str | Loss = "auto",
        solver: str | Solver = "auto",
        max_iter: int | None = None,
        tol: float | None = None,
        l2: float | str = "auto",
        init: str = "auto",
        n_init: int | str = "auto",
        warm_start: bool = False,
        random_state: Any = 0,
        n_jobs: int | None = None,
        freq: str | None = None,
        exog_gap: str = "error",
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.input_size = input_size
        self.skip = skip
        self.horizon = horizon
        self.strategy = strategy
        self.season_length = season_length
        self.transform = transform
        self.deseasonalize = deseasonalize
        self.diff = diff
        self.level = level
        self.scale = scale
        self.loss = loss
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.l2 = l2
        self.init = init
        self.n_init = n_init
        self.warm_start = warm_start
        self.random_state = random_state
        self.n_jobs = n_jobs
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
        member = self._ensemble.first
        if len(self._ensemble) > 1 or member.recurrence.horizon > 1 or not member.is_plain:
            raise ValueError(
                "an ARMA model of the series needs one recursive network that reads it as it is, "
                f"this one has {len(self._ensemble)} network(s) on: {member.describe()}; fit "
                "RNNForecaster(cell='linear'), or prepare the series beforehand"
            )
        return to_state_space(member.recurrence, np.diag(variances))

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
        n_lags = 1 if self.input_size == "auto" else check_count("input_size", self.input_size)
        return n_lags + 2

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        plan = plan_of(self, len(y), y.shape[1], exog.shape[1], season_length)
        earlier = getattr(self, "_ensemble", None) if self.warm_start else None
        random = check_random_state(self.random_state)
        seeds = [int(random.randint(2**31 - 1)) for _ in range(plan.n_init)]
        trained = train(plan, y, exog, season_length, seeds, self.n_jobs, earlier)
        self._warn_of_trouble(plan, trained)
        self._plan = plan
        solution = trained.solutions[0]
        self.loss_curve_ = list(solution.loss_curve)
        self.n_iter_ = solution.n_iter
        self._keep(trained.ensemble, self._mean_square(trained.ensemble, y, trained.y, exog))

    def _mean_square(
        self, ensemble: Ensemble, y: FloatArray, filled: FloatArray, exog: FloatArray
    ) -> FloatArray:
        """Of the one-step errors of the rows that have all their lags."""
        member = ensemble.first
        n_first = member.preparation.n_lost + len(member.recurrence.start.lags)
        with np.errstate(over="ignore", invalid="ignore"):
            error = (y - ensemble.one_step(filled, exog))[n_first:]
            return np.nanmean(np.square(error), axis=0)

    def _warn_of_trouble(self, plan: Plan, trained: Trained) -> None:
        for solution in trained.solutions:
            if not solution.converged:
                warnings.warn(
                    f"{solution.message} (loss {solution.value:.6g} after {solution.n_iter} "
                    "iterations)",
                    ConvergenceWarning,
                    stacklevel=5,
                )
                return
        recurrence = trained.ensemble.first.recurrence
        if self.cell == "linear" and not plan.is_direct:
            recurrent = recurrence.network.unpack(recurrence.params)["w_hidden"]
            if not is_stable(recurrent):
                warnings.warn(
                    "the trained recurrence never forgets its start (the spectral radius of A is "
                    f"{spectral_radius(recurrent):.6g}), so training ended beside the optimum; use "
                    "solver='lm' or another random_state",
                    ConvergenceWarning,
                    stacklevel=5,
                )

    def _keep(self, ensemble: Ensemble, mean_square: FloatArray) -> None:
        self._ensemble = ensemble
        recurrence = ensemble.first.recurrence
        weights = [
            member.recurrence.network.unpack(member.recurrence.params) for member in ensemble
        ]
        self.weights_: Params | list[Params] = weights[0] if len(weights) == 1 else weights
        self.hidden_size_ = recurrence.network.hidden_size
        self.sigma2_ = float(mean_square[0]) if len(mean_square) == 1 else mean_square

    @property
    def state_(self) -> State | list[State]:
        """What the network remembers after the last row; a list, if there are several."""
        states = [member.state for member in self._ensemble]
        return states[0] if len(states) == 1 else states

    @property
    def preparation_(self) -> list[str]:
        """What is done to the series before each network reads it, in words."""
        check_is_fitted(self)
        return [seeds[0].describe() for seeds in self._ensemble.members]

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        filled, _ = read_all(self._ensemble, y, exog)
        return self._ensemble.one_step(filled, exog)

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return self._ensemble.forecast(future_exog)

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        _, self._ensemble = self._ensemble.bridged(y, exog)

    def _wait(self, space: StateSpace) -> None:
        """Become fitted, without rows."""
        k, m = space.n_outputs, space.n_exog
        recurrence = from_state_space(space, np.zeros(space.hidden_size))
        self._space = space
        self.n_features_in_ = m
        self._history = History(
            np.empty((0, k)), np.empty((0, m)), None, Layout(is_pandas=False, is_1d=k == 1)
        )
        self._keep(_alone(recurrence, recurrence.start), np.diag(space.sigma))

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
        self._keep(_alone(recurrence, state), np.diag(space.sigma))


def _alone(recurrence: Recurrence, state: State) -> Ensemble:
    """One network, on a series as it is."""
    n_targets = state.lags.shape[1]
    as_it_is = Preparation(None, None, None, None, None).fit(np.zeros((1, n_targets)))
    return Ensemble(((Member(as_it_is, recurrence, state, np.zeros(n_targets)),),))
