"""Series of one length side by side, each with networks of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import SimpleNamespace

import numpy as np
from sklearn.base import clone

from rnnts._types import FloatArray, IntArray
from rnnts.forecasters._rnn import RNNForecaster
from rnnts.forecasters.networks._comparison import partner_of
from rnnts.forecasters.networks._ensemble import Ensemble, lowest_of
from rnnts.forecasters.networks._lesson import Rows
from rnnts.forecasters.networks._model import Blend, Companion, Model
from rnnts.forecasters.networks._plan import Plan, plan_of
from rnnts.forecasters.networks._pooling import Pooled
from rnnts.forecasters.networks._training_apart import (
    Weights,
    ensemble_of,
    solutions_of,
    train_apart,
    weights_of,
)
from rnnts.kernels.lanes.arrays import AnyFloatArray


@dataclass(frozen=True, eq=False)
class Block:
    """Series side by side, and the weights of their networks.

    All else follows from the rows: in a block that was read from a file, or taken from another,
    preparations and partners are fitted anew when they are needed.

    Attributes
    ----------
    estimator : RNNForecaster
        Unfitted; what each series would have been given to by itself.
    season_length : int
    y : ndarray of shape (n_rows, n_series)
        Without gaps.
    n_trained : int
        First rows, which the weights come from.
    weights : tuple of tuple of ndarray of shape (n_series, n_params)
    losses : ndarray of shape (n_networks, n_iter, n_series)
        After each step of training.
    """

    estimator: RNNForecaster
    season_length: int
    y: FloatArray
    n_trained: int
    weights: Weights
    losses: AnyFloatArray

    @classmethod
    def fitted(cls, estimator: RNNForecaster, season_length: int, y: FloatArray) -> "Block":
        """Train networks for every column."""
        plan = plan_for(estimator, season_length, y)
        # Of a copy: a RandomState would draw others for each block.
        seeds = clone(estimator)._draw_seeds()[: plan.n_init]
        networks, losses = train_apart(plan, _rows(y, season_length), seeds)
        block = cls(estimator, season_length, y, len(y), weights_of(networks), losses)
        block.__dict__["networks"] = networks
        return block

    def __len__(self) -> int:
        return int(self.y.shape[1])

    @cached_property
    def plan(self) -> Plan:
        """What was trained."""
        return plan_for(self.estimator, self.season_length, self.y_trained)

    @property
    def y_trained(self) -> FloatArray:
        """The first rows."""
        return self.y[: self.n_trained]

    @cached_property
    def floor(self) -> FloatArray:
        """What forecasts of each series are raised to."""
        return lowest_of(self.networks, self.y_trained)

    @cached_property
    def networks(self) -> Ensemble:
        """After the rows that they were trained on."""
        return ensemble_of(self.plan, _rows(self.y_trained, self.season_length), self.weights)

    @cached_property
    def model(self) -> Model:
        """What forecasts, after all rows."""
        first = self.y_trained
        model: Model = self.networks
        partner, share = partner_of(self.estimator.partner, self.plan.partner)
        if partner is not None:
            companion = Companion.fitted(partner, first, empty_exog(first), self.season_length)
            model = Blend(model, companion, share)
        later = self.y[self.n_trained :]
        return model.advanced(later, empty_exog(later)) if len(later) else model

    def forecast(self, n_steps: int) -> FloatArray:
        """Forecasts (n_steps, n_series) of the rows to come."""
        return np.maximum(self.model.forecast(np.empty((n_steps, 0))), self.floor)

    def extended(self, y: FloatArray) -> "Block":
        """After further rows of all series."""
        block = replace(self, y=np.vstack([self.y, y]))
        if "model" in self.__dict__:
            block.__dict__["model"] = self.model.advanced(y, empty_exog(y))
        return block

    @classmethod
    def joined(cls, blocks: Sequence["Block"]) -> "Block":
        """The series of several blocks, which have read as much."""
        first = blocks[0]
        if len(blocks) == 1:
            return first
        weights = tuple(
            tuple(np.concatenate(parts) for parts in zip(*alike, strict=True))
            for alike in zip(*(block.weights for block in blocks), strict=True)
        )
        y = np.concatenate([block.y for block in blocks], axis=1)
        losses = np.concatenate([block.losses for block in blocks], axis=-1)
        return replace(first, y=y, weights=weights, losses=losses)

    def take(self, columns: Sequence[int] | IntArray) -> "Block":
        """Some of the series."""
        weights = tuple(tuple(params[columns] for params in alike) for alike in self.weights)
        return replace(
            self, y=self.y[:, columns], weights=weights, losses=self.losses[..., columns]
        )

    def pooled(self, column: int) -> Pooled:
        """The networks of one series, as a forecaster takes them up."""
        return Pooled(self.plan, solutions_of(self.weights, self.losses, column))


def plan_for(estimator: RNNForecaster, season_length: int, y: FloatArray) -> Plan:
    """What to train on every column; raises where an argument makes no sense."""
    words = SimpleNamespace(**estimator.get_params(deep=False))
    return plan_of(words, y, len(y), 0, season_length)


def _rows(y: FloatArray, season_length: int) -> Rows:
    return Rows(y, y, empty_exog(y), season_length)


def empty_exog(y: FloatArray) -> FloatArray:
    """The exogenous columns there are not."""
    return np.empty((len(y), 0))
