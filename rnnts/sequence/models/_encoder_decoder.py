r"""One network reads a sequence, another goes on from what it remembers and writes.

.. math::
    h_0 = \text{encoder}(x_1, \dots, x_T), \qquad
    \hat y_t = \text{decoder}(y_1, \dots, y_{t-1};\, h_0)

The encoder is read out once, into the state that the decoder starts from.  In training the decoder
reads what it should have written, in use what it has: teacher forcing (Williams and Zipser, 1989).

References
----------
Sutskever, Vinyals and Le (2014), *Sequence to Sequence Learning with Neural Networks*.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rnnts._network import Network, kernel_ready
from rnnts._objective import Objective
from rnnts._stepper import Stepper
from rnnts._types import FloatArray, IntArray
from rnnts._units_objective import UnitsObjective
from rnnts.cells import Params
from rnnts.kernels.loss_codes import GIVEN, LossCode
from rnnts.losses import Loss
from rnnts.sequence.models._base import Lesson
from rnnts.sequence.models._one_way import OneWay


@dataclass(frozen=True)
class EncoderDecoder:
    """Two networks; their parameters follow each other in the flat vector.

    Parameters
    ----------
    encoder : Network
        Read out when it has read all; it has as many outputs as the decoder has states.
    decoder : Network
        Read out at every step; it reads symbols, one-hot, and says how likely each is next.
    n_written : int
        How many symbols it writes.
    """

    encoder: Network
    decoder: Network
    n_written: int

    @property
    def n_params(self) -> int:
        """Length of the flat vector."""
        return self.encoder.n_params + self.decoder.n_params

    def split(self, params: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The parameters of the encoder, and those of the decoder."""
        return params[: self.encoder.n_params], params[self.encoder.n_params :]

    def init_params(self, rng: np.random.Generator) -> FloatArray:
        """Draw weights to start from."""
        return np.concatenate([self.encoder.init_params(rng), self.decoder.init_params(rng)])

    def unpack(self, params: FloatArray) -> Params:
        """Split the flat vector into named views; those of the decoder end in ``_decoder``."""
        encoder, decoder = self.split(params)
        views = self.decoder.unpack(decoder)
        return self.encoder.unpack(encoder) | {
            f"{name}_decoder": view for name, view in views.items()
        }

    def predict(
        self, params: FloatArray, x: FloatArray, lengths: IntArray | None = None
    ) -> FloatArray:
        """Outputs (n_written, n_sequences, n_symbols); the likeliest symbol is read each time."""
        encoder, decoder = self.split(params)
        start = OneWay(self.encoder).predict(encoder, x, lengths)
        stepper = Stepper(self.decoder, decoder, start)
        read = np.zeros((len(start), self.decoder.n_inputs))
        outputs = np.empty((self.n_written, *read.shape))
        for step in range(self.n_written):
            outputs[step] = stepper.step(read)
            read = np.eye(read.shape[1])[outputs[step].argmax(axis=1)]
        return outputs

    def objective(
        self, lesson: Lesson, loss: Loss, l2: float = 0.0, n_threads: int = 1
    ) -> "EncoderDecoderObjective":
        """The mean loss on a lesson, whose y are symbols, and a penalty on all matrices."""
        return EncoderDecoderObjective(self, lesson, loss, l2, n_threads)


@dataclass(frozen=True)
class EncoderDecoderObjective:
    """Mean loss of an encoder and a decoder, as `EncoderDecoder.objective` makes it."""

    model: EncoderDecoder
    lesson: Lesson
    loss: Loss
    l2: float
    n_threads: int

    def value_and_gradient(self, params: FloatArray) -> tuple[float, FloatArray]:
        """Loss at `params`, and its gradient; zero where the loss is not finite."""
        lesson = self.lesson
        encoder, decoder = self.model.split(params)
        start = OneWay(self.model.encoder).predict(encoder, lesson.x, lesson.lengths)
        d_start = np.empty_like(start)
        value, d_decoder = self._decoding.among(decoder, start=kernel_ready(start), d_start=d_start)
        if not np.isfinite(value):
            return value, np.zeros_like(params)
        penalty, d_encoder = self._encoding.among(encoder, y=self._at_ends(d_start))
        return value + penalty, np.concatenate([d_encoder, d_decoder])

    @cached_property
    def _decoding(self) -> UnitsObjective:
        """What the decoder is to write: at each step the symbol after those it should have."""
        y = self.lesson.y
        read = np.concatenate([np.zeros_like(y[:1]), y[:-1]])
        weights = self.lesson.weights
        network, l2 = self.model.decoder, self.l2
        return Objective(
            network, self.loss, read, y, weights=weights, n_threads=self.n_threads, l2=l2
        ).in_units()

    @cached_property
    def _encoding(self) -> UnitsObjective:
        """What brings gradients on the start of the decoder back through the encoder."""
        network, x = self.model.encoder, self.lesson.x
        slopes = self._at_ends(np.zeros((x.shape[1], network.n_outputs)))
        costs = network.costs(self.l2) if self.l2 else None
        given = LossCode(GIVEN, ())
        return UnitsObjective(
            network, x, slopes, None, given, n_threads=self.n_threads, costs=costs
        )

    def _at_ends(self, slopes: FloatArray) -> FloatArray:
        """Slopes (n_sequences, n_outputs) in the place of the last step of each sequence."""
        lengths = self.lesson.lengths
        if lengths is None:
            return slopes[None]
        placed = np.zeros((len(self.lesson.x), *slopes.shape))
        placed[lengths - 1, np.arange(len(lengths))] = slopes
        return placed
