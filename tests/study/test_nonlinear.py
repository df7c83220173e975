"""Nonlinear processes, contestants, and the hypotheses that are about them."""

from types import MappingProxyType

import numpy as np
import pytest
from scipy import stats

from rnnts import datasets
from rnnts.study import CLAIMS
from rnnts.study._settings import Settings
from rnnts.study.claims import _h09_tanh_nonlinear as h09
from rnnts.study.claims import _h10_tanh_linear as h10
from rnnts.study.claims import _h11_tanh_real as h11
from rnnts.study.experiments import _contestants as contestants
from rnnts.study.experiments import _contests as contests
from rnnts.study.experiments._contestants import CONTESTANTS, LINEAR, TANH, predict_ahead
from rnnts.study.experiments._nonlinear import simulate
from rnnts.study.figures import contest_figure
from rnnts.study.inference import _forecast_rates as rates
from rnnts.study.inference import p_ratio_above, p_ratio_below


def small(n_nonlinear=6, n_tests=20):
    """Settings of their own: results are kept by name, and processes change from test to test."""
    return Settings(
        protocol="quick",
        n_replications=MappingProxyType({60: 4}),
        n_compared=MappingProxyType({60: 1}),
        n_nonlinear=n_nonlinear,
        n_tests=n_tests,
        n_networks=32,
        n_long=2000,
        n_jobs=1,
    )


@pytest.fixture(autouse=True)
def _few_gated_networks(monkeypatch):
    monkeypatch.setattr(contests, "_FEWEST_GATED", 3)


@pytest.mark.parametrize(
    ("process", "mean"),
    [
        ("SETAR", lambda y, _: np.where(y <= 0, 2.0, -2.0) + 0.8 * y),
        ("logistic map", lambda y, _: 3.8 * y * (1 - y)),
        ("bilinear", lambda y, e: 0.4 * y + 0.4 * y * e),
        ("AR(1)", lambda y, _: 0.7 * y),
    ],
)
def test_best_prediction_is_the_mean_given_the_past(process, mean):
    path = simulate(process, 3000, np.random.default_rng(0))

    errors = path.values - path.best
    np.testing.assert_allclose(path.best[1:], mean(path.values, errors)[:-1], atol=1e-12)
    assert abs(errors.mean()) < 4 * errors.std() / np.sqrt(3000)
    assert abs(contests.echo_of(errors)) < 4 / np.sqrt(3000)


def test_logistic_map_stays_within_its_interval():
    values = simulate("logistic map", 5000, np.random.default_rng(1)).values

    assert 0 < values.min() < values.max() < 1


def test_mackey_glass_has_the_moments_of_the_shipped_series():
    shipped = datasets.load("mackey_glass").to_numpy()

    paths = [simulate("Mackey-Glass", 800, np.random.default_rng(seed)).values for seed in (0, 1)]

    for values in paths:
        assert values.mean() == pytest.approx(shipped.mean(), rel=0.03)
        assert values.std() == pytest.approx(shipped.std(), rel=0.05)
    assert np.abs(np.subtract(*paths)).max() > 0.3


@pytest.mark.parametrize("model", CONTESTANTS)
def test_prediction_reads_nothing_from_its_own_row_on(model):
    y = simulate("AR(2)", 120, np.random.default_rng(2)).values
    other = np.r_[y[:110], y[110:] + 5]

    first, second = (predict_ahead(model, values, 100, 0) for values in (y, other))

    np.testing.assert_array_equal(first[:11], second[:11])
    assert first.shape == (20,)
    assert np.abs(first[11:] - second[11:]).min() > 0


def test_arma_that_statsmodels_cannot_fit_becomes_an_autoregression(monkeypatch):
    y = simulate("ARMA(2,2)", 200, np.random.default_rng(3)).values
    fit = contestants.arma_mle

    def singular(rows, ar_order, ma_order):
        if ma_order:
            raise np.linalg.LinAlgError
        return fit(rows, ar_order, ma_order)

    monkeypatch.setattr(contestants, "arma_mle", singular)

    predictions = predict_ahead(contestants.ARMA, y, 150, 0)

    assert np.mean((y[150:] - predictions) ** 2) < np.var(y[150:])


