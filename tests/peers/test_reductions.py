"""RNNRegressor as the regressor of four forecasting libraries, in an environment of their own."""

import numpy as np
import pandas as pd
import pytest

from rnnts import RNNRegressor

PERIOD, N_LAGS, HORIZON = 7, 14, 7


def series(n_rows=200):
    """A week's wave with noise, and its next week without."""
    steps = np.arange(n_rows + HORIZON)
    wave = np.sin(2 * np.pi * steps / PERIOD)
    noise = 0.1 * np.random.default_rng(0).standard_normal(n_rows)
    index = pd.date_range("2020-01-01", periods=n_rows, freq="D")
    return pd.Series(wave[:n_rows] + noise, index, name="y"), wave[n_rows:]


@pytest.fixture(scope="module", params=["tanh", "linear"])
def regressor(request):
    return RNNRegressor(request.param, 10, l2=1e-3, max_iter=2000)


def check(forecast, y, truth):
    """Closer to the wave than the last week, which repeats its noise."""
    assert np.shape(forecast) == (HORIZON,)
    last_week = y.to_numpy()[-PERIOD:]
    assert np.abs(forecast - truth).mean() < np.abs(last_week - truth).mean()


@pytest.mark.parametrize("kind", ["ForecasterRecursive", "ForecasterDirect"])
def test_skforecast(regressor, kind):
    import skforecast.direct
    import skforecast.recursive

    y, truth = series()
    if kind == "ForecasterRecursive":
        model = skforecast.recursive.ForecasterRecursive(estimator=regressor, lags=N_LAGS)
    else:
        model = skforecast.direct.ForecasterDirect(estimator=regressor, steps=HORIZON, lags=N_LAGS)
    model.fit(y=y)

    check(model.predict(steps=HORIZON).to_numpy(), y, truth)


def test_mlforecast(regressor):
    from mlforecast import MLForecast

    y, truth = series()
    frame = pd.DataFrame({"unique_id": "a", "ds": y.index, "y": y.to_numpy()})
    model = MLForecast({"rnn": regressor}, freq="D", lags=list(range(N_LAGS, 0, -1)))
    model.fit(frame)

    check(model.predict(HORIZON)["rnn"].to_numpy(), y, truth)


@pytest.mark.parametrize("n_at_once", [1, HORIZON])
def test_darts(regressor, n_at_once):
    from darts import TimeSeries
    from darts.models import SKLearnModel

    y, truth = series()
    model = SKLearnModel(
        lags=N_LAGS,
        output_chunk_length=n_at_once,
        multi_models=n_at_once > 1,
        model=regressor,
    )
    model.fit(TimeSeries.from_series(y))

    check(model.predict(HORIZON).values().ravel(), y, truth)


@pytest.mark.parametrize("strategy", ["recursive", "direct", "multioutput"])
def test_sktime(regressor, strategy):
    from sktime.forecasting.compose import make_reduction

    y, truth = series()
    model = make_reduction(regressor, window_length=N_LAGS, strategy=strategy)
    horizon = np.arange(1, HORIZON + 1)
    model.fit(y.reset_index(drop=True), fh=horizon)

    check(model.predict(horizon).to_numpy(), y, truth)
