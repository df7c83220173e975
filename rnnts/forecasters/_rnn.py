"""The forecaster this package exists for."""

import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts._validation import check_count
from rnnts.cells import CELLS, Params
from rnnts.forecasters._features import HiddenFeatures
from rnnts.forecasters._statistics import NetworkStatistics
from rnnts.forecasters.networks._comparison import companions_of, partner_of
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._held_out import HeldOut, held_out, n_trained_on
from rnnts.forecasters.networks._likelihood import n_free
from rnnts.forecasters.networks._model import Blend, Companion, Model, bridged
from rnnts.forecasters.networks._plan import plan_of
from rnnts.forecasters.networks._recurrence import State
from rnnts.forecasters.networks._report import Report, report_on
from rnnts.forecasters.networks._training import Trained, interpolated, read_all, train
from rnnts.forecasters.networks._uncertainty import (
    Analytic,
    Calibrated,
    Said,
    Simulated,
    Uncertainty,
    lowest,
    method_for,
)
from rnnts.intervals import (
    ConformalErrors,
    GaussianInnovations,
    Innovations,
    ResampledInnovations,
)
from rnnts.linear._stability import is_stable, spectral_radius
from rnnts.losses import Loss
from rnnts.solvers import Solver
from rnnts.transforms import Identity

# What its own forecasts are called in its report.
_OWN = "RNNForecaster"

# Seeds drawn at once, so that the first ones do not depend on how many are used.
_MANY_SEEDS = 100


