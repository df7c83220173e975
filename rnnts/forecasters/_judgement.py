"""How good a network was on rows it had not seen, and how sure it may be of those to come."""

import warnings
from abc import abstractmethod

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from rnnts._types import FloatArray
from rnnts.forecasters._conversion import LinearConversion
from rnnts.forecasters.networks._calibration import (
    errors_after,
    errors_held_out,
    errors_in_training,
    power_of,
)
from rnnts.forecasters.networks._comparison import companions_of
from rnnts.forecasters.networks._held_out import HeldOut, held_out, n_trained_on, steps_ahead
from rnnts.forecasters.networks._model import Model, bridged, networks_in
from rnnts.forecasters.networks._pooled_errors import PooledErrors
from rnnts.forecasters.networks._report import Report, report_on
from rnnts.forecasters.networks._training import Trained, filled_by
from rnnts.forecasters.networks._uncertainty import (
    Analytic,
    Calibrated,
    Said,
    Simulated,
    Uncertainty,
    method_for,
)
from rnnts.intervals import GaussianInnovations, Innovations, ResampledInnovations

# What a network's own forecasts are called in its report.
OWN = "RNNForecaster"


class Judgement(LinearConversion):
    """Reports, intervals and paths of a forecaster made of networks."""

    interval_method: str
    fallback: object
    fallback_: str | None
    _innovations: GaussianInnovations
    _held_out: HeldOut | None
    _pooled_errors: PooledErrors | None = None
    _step_size: FloatArray
    _n_trained_on: int

    @abstractmethod
    def _modelled(
        self, y: FloatArray, exog: FloatArray, season_length: int
    ) -> tuple[Trained, Model]:
        """Networks trained on rows, and what forecasts with them."""

    @property
    def report_(self) -> Report | None:
        """How it did on held-out rows, next to the seasonal naive forecast and theta.

        It takes one more training on the first three quarters of the rows, when first asked for;
        None if the series is too short for that, or the networks were trained on others as well.
        """
        tested = self._tested()
        if tested is None:
            return None
        chosen = self.fallback_ or OWN
        return report_on(OWN, tested, self.scale_, self.preparation_, chosen)

    def _tested(self) -> HeldOut | None:
        if self._pooled_errors is not None:
            return None
        y, exog = self._rows_trained_on()
        if self._held_out is None and self._n_trained_on:
            self._held_out = self._hold_out(y, exog, self.season_length_)
        return self._held_out

    def _rows_trained_on(self) -> tuple[FloatArray, FloatArray]:
        """Or all rows, where the weights came from elsewhere."""
        history = self._seen_rows()
        n_rows = self._n_trained_on or len(history)
        return history.y[:n_rows], history.exog[:n_rows]

    def _hold_out(self, y: FloatArray, exog: FloatArray, season_length: int) -> HeldOut | None:
        """Train on the first rows, and forecast the others."""
        n_first = n_trained_on(y, season_length, self._min_rows())
        if not n_first:
            return None
        first, first_exog = y[:n_first], exog[:n_first]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            trained, model = self._modelled(first, first_exog, season_length)
        companions = companions_of(self.fallback, trained.y, first_exog, season_length)
        filled = bridged(trained.ensemble, y[n_first:], exog[n_first:])
        horizon = steps_ahead(trained.plan.horizon, season_length)
        models = {OWN: model, **companions}
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
        y, exog = self._rows_trained_on()
        if tested is None:
            filled = filled_by(self._networks, y, exog)
            return ResampledInnovations.like(member.errors(filled, exog), len(y) // 2)
        first = networks_in(tested.models[OWN]).first
        errors = first.errors(tested.filled, exog)[tested.n_first - len(y) :]
        errors[np.isnan(y[tested.n_first :])] = np.nan
        return ResampledInnovations.like(errors)

    def _calibrated(self, tested: HeldOut | None) -> Calibrated:
        y, exog = self._rows_trained_on()
        power, floor = power_of(self._networks, y)
        if self._pooled_errors is not None:
            unit = self._pooled_errors.unit(self._step_size)
            return Calibrated(self._model, power, floor, self._pooled_errors.errors, unit)
        if tested is None:
            errors = errors_in_training(y, self._one_step(y, exog), power, floor)
        else:
            errors = errors_held_out(tested, self.fallback_ or OWN, power, floor)
        return Calibrated(self._model, power, floor, errors, np.ones(y.shape[1]))

    def _size_of_steps(self, y: FloatArray, said: FloatArray) -> FloatArray:
        """Mean absolute one-step error after the power, of the rows trained on."""
        power, floor = power_of(self._networks, y)
        steps = errors_after(power, floor, y, np.maximum(said, self._floor))
        size: FloatArray = np.nanmean(np.abs(steps[1:]), axis=0)
        return size

    def _errors_after(self, first: FloatArray, y: FloatArray, exog: FloatArray) -> FloatArray:
        """Errors after the power, of the forecasts of the next rows; `first` were trained on."""
        power, floor = power_of(self._networks, first)
        return errors_after(power, floor, y, self._forecast(exog))

    def _quantiles(self, future_exog: FloatArray, probabilities: FloatArray) -> FloatArray:
        quantiles = self._uncertainty().quantiles(future_exog, probabilities)
        return np.maximum(quantiles, self._floor[:, None])

    def _paths(self, future_exog: FloatArray, n_paths: int, rng: np.random.Generator) -> FloatArray:
        return np.maximum(self._uncertainty().paths(future_exog, n_paths, rng), self._floor)
