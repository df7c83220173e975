"""Networks that read on row by row stand where they would if they had read all rows at once."""

import numpy as np
import pytest

from rnnts import datasets
from rnnts.cells import CELLS
from rnnts.forecasters import RNNForecaster, ThetaForecaster
from rnnts.forecasters.networks._training import read_all
from rnnts.losses import Pinball
from rnnts.solvers import Adam

N_KNOWN = 120

# A few steps, that end by design: what the weights are does not matter here.
SHORT = {"hidden_size": 2, "solver": Adam(max_iter=5, schedule="cosine")}
RECURSIVE = {"strategy": "recursive"}
AS_IT_IS = {"strategy": "recursive", "transform": None, "deseasonalize": None, "diff": 0}

# Arguments; "exog", "holes" and "wide" are about the rows.
VARIANTS = {
    "defaults": {},
    "recursive": RECURSIVE,
    "as it is": {**AS_IT_IS, "input_size": 3},
    "last value": {"horizon": 12, "level": "last", "deseasonalize": "recent"},
    "smoothed level": {"horizon": 4, "level": "ses", "transform": "boxcox"},
    "level of a season": {"horizon": 6, "level": "season", "deseasonalize": None},
    "recursive less a level": {**AS_IT_IS, "level": "ses", "input_size": 2},
    "differences": {**RECURSIVE, "diff": (1, 12), "transform": "log"},
    "robust": {"deseasonalize": "stl", "scale": "robust", "horizon": 3},
    "several seeds": {"n_init": 3},
    "quantiles": {"loss": Pinball((0.1, 0.5, 0.9)), "horizon": 4},
    "a likelihood": {"loss": "gaussian", **RECURSIVE},
    "a partner": {"partner": "arma", "transform": None},
    "another partner": {"partner": ThetaForecaster("optimised"), **RECURSIVE},
    "no partner": {"partner": None},
    "a fallback": {"fallback": "theta", "horizon": 3},
    "layers": {"hidden_size": (2, 3), **RECURSIVE},
    "exog": {},
    "exog recursive": {"cell": "linear"},
    "holes": {},
    "holes recursive": RECURSIVE,
    "wide": {},
    "wide recursive": RECURSIVE,
    "wide holes": {"horizon": 3},
}


def rows_of(variant):
    """The series (n_rows, n_targets) and its exogenous columns."""
    y = datasets.load("air_passengers").to_numpy()[:, None].copy()
    if "wide" in variant:
        y = np.hstack([y, 1000 - y[::-1]])
    if "holes" in variant:
        y[[0, 20, 21, 22, 117, 118, 119, 122, 123, 124, 130, 142], 0] = np.nan
        y[-1] = np.nan
    n_exog = 2 if "exog" in variant else 0
    return y, np.random.default_rng(0).standard_normal((len(y) + 12, n_exog))


def fit(variant, **params):
    """A forecaster of the first rows, all rows, and exogenous rows beyond them."""
    y, exog = rows_of(variant)
    model = RNNForecaster(**{**SHORT, **VARIANTS[variant], **params}, season_length=12)
    known = y if y.shape[1] > 1 else y[:, 0]
    given = (exog[:N_KNOWN], known[:N_KNOWN]) if exog.shape[1] else (known[:N_KNOWN],)
    return model.fit(*given), known, exog


def read_on(model, y, exog, start, stop):
    rows = (exog[start:stop], y[start:stop]) if exog.shape[1] else (y[start:stop],)
    return model.update(*rows)


def ahead(model, n_seen, exog, horizon=12):
    return model.predict(exog[n_seen : n_seen + horizon] if exog.shape[1] else horizon)


def check(variant, **params):
    model, y, exog = fit(variant, **params)
    said = []
    for row in range(N_KNOWN, len(y)):
        said.append(ahead(model, row, exog, 1)[0])
        read_on(model, y, exog, row, row + 1)
    at_once = read_on(*fit(variant, **params), N_KNOWN, len(y))

    # What is said of known rows is read from the first row on, each time.
    np.testing.assert_allclose(said, model.fittedvalues_[N_KNOWN:], rtol=1e-12)
    forecast = ahead(model, len(y), exog)
    assert np.isfinite(forecast).all()
    np.testing.assert_allclose(ahead(at_once, len(y), exog), forecast, rtol=1e-12)
    columns = y[:, None] if y.ndim == 1 else y
    _, again = read_all(model._networks, columns, exog[: len(y)])
    np.testing.assert_allclose(
        model._networks.forecast(exog[len(y) :]), again.forecast(exog[len(y) :]), rtol=1e-12
    )


@pytest.mark.parametrize("variant", VARIANTS)
def test_rows_read_one_by_one_are_rows_read_at_once(variant):
    check(variant)


@pytest.mark.parametrize("cell", [cell for cell in CELLS if cell != "tanh"])
@pytest.mark.parametrize("variant", ["defaults", "recursive", "exog", "holes"])
def test_so_they_are_for_every_cell(variant, cell):
    check(variant, cell=cell)
