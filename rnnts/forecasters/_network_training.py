"""How networks are trained on a series, and what a forecaster keeps of it."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from rnnts._seeds import random_state_of
from rnnts._types import FloatArray
from rnnts._validation import check_choice, check_count
from rnnts.forecasters._judgement import OWN, Judgement
from rnnts.forecasters.networks._comparison import fallbacks_of, partner_of
from rnnts.forecasters.networks._ensemble import Ensemble, lowest_of
from rnnts.forecasters.networks._lesson import Rows, interpolated
from rnnts.forecasters.networks._likelihood import n_free
from rnnts.forecasters.networks._model import Blend, Companion, Model, Replaced, bridged
from rnnts.forecasters.networks._plan import plan_of
from rnnts.forecasters.networks._pooling import Pooled, Pupil
from rnnts.forecasters.networks._recipes import Recipe
from rnnts.forecasters.networks._training import Trained, filled_by, train
from rnnts.forecasters.networks._training_apart import train_one_apart
from rnnts.forecasters.networks._uncertainty import METHODS
from rnnts.forecasters.networks._warnings import warn_of_size, warn_of_trouble
from rnnts.intervals import GaussianInnovations

# Seeds drawn at once, so that the first ones do not depend on how many are used.
_MANY_SEEDS = 100


class NetworkTraining(Judgement):
    """Training of networks on one series, or the reading of it by those trained on many."""

    hidden_size: int | tuple[int, ...] | str
    input_size: int | str
    n_init: int | str
    warm_start: bool
    partner: Any
    random_state: Any
    n_jobs: int | None
    verbose: int

    _bridges_missing = True

    # Whether its networks were trained side by side with those of other series.
    _is_apart = False

    def _min_rows(self) -> int:
        n_lags = 1 if self.input_size == "auto" else check_count("input_size", self.input_size)
        return n_lags + 2

    def _fit(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        earlier = None
        if self.warm_start and self.__sklearn_is_fitted__():
            earlier = self._networks
        self._seeds = self._draw_seeds()
        self._learn_from(y, exog, season_length, earlier)

    def _continue(self, y: FloatArray, exog: FloatArray, season_length: int) -> None:
        if not hasattr(self, "_seeds"):
            # Converted from an ARMA model, and not trained as yet.
            self._seeds = self._draw_seeds()
        self._learn_from(y, exog, season_length, self._networks)

    def _draw_seeds(self) -> list[int]:
        random = random_state_of(self.random_state)
        n_given = 1 if self.n_init == "auto" else check_count("n_init", self.n_init)
        n_seeds = max(_MANY_SEEDS, n_given)
        seeds: list[int] = random.randint(2**31 - 1, size=n_seeds).tolist()
        return seeds

    def _learn_from(
        self, y: FloatArray, exog: FloatArray, season_length: int, earlier: Ensemble | None
    ) -> None:
        check_choice("interval_method", self.interval_method, ["auto", *METHODS])
        self._is_apart = False
        trained, model = self._modelled(y, exog, season_length, earlier)
        warn_of_trouble(trained)
        if self.hidden_size not in ("auto", Recipe.hidden_size, "bic"):
            warn_of_size(trained, int((~np.isnan(y)).sum()))
        self._n_trained_on, self._held_out, self._pooled_errors = len(y), None, None
        self.fallback_ = None
        allowed = fallbacks_of(self.fallback)
        if allowed:
            self._held_out = self._hold_out(y, exog, season_length)
            if self._held_out is not None:
                self.fallback_ = self._held_out.best_of([OWN, *allowed])
            if self.fallback_ in allowed:
                chosen = allowed[self.fallback_]
                better = Companion.fitted(chosen, trained.y, exog, season_length)
                model = Replaced(model, better)
        with np.errstate(over="ignore", invalid="ignore"):
            said = model.one_step(trained.y, exog)
        self._take_up(trained, model, y, said)

    def _take_up(self, trained: Trained, model: Model, y: FloatArray, said: FloatArray) -> None:
        """Set what is known after training; `said` of every row before it was seen."""
        solution = trained.solutions[0]
        self.loss_curves_ = [list(each.loss_curve) for each in trained.solutions]
        self.loss_curve_ = self.loss_curves_[0]
        self.n_iter_ = solution.n_iter
        self.converged_ = all(each.converged for each in trained.solutions)
        self.solver_ = trained.plan.solver
        self._endings = [(each.n_iter, each.converged) for each in trained.solutions]
        self._model = model
        self._floor = lowest_of(trained.ensemble, y)
        errors = self._errors(y, said)
        if np.isnan(errors).all(axis=0).any():
            raise ValueError(
                "after training, no row of y is predicted by a number; give rows of one magnitude, "
                "or fit anew on all of them rather than train on"
            )
        self._innovations = GaussianInnovations.like(errors, n_free(trained.ensemble.first))
        with np.errstate(over="ignore"):
            self._describe(np.nanmean(np.square(errors), axis=0))

    def _modelled(
        self, y: FloatArray, exog: FloatArray, season_length: int, earlier: Ensemble | None = None
    ) -> tuple[Trained, Model]:
        """Networks trained on rows, and what forecasts with them."""
        words = SimpleNamespace(**self.get_params(deep=False))
        n_known = int((~np.isnan(y)).sum(axis=0).min())
        plan = plan_of(words, interpolated(y), n_known, exog.shape[1], season_length)
        seeds = self._seeds[: plan.n_init]
        if self._is_apart:
            trained = train_one_apart(plan, Rows(y, y, exog, season_length), seeds)
        else:
            trained = train(
                plan,
                y,
                exog,
                season_length,
                seeds,
                self.n_jobs,
                earlier,
                is_shown=self.verbose > 0,
            )
        return trained, self._blended(trained, exog, season_length)

    def _blended(
        self,
        trained: Trained,
        exog: FloatArray,
        season_length: int,
        companion: Companion | None = None,
    ) -> Model:
        """The networks, averaged with their partner if they have one; it may be fitted already."""
        partner, share = partner_of(self.partner, trained.plan.partner)
        if partner is None:
            return trained.ensemble
        if companion is None:
            companion = Companion.fitted(partner, trained.y, exog, season_length)
        return Blend(trained.ensemble, companion, share)

    def _join(
        self,
        pooled: Pooled,
        pupil: Pupil,
        companion: Companion | None = None,
        *,
        is_apart: bool = False,
    ) -> None:
        """Read a series with networks that were trained on many, or side by side with others."""
        rows = pupil.rows
        y, exog, season_length = rows.y, rows.exog, rows.season_length
        networks = pooled.ensemble(pupil)
        filled = filled_by(networks, y, exog)
        said, networks = networks.read(filled, exog)
        trained = Trained(pooled.plan, networks, filled, pooled.solutions)
        model = self._blended(trained, exog, season_length, companion)
        if isinstance(model, Blend):
            said = model.mean(said, model.second.one_step(filled, exog))
        self._n_trained_on, self._held_out, self.fallback_ = len(y), None, None
        # Where no errors are pooled, intervals take one training on this series alone, in the way
        # of the first.
        self._seeds, self._is_apart = self._draw_seeds(), is_apart
        self._pooled, self._pooled_errors = pooled, pooled.errors
        self._take_up(trained, model, y, said)
        self._step_size = self._size_of_steps(y, said)

    def _errors(self, y: FloatArray, said: FloatArray) -> FloatArray:
        """One-step errors of the rows that have all their lags, or of the later half."""
        with np.errstate(over="ignore", invalid="ignore"):
            error: FloatArray = (y - said)[self._n_without_lags(len(y)) :]
        return error

    def _n_without_lags(self, n_rows: int) -> int:
        """First rows that lack some of their lags, but not more than half of them."""
        member = self._networks.first
        n_first = member.preparation.n_lost + len(member.recurrence.start.lags)
        return min(n_first, max(member.n_unknown, n_rows // 2))

    @property
    def n_startup_(self) -> int:
        """First rows that lack some of their lags, but not more than half of them."""
        return self._n_without_lags(len(self._seen_rows()))

    def _adopt(self, networks: Ensemble, covariance: FloatArray) -> None:
        self._model, self._held_out, self._n_trained_on = networks, None, 0
        self._floor = np.full(len(covariance), -np.inf)
        self.fallback_ = None
        root = np.linalg.cholesky(covariance)
        self._innovations = GaussianInnovations(np.asarray(root.T, dtype=float))
        self._describe(np.diag(covariance))

    def _describe(self, mean_square: FloatArray) -> None:
        networks = self._networks
        self.hidden_size_ = networks.first.recurrence.network.hidden_size
        self.sigma2_ = float(mean_square[0]) if len(mean_square) == 1 else mean_square

    def _one_step(self, y: FloatArray, exog: FloatArray) -> FloatArray:
        filled = filled_by(self._networks, y, exog)
        return np.maximum(self._model.one_step(filled, exog), self._floor)

    def _forecast(self, future_exog: FloatArray) -> FloatArray:
        return np.maximum(self._model.forecast(future_exog), self._floor)

    def _advance(self, y: FloatArray, exog: FloatArray) -> None:
        # By the networks alone, as in training: a partner could not be read from the first row on.
        self._model = self._model.advanced(bridged(self._networks, y, exog), exog)
