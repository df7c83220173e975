"""What a file may hold, by the name that stands in it.

These names are for ever: a class that moves or is called something else keeps its own here.
"""

from rnnts._network import Network
from rnnts.cells import Cell
from rnnts.forecasters import FORECASTERS, PanelForecaster
from rnnts.forecasters import _ets_model as ets
from rnnts.forecasters._history import History
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
from rnnts.forecasters.panels._bank import Bank
from rnnts.forecasters.panels._block import Block
from rnnts.forecasters.panels._fitted import FittedSeries
from rnnts.intervals._conformal import ConformalErrors
from rnnts.intervals._innovations import GaussianInnovations, ResampledInnovations
from rnnts.intervals._spread import Spread
from rnnts.linear import Start, StateSpace
from rnnts.losses import LOSSES
from rnnts.panel import DictForm, IndexedForm, LongForm
from rnnts.panel._static import StaticCode
from rnnts.panel.axes import DatetimeAxis, IntegerAxis, PeriodAxis
from rnnts.sequence import OnlineRNN, RNNClassifier, RNNRegressor, RNNTranslator
from rnnts.sequence._trained import Scales, Trained
from rnnts.sequence.models import BothWays, EncoderDecoder, OneWay
from rnnts.sequence.streams._learner import Learner
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

ESTIMATORS = {
    *FORECASTERS.values(),
    *(PanelForecaster, RNNClassifier, RNNRegressor, RNNTranslator, OnlineRNN),
}

_INSIDE: list[type] = [
    *(DatetimeAxis, IntegerAxis, PeriodAxis, DictForm, IndexedForm, LongForm, StaticCode),
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
    *(Bank, Block, FittedSeries),
    *(BothWays, EncoderDecoder, OneWay, Learner, Scales, Trained),
]

CLASSES: dict[str, type] = {
    **{cls.__name__: cls for cls in [*ESTIMATORS, *_INSIDE]},
    **{"ETSForm": ets.Form, "ETSModel": ets.ETSModel},
}