def test_scores_know_the_risk_and_the_wins():
    scores = contests.run_contests("test", ["SETAR"], small(n_nonlinear=3))[0]

    risk = scores.noise + scores.distance[TANH]
    np.testing.assert_allclose(scores.mse[TANH], risk, rtol=0.15)  # without the cross product
    assert (scores.mse[TANH] < scores.mse[LINEAR]).all()
    assert scores.wins_over_all == [True] * 3


@pytest.mark.parametrize(("process", "verdict"), [("SETAR", "holds"), ("AR(1)", "refuted")])
def test_h9_holds_for_a_nonlinear_process_and_is_refuted_by_a_linear_one(
    monkeypatch, process, verdict
):
    monkeypatch.setattr(h09, "PROCESSES", (process,))

    evidence = CLAIMS["H9"](small())

    assert evidence.verdict == verdict
    assert process in evidence.summary


@pytest.mark.parametrize(
    ("process", "n_series", "verdict"), [("AR(2)", 18, "holds"), ("SETAR", 6, "refuted")]
)
def test_h10_holds_for_a_linear_process_and_is_refuted_by_a_nonlinear_one(
    monkeypatch, process, n_series, verdict
):
    monkeypatch.setattr(h10, "PROCESSES", (process,))

    evidence = CLAIMS["H10"](small(n_nonlinear=n_series))

    assert evidence.verdict == verdict
    assert process in evidence.summary


@pytest.mark.parametrize(
    ("process", "n_steps", "verdict"), [("SETAR", 300, "holds"), ("AR(1)", 1000, "refuted")]
)
def test_h11_holds_for_a_nonlinear_series_and_is_refuted_by_a_linear_one(
    monkeypatch, process, n_steps, verdict
):
    y = simulate(process, n_steps, np.random.default_rng(4)).values
    monkeypatch.setattr(h11, "shipped_series", lambda: {process: y})

    evidence = CLAIMS["H11"](small(n_tests=5))

    assert evidence.verdict == verdict
    assert process in evidence.summary
    assert evidence.table[0]["n"] == n_steps // 2


def h9_row(outcome):
    return {
        "process": outcome,
        "n": 20,
        "share of wins over both": 0.9,
        "from": 0.6,
        "to": 1.0,
        "p (smaller error than both)": 0.001,
        "outcome": outcome,
    }


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (["helps", "helps"], "holds"),
        (["helps", "undecided"], "not decided"),
        (["helps", "undecided", "does not help"], "refuted"),
    ],
)
def test_h9_needs_every_process(outcomes, verdict):
    finding = h09.judge([h9_row(outcome) for outcome in outcomes], [])

    assert finding.verdict == verdict
    assert ("does not help" in finding.qualification) == (verdict == "refuted")


def h10_row(p_below):
    row = {"process": "AR(2)", "model": TANH, "rival": LINEAR, "risk ratio": 1.02}
    ends = {"from": 1.01, "to": 1.03}
    return {**row, **ends, "p (above 0.95)": 1 - p_below, "p (below 0.95)": p_below}


@pytest.mark.parametrize(
    ("p_below", "wins", "verdict"),
    [
        (0.999, (0.0, 0.1), "holds"),
        (0.999, (0.1, 0.3), "not decided"),
        (0.5, (0.0, 0.1), "not decided"),
        (0.001, (0.0, 0.1), "refuted"),
        # One process in two is below the bound by chance.
        (0.03, (0.0, 0.1), "not decided"),
        (0.999, (0.3, 0.5), "refuted"),
    ],
)
def test_h10_can_come_out_each_way(p_below, wins, verdict):
    win = {"share of wins": sum(wins) / 2, "n": 60, "from": wins[0], "to": wins[1]}

    finding = h10.judge([h10_row(p_below), h10_row(0.999)], win)

    assert finding.verdict == verdict