class RNNForecaster(NetworkStatistics, HiddenFeatures):
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
        dilation: int | tuple[int, ...] = 1,
        residual: bool = False,
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
        clip_norm: float | None = None,
        init: str = "auto",
        n_init: int = 1,
        early_stopping: bool = False,
        validation_fraction: float = 0.2,
        n_iter_no_change: int = 20,
        warm_start: bool = False,
        partner: Any = "auto",
        fallback: Any = None,
        interval_method: str = "auto",
        random_state: Any = 0,
        n_jobs: int | None = None,
        freq: str | None = None,
        exog_gap: str = "error",
    ) -> None:
        self.cell = cell
        self.hidden_size = hidden_size
        self.input_size = input_size
        self.dilation = dilation
        self.residual = residual
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
        self.clip_norm = clip_norm
        self.init = init
        self.n_init = n_init
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.partner = partner
        self.fallback = fallback
        self.interval_method = interval_method
        self.random_state = random_state
        self.n_jobs = n_jobs
        self.freq = freq
        self.exog_gap = exog_gap

    _bridges_missing = True

    def _min_rows(self) -> int:
        n_lags = 1 if self.input_size == "auto" else check_count("input_size", self.input_size)
        return n_lags + 2

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        earlier = None
        if self.warm_start and self.__sklearn_is_fitted__():
            earlier = self._networks
        random = check_random_state(self.random_state)
        self._seeds = random.randint(2**31 - 1, size=_MANY_SEEDS).tolist()
        self._learn_from(y, exog, season_length, earlier)

    def _continue(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        self._learn_from(y, exog, season_length, self._networks)

    def _learn_from(
        self, y: FloatArray, exog: FloatArray, season_length: int, earlier: Ensemble | None
    ) -> None:
        trained, model = self._modelled(y, exog, season_length, earlier)
        _warn_of_trouble(trained)
        self._n_trained_on, self._held_out = len(y), None
        self.fallback_ = None
        if self.fallback is not None:
            companions = companions_of(self.fallback, trained.y, exog, season_length)
            self._held_out = self._hold_out(y, exog, season_length)
            if self._held_out is not None:
                self.fallback_ = self._held_out.best_of([_OWN, *companions])
            if self.fallback_ in companions:
                model = Blend(model, companions[self.fallback_], 1.0)
        solution = trained.solutions[0]
        self.loss_curve_ = list(solution.loss_curve)
        self.n_iter_ = solution.n_iter
        self.converged_ = all(each.converged for each in trained.solutions)
        self.solver_ = trained.solver
        self._endings = [(each.n_iter, each.converged) for each in trained.solutions]
        self._model = model
        errors = self._errors(model, y, trained.y, exog)
        self._innovations = GaussianInnovations.like(errors, n_free(trained.ensemble.first))
        with np.errstate(over="ignore"):
            self._describe(np.nanmean(np.square(errors), axis=0))

    def _modelled(
        self, y: FloatArray, exog: FloatArray, season_length: int, earlier: Ensemble | None = None
    ) -> tuple[Trained, Model]:
        """Networks trained on rows, and what forecasts with them."""
        words = SimpleNamespace(**self.get_params(deep=False))
        plan = plan_of(words, interpolated(y), exog.shape[1], season_length)
        seeds = self._seeds[: plan.n_init]
        trained = train(plan, y, exog, season_length, seeds, self.n_jobs, earlier)
        partner, share = partner_of(self.partner, plan.partner)
        if partner is None:
            return trained, trained.ensemble
        companion = Companion.fitted(partner, trained.y, exog, season_length)
        return trained, Blend(trained.ensemble, companion, share)

    def _errors(
        self, model: Model, y: FloatArray, filled: FloatArray, exog: FloatArray
    ) -> FloatArray:
        """One-step errors of the rows that have all their lags."""
        member = self._networks.first
        n_first = member.preparation.n_lost + len(member.recurrence.start.lags)
        with np.errstate(over="ignore", invalid="ignore"):
            error: FloatArray = (y - model.one_step(filled, exog))[n_first:]
        return error

    def _adopt(self, networks: Ensemble, covariance: FloatArray) -> None:
        self._model, self._held_out, self._n_trained_on = networks, None, 0
        self.fallback_ = None
        root = np.linalg.cholesky(covariance)
        self._innovations = GaussianInnovations(np.asarray(root.T, dtype=float))
        self._describe(np.diag(covariance))

    def _describe(self, mean_square: FloatArray) -> None:
        networks = self._networks
        weights = [
            member.recurrence.network.unpack(member.recurrence.params) for member in networks
        ]
        self.weights_: Params | list[Params] = weights[0] if len(weights) == 1 else weights
        self.hidden_size_ = networks.first.recurrence.network.hidden_size
        self.sigma2_ = float(mean_square[0]) if len(mean_square) == 1 else mean_square

    @property
    def _networks(self) -> Ensemble:
        """The networks within the model that forecasts."""
        return networks_in(self._model)

    @property
    def state_(self) -> State | list[State]:
        """What the network remembers after the last row; a list, if there are several."""
        states = [member.state for member in self._networks]
        return states[0] if len(states) == 1 else states

    @property
    def preparation_(self) -> list[str]:
        """What is done to the series before each network reads it, in words."""
        check_is_fitted(self)
        return [seeds[0].describe() for seeds in self._networks.members]

    @property
    def report_(self) -> Report | None:
        """How it did on held-out rows, next to the seasonal naive forecast and theta.

        It takes one more training on the first three quarters of the rows, when first asked for;
        None if the series is too short for that.
        """
        tested = self._tested()
        if tested is None:
            return None
        chosen = self.fallback_ or _OWN
        return report_on(_OWN, tested, self.scale_, self.preparation_, chosen)

    def _tested(self) -> HeldOut | None:
        self._seen_rows()
        if self._held_out is None and self._n_trained_on:
            history, n_rows = self._history, self._n_trained_on
            y, exog = history.y[:n_rows], history.exog[:n_rows]
            self._held_out = self._hold_out(y, exog, self.season_length_)
        return self._held_out

    def _hold_out(self, y: FloatArray, exog: FloatArray, season_length: int) -> HeldOut | None:
        """Train on the first rows, and forecast the others."""
        n_first = n_trained_on(y, max(self._min_rows() + 1, season_length + 1, 6))
        if not n_first:
            return None
        first, first_exog = y[:n_first], exog[:n_first]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            trained, model = self._modelled(first, first_exog, season_length)
        companions = companions_of(self.fallback, trained.y, first_exog, season_length)
        filled, _ = bridged(model, y[n_first:], exog[n_first:])
        horizon = max(trained.ensemble.first.recurrence.horizon, min(season_length, 24), 12)
        models = {_OWN: model, **companions}
        return held_out(models, y, np.vstack([trained.y, filled]), exog, n_first, horizon)

    def _uncertainty(self) -> Uncertainty:
        """What intervals and paths are made by."""
        networks = self._networks
        method = method_for(self.interval_method, networks, is_alone=self._model is networks)
        member = networks.first
        if method == "analytic":
            return Analytic(member, self.to_state_space(), self._innovations)
        if method == "quantile" and member.recurrence.horizon > 1:
            return Said(networks)
        if method == "quantile":
            return Simulated(member, None)
        tested = self._tested()
        if method == "simulation":
            return Simulated(member, self._step_errors(tested))
        return self._calibrated(tested)

    def _step_errors(self, tested: HeldOut | None) -> Innovations:
        """What the next one-step errors of the only network are drawn from, scaled."""
        member = self._networks.first
        if not self._n_trained_on:
            spread = member.recurrence.y_scaling.spread
            return GaussianInnovations(self._innovations.factor / spread)
        history, n_rows = self._history, self._n_trained_on
        y, exog = history.y[:n_rows], history.exog[:n_rows]
        if tested is None:
            filled, _ = read_all(self._networks, y, exog)
            return ResampledInnovations.like(member.errors(filled, exog), n_rows // 2)
        first = networks_in(tested.models[_OWN]).first
        errors = first.errors(tested.filled, exog)[tested.n_first - n_rows :]
        errors[np.isnan(y[tested.n_first :])] = np.nan
        return ResampledInnovations.like(errors)

    def _calibrated(self, tested: HeldOut | None) -> Calibrated:
        history, n_rows = self._history, self._n_trained_on
        y, exog = history.y[:n_rows], history.exog[:n_rows]
        powers = [member.power for member in self._networks]
        is_shared = len({power.describe() for power in powers}) == 1
        power = powers[0] if is_shared else Identity().fit(y)
        floor = lowest(y, power)
        if tested is None:
            said = np.maximum(self._one_step(y, exog), floor)
            errors = (power.transform_next(y) - power.transform_next(said))[1:, None]
        else:
            errors = tested.errors(self.fallback_ or _OWN, power, floor)
        return Calibrated(self._model, power, floor, ConformalErrors.like(errors))

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        return self._uncertainty().quantiles(future_exog, probabilities)

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        return self._uncertainty().paths(future_exog, n_paths, rng)

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        filled, _ = read_all(self._networks, y, exog)
        return self._model.one_step(filled, exog)

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return self._model.forecast(future_exog)

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        _, self._model = bridged(self._model, y, exog)


def networks_in(model: Model) -> Ensemble:
    """The networks that a model is made of."""
    while isinstance(model, Blend):
        model = model.first
    if not isinstance(model, Ensemble):
        raise TypeError(f"there is no network in {model!r}")
    return model


def _warn_of_trouble(trained: Trained) -> None:
    for solution in trained.solutions:
        if not solution.converged:
            warnings.warn(
                f"{solution.message} (loss {solution.value:.6g} after {solution.n_iter} "
                "iterations)",
                ConvergenceWarning,
                stacklevel=6,
            )
            return
    recurrence = trained.ensemble.first.recurrence
    if recurrence.network.cell is CELLS["linear"] and recurrence.horizon == 1:
        recurrent = recurrence.network.unpack(recurrence.params)["w_hidden"]
        if not is_stable(recurrent):
            warnings.warn(
                "the trained recurrence never forgets its start (the spectral radius of A is "
                f"{spectral_radius(recurrent):.6g}), so training ended beside the optimum; use "
                "solver='lm' or another random_state",
                ConvergenceWarning,
                stacklevel=6,
            )
