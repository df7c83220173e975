"""What a file may hold, by the name that stands in it.

These names are for ever: a class that moves or is called something else keeps its own here.  What
a forecaster of one series holds is named in ``rnnts/forecasters/_file_classes.py``.
"""

from rnnts.forecasters import FORECASTERS, PanelForecaster, _file_classes
from rnnts.forecasters.panels._bank import Bank
from rnnts.forecasters.panels._block import Block
from rnnts.forecasters.panels._fitted import FittedSeries
from rnnts.panel import DictForm, IndexedForm, LongForm
from rnnts.panel._static import StaticCode
from rnnts.sequence import OnlineRNN, RNNClassifier, RNNRegressor, RNNTranslator
from rnnts.sequence._trained import Scales, Trained
from rnnts.sequence.models import BothWays, EncoderDecoder, OneWay
from rnnts.sequence.streams._learner import Learner

ESTIMATORS = {
    *FORECASTERS.values(),
    *(PanelForecaster, RNNClassifier, RNNRegressor, RNNTranslator, OnlineRNN),
}

_INSIDE: list[type] = [
    *(DictForm, IndexedForm, LongForm, StaticCode),
    *(Bank, Block, FittedSeries),
    *(BothWays, EncoderDecoder, OneWay, Learner, Scales, Trained),
]

CLASSES: dict[str, type] = {
    **_file_classes.CLASSES,
    **{cls.__name__: cls for cls in [*ESTIMATORS, *_INSIDE]},
}