def h11_rows(series, *outcomes):
    numbers = {"MSE ratio": 1.0, "from": 0.9, "to": 1.1, "DM-HLN": 0.0, "p (DM)": 1.0}
    return [{"series": series, "outcome": outcome, **numbers} for outcome in outcomes]


@pytest.mark.parametrize(
    ("last", "verdict"),
    [
        (("better", "better"), "holds"),
        (("better", "open"), "not decided"),
        (("better", "worse"), "refuted"),
        (("open", "the same"), "refuted"),
    ],
)
def test_h11_can_come_out_each_way(last, verdict):
    rows = [*h11_rows("laser", "better", "better"), *h11_rows("lynx", *last)]

    finding = h11.judge(rows)

    assert finding.verdict == verdict
    assert "laser" in finding.qualification


def test_one_sided_ratio_test_is_that_of_scipy():
    rng = np.random.default_rng(5)
    losses, reference = 1 + 0.1 * rng.random((2, 30))

    p_value = p_ratio_above(losses, reference, 0.97)

    expected = stats.ttest_1samp(losses - 0.97 * reference, 0, alternative="greater").pvalue
    assert p_value == pytest.approx(expected)
    assert p_ratio_below(losses, reference, 0.97) == pytest.approx(1 - expected)
    with pytest.raises(ValueError, match="at least 3"):
        p_ratio_above([1.0, 2.0], [1.0, 2.0], 1.0)


def test_sizes_of_the_tests_are_nominal():
    rng = np.random.default_rng(7)

    plain, echoed = rates.diebold_mariano_rates(
        rng, n_steps=100, ratio=0.7, echo=0.5, n_simulations=1000
    )
    measured = 1.1 + 0.02 * rng.standard_normal(500)
    bound = rates.bound_rates(
        rng, n_series=20, bound=0.95, ratio=1.0, measured=measured, n_simulations=1000
    )

    below = rates.bound_rates(
        rng, n_series=20, bound=1.0, ratio=0.97, measured=measured, n_simulations=1000
    )

    assert plain.size.value == pytest.approx(0.05, abs=0.021)  # three standard errors
    assert echoed.size.value > plain.size.interval[1]
    assert plain.power.value > 0.8
    assert bound.size.value == pytest.approx(0.05, abs=0.021)
    assert bound.power.value > 0.99
    assert below.size.value == pytest.approx(0.05, abs=0.021)
    assert below.power.value > 0.99


@pytest.mark.parametrize("share", [0.9, 0.1])
def test_rates_of_a_share_are_those_of_the_binomial(share):
    found = rates.share_rates(
        np.random.default_rng(8),
        n_series=20,
        bound=0.5,
        share=share,
        confidence=0.95,
        n_simulations=4000,
    )

    # 15 of 20 is the first share whose 95 % limit is above one half.
    limit = {0.9: stats.binom.sf(14, 20, [0.5, 0.9]), 0.1: stats.binom.cdf(5, 20, [0.5, 0.1])}
    assert (found.size.value, found.power.value) == pytest.approx(tuple(limit[share]), abs=0.015)


def test_rates_of_model_sets():
    ability, excluded = rates.model_set_rates(
        np.random.default_rng(9), n_steps=80, n_models=3, ratio=0.5, n_simulations=25
    )

    for found in (ability, excluded):
        assert found.size.interval[0] <= found.level
        assert found.power.value > 0.8


def test_figure_has_a_line_a_place_and_a_dot_a_model():
    rows = [
        {"series": series, "model": model, "ratio": 0.9, "from": 0.0, "to": np.inf, "best": True}
        for series in ("lynx", "Nile")
        for model in ("tanh", "GRU", "LSTM")
    ]

    figure = contest_figure(
        rows,
        place="series",
        value="ratio",
        axis="ratio",
        caption="Ratios.",
        is_log=True,
        margin=0.05,
        is_ringed="best",
    )

    assert figure.svg.startswith("<svg")
    assert "currentColor" in figure.svg
    assert "#7a5195" in figure.svg
