"""What a file may hold of a forecaster of one series, by the name that stands in it.

These names are for ever: a class that moves or is called something else keeps its own here.
"""

from typing import Any

import numpy as np

from rnnts._network import Network
from rnnts.cells import CELLS, Cell
from rnnts.forecasters import _ets_model as ets
from rnnts.forecasters._history import History
from rnnts.forecasters._table import FORECASTERS
from rnnts.forecasters._target import Layout
from rnnts.forecasters._theta_model import ThetaModel, ThetaState
from rnnts.forecasters.networks._ensemble import Ensemble
from rnnts.forecasters.networks._held_out import HeldOut
from rnnts.forecasters.networks._lesson import Rows
from rnnts.forecasters.networks._member import Member
from rnnts.forecasters.networks._model import Blend, Companion, Replaced
from rnnts.forecasters.networks._outputs import Outputs
from rnnts.forecasters.networks._plan import Plan, Variant
from rnnts.forecasters.networks._pooled_errors import PooledErrors
from rnnts.forecasters.networks._pooling import Pooled
from rnnts.forecasters.networks._recurrence import Recurrence, State
from rnnts.intervals._conformal import ConformalErrors
from rnnts.intervals._innovations import GaussianInnovations, ResampledInnovations
from rnnts.intervals._spread import Spread
from rnnts.linear import Start, StateSpace
from rnnts.losses import LOSSES
from rnnts.panel import TimeAxis
from rnnts.panel.axes import DatetimeAxis, IntegerAxis, PeriodAxis
from rnnts.saving import Form, attributes_of, axis_from, axis_words
from rnnts.solvers import SOLVERS
from rnnts.solvers._base import Solution
from rnnts.transforms import TRANSFORMS, Chain, Preparation, Scaling
from rnnts.transforms._chain import FittedChain
from rnnts.transforms._difference import FittedDifference
from rnnts.transforms._features import Calendar, Fourier
from rnnts.transforms._level import FittedLevel
from rnnts.transforms._power import FittedPower
from rnnts.transforms._running_level import Averaged, Smoothed
from rnnts.transforms._season import FittedSeason
from rnnts.transforms._shifted_log import FittedShiftedLog, ShiftedLog

_BY_THEIR_NAMES: list[type] = [
    *FORECASTERS.values(),
    *(DatetimeAxis, IntegerAxis, PeriodAxis),
    *(History, Layout),
    *(Start, StateSpace),
    *map(type, LOSSES.values()),
    *SOLVERS.values(),
    *TRANSFORMS.values(),
    *(Calendar, Chain, Fourier, Preparation, Scaling, ShiftedLog),
    *(FittedChain, FittedDifference, FittedLevel, FittedPower, FittedSeason, FittedShiftedLog),
    *(Averaged, Smoothed),
    *(Cell, Network, Solution),
    *(ConformalErrors, GaussianInnovations, ResampledInnovations, Spread),
    *(ThetaModel, ThetaState),
    *(Blend, Companion, Ensemble, HeldOut, Member, Outputs, Recurrence, Replaced, Rows, State),
    *(Plan, Pooled, PooledErrors, Variant),
]

CLASSES: dict[str, type] = {
    **{cls.__name__: cls for cls in _BY_THEIR_NAMES},
    **{"ETSForm": ets.Form, "ETSModel": ets.ETSModel},
}


def _cell_state(cell: Cell) -> dict[str, Any]:
    return {"name": next(name for name, each in CELLS.items() if each == cell)}


def _cell_from(name: str) -> Cell:
    return CELLS[name]


def _recurrence_from(**state: Any) -> Recurrence:
    recurrence = Recurrence(**state)
    check_shape("params", recurrence.params, (recurrence.network.n_params,))
    return recurrence


def _ets_model_from(**state: Any) -> ets.ETSModel:
    model = ets.ETSModel(**state)
    check_shape("params", model.params, (model.form.n_places,))
    return model


def _axis_from(**words: Any) -> TimeAxis:
    return axis_from(words)


def check_shape(name: str, found: Any, needed: tuple[int, ...]) -> None:
    """Kernels compute addresses from these shapes, and look at nothing."""
    if np.shape(found) != needed:
        raise ValueError(f"a model needs {name} of shape {needed}, not {np.shape(found)}")


FORMS: dict[type, Form] = {
    **{axis: Form(axis_words, _axis_from) for axis in (DatetimeAxis, IntegerAxis, PeriodAxis)},
    Cell: Form(_cell_state, _cell_from),
    ets.ETSModel: Form(attributes_of, _ets_model_from),
    Recurrence: Form(attributes_of, _recurrence_from),
}
