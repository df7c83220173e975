"""The systems of the classic introductions to recurrent networks, each working and each measured.

A function a system: it trains or computes what the text describes, and returns the figures.  Where
a text is wrong, the function shows by how much.  ``notebooks/02_classic_rnns.ipynb`` draws them.
"""

from rnnts.gallery._accumulator import LearnedAccumulator, accumulate, learn_to_accumulate
from rnnts.gallery._addition_by_hand import (
    AdderWeights,
    AdditionByHand,
    addition_by_hand,
    addition_gradient,
)
from rnnts.gallery._alphabet import alphabet
from rnnts.gallery._binary_addition import (
    BinaryAddition,
    addition_pairs,
    binary_addition,
    bits_of_sums,
)
from rnnts.gallery._binary_predictor import (
    BinaryPredictor,
    binary_generator,
    binary_predictor,
    signs_of_steps,
)
from rnnts.gallery._bouncing_ball import BouncingBall, bouncing_ball
from rnnts.gallery._bptt_by_hand import ScalarWeights, bptt_by_hand
from rnnts.gallery._memory_depth import memory_depth
from rnnts.gallery._name_tagging import NameTagging, name_tagging
from rnnts.gallery._next_character import NextCharacter, next_character
from rnnts.gallery._reversal import Reversal, reversal
from rnnts.gallery._sentiment import Sentiment, sentiment
from rnnts.gallery._softmax import SoftmaxExample, softmax_example

__all__ = [
    "AdderWeights",
    "AdditionByHand",
    "BinaryAddition",
    "BinaryPredictor",
    "BouncingBall",
    "LearnedAccumulator",
    "NameTagging",
    "NextCharacter",
    "Reversal",
    "ScalarWeights",
    "Sentiment",
    "SoftmaxExample",
    "accumulate",
    "addition_by_hand",
    "addition_gradient",
    "addition_pairs",
    "alphabet",
    "binary_addition",
    "binary_generator",
    "binary_predictor",
    "bits_of_sums",
    "bouncing_ball",
    "bptt_by_hand",
    "learn_to_accumulate",
    "memory_depth",
    "name_tagging",
    "next_character",
    "reversal",
    "sentiment",
    "signs_of_steps",
    "softmax_example",
]
