"""A forecaster of any settings says and learns the same after it was saved."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnts import RNNForecaster, load, save
from tests.properties.strategies import few, series

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

words = st.fixed_dictionaries(
    {
        "cell": st.sampled_from(["linear", "tanh", "gru"]),
        "hidden_size": st.sampled_from([1, 2]),
        "input_size": st.integers(1, 3),
        "horizon": st.sampled_from([None, 4]),
        "season_length": st.just(4),
        "transform": st.sampled_from(["auto", None]),
        "diff": st.sampled_from(["auto", 0, 1, (1, 4)]),
        "deseasonalize": st.sampled_from(["auto", "classical", None]),
        "level": st.sampled_from([None, "last", "ses"]),
        "scale": st.sampled_from(["standard", "robust", None]),
        "skip": st.booleans(),
        "partner": st.sampled_from([None, "theta"]),
        "n_init": st.integers(1, 2),
        "random_state": st.integers(0, 2**31),
    }
)


@few
@given(settings=words, y=series(min_rows=32))
def test_a_saved_forecaster_goes_on_as_it_would_have(settings, y):
    model = RNNForecaster(max_iter=3, **settings).fit(y[:-4])
    with TemporaryDirectory() as folder:
        save(model, Path(folder) / "model.npz")
        again = load(Path(folder) / "model.npz")

    for learn in (model.update, again.update), (model.partial_fit, again.partial_fit):
        assert repr(again) == repr(model)
        pd.testing.assert_frame_equal(
            again.predict_interval(5), model.predict_interval(5), check_exact=True
        )
        for each in learn:
            each(y[-4:])
        pd.testing.assert_series_equal(again.predict(5), model.predict(5), check_exact=True)
