"""What a sequence estimator trains: networks, and what is made of several of them."""

from rnnts.sequence.models._base import Lesson, Model
from rnnts.sequence.models._both_ways import BothWays
from rnnts.sequence.models._encoder_decoder import EncoderDecoder
from rnnts.sequence.models._one_way import OneWay

__all__ = ["BothWays", "EncoderDecoder", "Lesson", "Model", "OneWay"]
