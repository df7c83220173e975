"""Graphs run by onnxruntime, against the forecasters that they were made of."""

import sys
from copy import deepcopy

import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from rnnts import PanelForecaster, RNNForecaster, ThetaForecaster
from rnnts.cells import CELLS
from rnnts.linear import ARMA
from rnnts.transforms import Chain, Difference, Identity, Level, Scale

pytestmark = pytest.mark.filterwarnings(
    f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"
)

N_ROWS, N_TRAIN, N_NEW, HORIZON = 60, 48, 5, 7
INDEX = pd.date_range("2020-01", periods=N_ROWS, freq="MS", name="ds")
SEASON = np.tile(np.sin(np.arange(12)), 5)
NOISE = np.random.default_rng(0).standard_normal(N_ROWS)
Y = pd.Series(100 + np.arange(N_ROWS) + 20 * SEASON + 3 * NOISE, INDEX, name="sales")
X = pd.DataFrame({"wave": np.cos(np.arange(N_ROWS)), "step": np.arange(N_ROWS) % 5.0}, INDEX)


def table(values):
    values = np.asarray(values, dtype=float)
    return values if values.ndim == 2 else values[:, None]


def run(content, new, horizon=None, exog=None):
    inputs = {"y": table(new)}
    if exog is None:
        inputs["horizon"] = np.array(horizon)
    else:
        inputs["exog"] = exog.to_numpy()
    return onnxruntime.InferenceSession(content).run(["forecast"], inputs)[0]


def check(model, y=Y, new=None):
    """At the end of training, and after new rows."""
    model.fit(y[:N_TRAIN])
    content = model.to_onnx()
    new = y[N_TRAIN : N_TRAIN + N_NEW] if new is None else new

    at_once, later = run(content, new[:0], HORIZON), run(content, new, HORIZON)

    for said, forecaster in ((at_once, model), (later, deepcopy(model).update(new))):
        np.testing.assert_allclose(said, table(forecaster.predict(HORIZON)), rtol=1e-9)
    assert not np.allclose(at_once, later)


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_says_the_same_after_leaving_python(cell):
    check(RNNForecaster(cell, 3, max_iter=3))


@pytest.mark.parametrize("cell", ["tanh", "gru", "lstm"])
def test_stacked_dilated_residual_layers_leave(cell):
    check(
        RNNForecaster(
            cell, (3, 3, 3), dilation=(1, 3, 2), residual=True, skip=True, horizon=3, max_iter=3
        )
    )


@pytest.mark.parametrize("horizon", [None, 4])
@pytest.mark.parametrize(
    "preparation",
    [
        {"transform": "log", "diff": (1, 12)},
        {"transform": "boxcox", "deseasonalize": "stl", "scale": "steps"},
        {"transform": "shifted_log", "deseasonalize": "recent", "level": "season"},
        {"transform": None, "deseasonalize": "classical", "level": "ses", "scale": None},
        {"diff": Level("ses", operation="divide"), "level": "last"},
        {"diff": Chain((Difference(1), Scale("robust"), Identity(), Level("season")))},
    ],
)
def test_every_preparation_is_done_and_undone(horizon, preparation):
    check(RNNForecaster("tanh", 2, horizon=horizon, max_iter=3, **preparation))


@pytest.mark.parametrize("n_init", [2, 3])
def test_networks_of_several_seeds_are_combined_by_their_median(n_init):
    check(RNNForecaster("gru", 2, n_init=n_init, max_iter=2))


@pytest.mark.parametrize("loss", ["pinball", "student_t"])
def test_the_point_forecast_of_a_distribution_leaves(loss):
    check(RNNForecaster("tanh", 2, loss=loss, max_iter=3))


@pytest.mark.parametrize("horizon", [None, 3])
def test_missing_rows_are_bridged_as_by_update(horizon):
    new = Y[N_TRAIN : N_TRAIN + N_NEW].copy()
    new.iloc[[0, 2, 3]] = np.nan

    check(RNNForecaster("gru", 2, n_init=2, horizon=horizon, max_iter=3), new=new)


