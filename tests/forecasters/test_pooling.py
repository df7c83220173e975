from types import SimpleNamespace

import numpy as np

from rnnts import RNNForecaster
from rnnts.forecasters.networks._lesson import Lesson, Rows
from rnnts.forecasters.networks._plan import plan_of
from rnnts.forecasters.networks._pooled_recipe import pooled_recipe
from rnnts.forecasters.networks._pooling import _ROWS, Pupil, _pieces


def test_every_row_of_a_long_series_is_learned_from_once():
    y = np.random.default_rng(0).normal(size=(2 * _ROWS + 100, 1)).cumsum(axis=0)
    rows = Rows(y, y, np.empty((len(y), 0)), 1)
    words = SimpleNamespace(**RNNForecaster(horizon=3).get_params(deep=False))
    pupil = Pupil.of(plan_of(words, y, len(y), 0, 1, pooled_recipe(len(y), 1, 1, 3)), rows)

    pieces = _pieces(0, [pupil])

    whole = Lesson.of(pupil.members[0], rows)
    assert max(len(piece.x) for piece in pieces) <= _ROWS
    for name in ("x", "targets", "weights"):
        joined = np.concatenate([getattr(piece, name) for piece in pieces])
        np.testing.assert_allclose(joined, getattr(whole, name), rtol=1e-6, atol=1e-6)
