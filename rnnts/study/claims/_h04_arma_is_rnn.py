"""H4: every ARMA model is a linear network."""

from itertools import chain

import numpy as np

from rnnts._types import FloatArray
from rnnts.forecasters import RNNForecaster
from rnnts.linear import StateSpace
from rnnts.study._evidence import Claim, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._models import (
    HORIZON,
    ReferenceModel,
    kalman_models,
    smoothing_models,
    vector_models,
)

_TOLERANCE = 1e-10


def examine(settings: Settings) -> Finding:
    """Run each model of statsmodels as a network, on the same rows and from the same start."""
    models = list(chain(kalman_models(settings), vector_models(), smoothing_models()))
    rows = []
    for done, model in enumerate(models, start=1):
        rows.append(compare(model))
        settings.on_step(done, len(models))
    return judge(rows)


def compare(model: ReferenceModel) -> Row:
    """Largest differences of one-step predictions and of forecasts, in sd of the series."""
    results = model.results
    network = RNNForecaster.from_arma(results)
    future = HORIZON if model.future_exog is None else model.future_exog
    spread = np.std(results.model.endog, axis=0)
    one_step = np.asarray(network.fittedvalues_) - np.asarray(results.fittedvalues)
    ahead = np.asarray(network.predict(future)) - np.asarray(
        results.forecast(HORIZON, **model.forecast_options)
    )
    smallest = StateSpace.from_statsmodels(results).minimal()
    return {
        "model": model.name,
        "units": network.hidden_size_,
        "units needed": smallest.hidden_size,
        "T": len(one_step),
        "one step, every t (sd of y)": _largest(one_step, spread),
        f"{HORIZON} steps ahead (sd of y)": _largest(ahead[: model.n_compared], spread),
    }


def judge(rows: list[Row]) -> Finding:
    """Every model, every row, every horizon."""
    names = [name for name in rows[0] if name.endswith("(sd of y)")]
    one_step, ahead = (max(row[name] for row in rows) for name in names)
    largest = max(one_step, ahead)
    return Finding(
        verdict=Verdict.HOLDS if largest <= _TOLERANCE else Verdict.REFUTED,
        statistic="largest difference of predictions, in sd of y",
        value=largest,
        threshold=_TOLERANCE,
        rule=(
            "Holds if every one-step prediction and every forecast of every model agrees to 1e-10 "
            "sd of the series; otherwise refuted. Kalman filters start at their steady state. Left "
            "out: Holt-Winters 12 steps ahead, where statsmodels has a known error (issue 9538)."
        ),
        summary=(
            f"{len(rows)} models of statsmodels (ARMA, seasonal, integrated, with regressors, "
            f"vector, exponential smoothing) run as networks: one-step predictions differ by at "
            f"most {one_step:.1e} sd, {HORIZON}-step forecasts by {ahead:.1e} sd."
        ),
        n_replications=len(rows),
        table=tuple(rows),
    )


def _largest(differences: FloatArray, spread: FloatArray) -> float:
    return float(np.max(np.abs(differences) / spread))


CLAIM = Claim(
    key="H4",
    title="Every ARMA model is a linear RNN",
    statement=(
        "For every ARMA(p, q) there is a linear network with max(p, q) units that makes the same "
        "predictions; likewise for SARIMA, regression with ARMA errors, VARMA and additive "
        "exponential smoothing."
    ),
    algebra=(
        "h_t = A h_{t−1} + B y_t,   ŷ_{t+1} = C h_t + b",
        "A = (−θ in the first column, a shift in the others),   B = φ + θ,   C = (1, 0, …, 0),   "
        "b = c / θ(1)",
        "det(I − A L) = θ(L),   det(I − (A + B C) L) = φ(L)",
        "state space with Z R = I:   K = T R,   A = T − K Z,   B = K,   C = Z",
    ),
    answers={
        Verdict.HOLDS: (
            "Every ARMA model, seasonal, integrated and vector ones included, can be written down "
            "as a linear network that makes the same predictions."
        ),
        Verdict.REFUTED: "Some ARMA models are not linear networks.",
        Verdict.NOT_DECIDED: "Whether every ARMA model is a linear network stays open.",
    },
    examine=examine,
    part=Part.ALGEBRA,
    effort={"quick": 4, "full": 4},
)