@pytest.mark.parametrize("horizon", [None, 3])
def test_several_series_leave_together(horizon):
    wide = pd.DataFrame({"up": Y, "down": 300 - Y + SEASON, "still": 50 + NOISE})

    check(RNNForecaster("tanh", 3, horizon=horizon, max_iter=3), wide)


@pytest.mark.parametrize("horizon", [None, 3])
def test_exogenous_columns_are_read_for_the_rows_to_come(horizon):
    model = RNNForecaster("tanh", 2, horizon=horizon, max_iter=3).fit(X[:N_TRAIN], Y[:N_TRAIN])
    new = slice(N_TRAIN, N_TRAIN + N_NEW)

    said = run(model.to_onnx(), Y[new], exog=X[N_TRAIN:])

    expected = model.update(X[new], Y[new]).predict(X[N_TRAIN + N_NEW :])
    np.testing.assert_allclose(said[:, 0], expected, rtol=1e-9)


def test_a_partner_or_fallback_may_be_theta_or_networks():
    alone = {"deseasonalize": None, "level": "last", "horizon": 3, "max_iter": 2}
    for partner in (ThetaForecaster("standard"), RNNForecaster("gru", 1, **alone)):
        check(RNNForecaster("tanh", 2, partner=partner, **alone))
    check(RNNForecaster("tanh", 2, fallback="theta", **alone | {"max_iter": 1}))


def test_an_arma_model_leaves_as_the_linear_network_that_it_is():
    arma = ARMA(ar=[0.8], ma=[-0.4], const=1.0)
    y = arma.simulate(50, random_state=0)
    model = RNNForecaster.from_arma(arma, y=y[:40])

    said = run(model.to_onnx(), y[40:], 3)

    np.testing.assert_allclose(said[:, 0], model.update(y[40:]).predict(3), rtol=1e-9)


def test_networks_of_a_panel_leave_with_what_tells_their_series():
    long = pd.concat(
        [
            (factor * Y).rename("y").reset_index().assign(unique_id=name)
            for factor, name in enumerate("ab", start=1)
        ]
    )
    long["kind"] = long["unique_id"].map({"a": "left", "b": "right"})
    panel = PanelForecaster(
        RNNForecaster("gru", 2, max_iter=2), mode="global", static_cols=["kind"]
    ).fit(long)
    model = panel.forecasters_["b"]

    said = run(model.to_onnx(), np.empty((0, 1)), 5)

    np.testing.assert_allclose(said[:, 0], model.predict(5), rtol=1e-9)


def test_a_file_tells_what_it_forecasts_and_is_whole(tmp_path):
    model = RNNForecaster("linear", 1).fit(X[:N_TRAIN], Y[:N_TRAIN])

    assert model.to_onnx(tmp_path / "model.onnx") is None

    (path,) = tmp_path.iterdir()
    assert path.read_bytes() == model.to_onnx()
    about = {each.key: each.value for each in onnx.load(path).metadata_props}
    assert about == {
        "next_row": "2024-01-01 00:00:00",
        "targets": "sales",
        "exog": "wave, step",
    }


def test_what_cannot_leave_is_named():
    with pytest.raises(NotFittedError):
        RNNForecaster().to_onnx()
    with pytest.raises(ValueError, match="SeasonalNaiveForecaster has a part.*partner=None"):
        RNNForecaster(max_iter=1, partner="seasonal_naive").fit(Y).to_onnx()


def test_a_missing_package_is_named(monkeypatch):
    model = RNNForecaster("linear", 1).fit(Y)
    for name in [name for name in sys.modules if name.startswith("rnnts.forecasters.onnx.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "onnx", None)

    with pytest.raises(ImportError, match="pip install onnx"):
        model.to_onnx()
