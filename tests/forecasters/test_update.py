"""Rolling the origin forward."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from rnnts.exceptions import TimeIndexError


def test_update_in_pieces_is_update_at_once(forecaster, y, X):
    at_once = clone(forecaster).fit(X[:120], y[:120]).update(X[120:144], y[120:])
    in_pieces = forecaster.fit(X[:120], y[:120])

    for start, stop in [(120, 121), (121, 130), (130, 144)]:
        in_pieces.update(X[start:stop], y[start:stop])

    expected = at_once.predict(X[144:])
    pd.testing.assert_series_equal(in_pieces.predict(X[144:]), expected, rtol=1e-12)
    pd.testing.assert_series_equal(in_pieces.resid_, at_once.resid_, rtol=1e-10)
    assert at_once.update(X[:0], y[:0]) is at_once


def test_update_keeps_the_weights(y, small):
    network = small("rnn").fit(y[:120])
    weights = {name: weight.copy() for name, weight in network.weights_.items()}

    network.update(y[120:])

    for name, weight in network.weights_.items():
        np.testing.assert_array_equal(weight, weights[name])


def test_update_skips_rows_already_seen(forecaster, y):
    expected = clone(forecaster).fit(y[:120]).update(y[120:]).predict(3)

    overlapping = forecaster.fit(y[:120]).update(y[100:]).update(y[50:])

    assert len(overlapping.resid_) == 144
    pd.testing.assert_series_equal(overlapping.predict(3), expected)


def test_update_does_not_jump_over_a_hole(forecaster, y):
    fitted = forecaster.fit(y[:120])

    with pytest.raises(
        TimeIndexError, match=r"continue at 1959-01-01 .*next new row is 1959-02-01"
    ):
        fitted.update(y[121:])
    with pytest.raises(
        TimeIndexError, match=r"continue at 1959-02-01 .*next new row is 1959-03-01"
    ):
        fitted.update(y.iloc[[120, 122]])
    with pytest.raises(
        TimeIndexError, match=r"continue at 1959-01-01 .*next new row is 1959-03-01"
    ):
        fitted.update(y.iloc[[122, 121, 120]])

    assert len(fitted.resid_) == 120


def test_update_without_labels_appends(forecaster, y):
    forecaster.set_params(season_length=12)
    by_array = clone(forecaster).fit(y[:120].to_numpy()).update(y[120:].to_numpy())
    by_mixture = clone(forecaster).fit(y[:120]).update(y[120:].to_numpy())

    expected = forecaster.fit(y[:120]).update(y[120:]).predict(3)

    np.testing.assert_array_equal(by_array.predict(3), expected)
    pd.testing.assert_series_equal(by_mixture.predict(3), expected)


def test_update_refuses_other_series(multivariate, y):
    fitted = multivariate.fit(pd.DataFrame({"a": y, "b": y[::-1].to_numpy()}))

    with pytest.raises(ValueError, match="new rows hold 1 series, the model was fitted on 2"):
        fitted.update([1.0])
    with pytest.raises(
        ValueError, match=r"columns \['b', 'a'\], the model was fitted on \['a', 'b'\]"
    ):
        fitted.update(pd.DataFrame({"b": [1.0], "a": [2.0]}, index=fitted.future_index(1)))
