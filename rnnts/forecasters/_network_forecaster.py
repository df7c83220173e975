"""What a forecaster made of networks knows of them."""

from typing import Any

from sklearn.utils.validation import check_is_fitted

from rnnts._types import FloatArray
from rnnts.cells import Params
from rnnts.forecasters._base import BaseForecaster
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._model import Model, networks_in
from rnnts.forecasters.networks._recurrence import State


class NetworkForecaster(BaseForecaster):
    """A forecaster whose model holds networks."""

    _model: Model
    _floor: FloatArray

    @property
    def _networks(self) -> Ensemble:
        """The networks within the model that forecasts."""
        return networks_in(self._model)

    @property
    def weights_(self) -> Params | list[Params]:
        """Weights of the network by name, which are views; a list, if there are several."""
        check_is_fitted(self)
        weights = [
            member.recurrence.network.unpack(member.recurrence.params) for member in self._networks
        ]
        return weights[0] if len(weights) == 1 else weights

    @property
    def state_(self) -> State | list[State]:
        """What the network remembers after the last row; a list, if there are several."""
        check_is_fitted(self)
        states = [member.state for member in self._networks]
        return states[0] if len(states) == 1 else states

    @property
    def preparation_(self) -> list[str]:
        """What is done to the series before each network reads it, in words."""
        check_is_fitted(self)
        return [seeds[0].describe() for seeds in self._networks.members]

    @property
    def _is_alone(self) -> bool:
        """Whether one network makes the forecasts."""
        return self._model is self._networks and len(self._networks) == 1

    @property
    def _is_arma(self) -> bool:
        """Whether it is a linear network that reads the series as it is, row by row."""
        return self._is_alone and self._networks.first.is_arma

    def _names_of_targets(self) -> list[Any]:
        layout = self._history.layout
        if layout.columns is not None:
            return list(layout.columns)
        n_targets = self._history.y.shape[1]
        return list(range(n_targets)) if layout.name is None else [layout.name]
