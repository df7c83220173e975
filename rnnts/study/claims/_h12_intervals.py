"""H12: forecast intervals of a linear network in closed form."""

import numpy as np

from rnnts.linear import StateSpace
from rnnts.study._evidence import Claim, Figure, Finding, Part, Row, Verdict
from rnnts.study._settings import Settings
from rnnts.study.experiments._fits import arma_mle, train_network
from rnnts.study.experiments._models import HORIZON, ReferenceModel, kalman_models
from rnnts.study.experiments._series import Reader, levels, logs
from rnnts.study.figures import ForecastPanel, forecast_figure

_TOLERANCE = 1e-10
_PICTURED = (("sunspots", "sunspots", levels, 2), ("log lynx", "lynx", logs, 2))


def examine(settings: Settings) -> Finding:
    """Compare the variances of each model at every horizon."""
    rows = [compare(model) for model in kalman_models(settings)]
    figures: tuple[Figure, ...] = ()
    if settings.with_figures:
        figures = (forecast_figure([picture(*series) for series in _PICTURED]),)
    return judge(rows, figures)


def compare(model: ReferenceModel) -> Row:
    """Largest relative gap between the psi-weight variance and that of the Kalman filter."""
    closed_form = StateSpace.from_statsmodels(model.results).forecast_variance(HORIZON)
    reference = model.results.get_forecast(HORIZON, **model.forecast_options).var_pred_mean
    gaps = np.abs(closed_form / np.asarray(reference) - 1)
    return {
        "model": model.name,
        "sd 1 step ahead": float(np.sqrt(closed_form[0])),
        f"sd {HORIZON} steps ahead": float(np.sqrt(closed_form[-1])),
        "relative gap of the variance": float(gaps.max()),
    }


def picture(label: str, name: str, read: Reader, n_units: int) -> ForecastPanel:
    """Forecasts of a trained network and of the ARMA model of the same order."""
    y, n_steps = read(name), 2 * HORIZON
    network = train_network(y, n_units)
    reference = arma_mle(y, n_units, n_units).get_forecast(n_steps)
    return ForecastPanel(
        label=label,
        y=y,
        network_mean=np.asarray(network.predict(n_steps)),
        network_sd=np.sqrt(network.to_state_space().forecast_variance(n_steps)),
        arma_mean=np.asarray(reference.predicted_mean),
        arma_sd=np.sqrt(np.asarray(reference.var_pred_mean)),
    )


def judge(rows: list[Row], figures: tuple[Figure, ...] = ()) -> Finding:
    """Every model, every horizon."""
    largest = max(row["relative gap of the variance"] for row in rows)
    return Finding(
        verdict=Verdict.HOLDS if largest <= _TOLERANCE else Verdict.REFUTED,
        statistic="largest relative gap of the forecast variance",
        value=largest,
        threshold=_TOLERANCE,
        rule=(
            f"Holds if for every model and each of the first {HORIZON} horizons the two variances "
            "agree to 1e-10 of their size, the Kalman filter being in its steady state; otherwise "
            "refuted."
        ),
        summary=(
            f"{len(rows)} models: the variance from the weights of the network and the one of "
            f"statsmodels' get_forecast differ by at most {largest:.1e} of its size, 1 to "
            f"{HORIZON} steps ahead."
        ),
        n_replications=len(rows),
        table=tuple(rows),
        figures=figures,
    )


CLAIM = Claim(
    key="H12",
    title="Forecast intervals in closed form",
    statement=(
        "The forecast intervals of a linear network follow from its weights alone and are those "
        "of the ARMA model in its steady state."
    ),
    algebra=(
        "y_{t+h} − ŷ_{t+h|t} = Σ_{j<h} ψ_j e_{t+h−j}",
        "ψ₀ = 1,   ψ_j = C (A + B C)ʲ⁻¹ B",
        "var_h = σ² Σ_{j<h} ψ_j²",
    ),
    answers={
        Verdict.HOLDS: "Forecast intervals, too, are those of the ARMA model, in closed form.",
        Verdict.REFUTED: "Its closed-form forecast intervals are not those of the ARMA model.",
        Verdict.NOT_DECIDED: "Whether its forecast intervals are those of ARMA stays open.",
    },
    examine=examine,
    part=Part.ALGEBRA,
    effort={"quick": 2, "full": 2},
)
