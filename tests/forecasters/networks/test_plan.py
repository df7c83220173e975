"""What the arguments of a network come to: choices of the recipes, and what overrides them."""

from types import SimpleNamespace

import numpy as np
import pytest

from rnnts import datasets
from rnnts.forecasters import RNNForecaster
from rnnts.forecasters.networks._plan import plan_of
from rnnts.forecasters.networks._training_apart import can_train_apart
from rnnts.solvers import LBFGS, Adam, LevenbergMarquardt


def plan(series="air_passengers", season_length=None, n_rows=None, n_exog=0, **params):
    """The plan for a shipped series."""
    y = datasets.load(series)[:n_rows].to_numpy()[:, None]
    season = datasets.describe(series)["season_length"] if season_length is None else season_length
    given = SimpleNamespace(**RNNForecaster(**params).get_params(deep=False))
    return plan_of(given, y, len(y), n_exog, season)


def read(made):
    """Season, level and lags of each network."""
    return [
        (variant.preparation.deseasonalize, variant.level, variant.input_size)
        for variant in made.variants
    ]


def test_a_seasonal_series_is_read_in_three_ways_and_averaged_with_theta():
    made = plan()

    assert read(made) == [("classical", "ses", 2), ("recent", "ses", 2), (None, "last", 13)]
    assert (made.horizon, made.partner, made.skip) == (12, 0.25, True)
    assert isinstance(made.solver, Adam)


def test_a_series_without_season_is_read_once():
    made = plan("us_macro_realgdp", season_length=1)

    assert read(made) == [(None, "ses", 2)]
    assert (made.horizon, made.partner) == (3, 0.5)


def test_a_level_that_stays_is_no_level():
    made = plan("lynx")

    assert read(made) == [(None, None, 12)]
    assert made.partner == 0.0


@pytest.mark.parametrize("params", [{"cell": "linear"}, {"strategy": "recursive"}])
def test_one_network_forecasts_row_by_row(params):
    made = plan(**params)

    assert [(level, n_lags) for _, level, n_lags in read(made)] == [(None, 1)]
    assert (made.horizon, made.partner) == (1, 0.0)
    # What is an ARMA model is estimated without a penalty.
    assert made.l2 == (0.0 if "cell" in params else 3 / 144)


def test_a_linear_one_reads_the_series_as_it_is():
    made = plan(cell="linear")

    preparation = made.variants[0].preparation
    assert (preparation.transform, preparation.deseasonalize, preparation.diff) == (None, None, 0)
    assert isinstance(made.solver, LevenbergMarquardt)


@pytest.mark.parametrize(
    ("params", "horizon"),
    [
        ({}, 12),
        ({"horizon": 5}, 5),
        ({"horizon": 1}, 1),
        ({"horizon": None}, 1),
        ({"horizon": None, "strategy": "direct"}, 12),
        ({"strategy": "direct", "cell": "linear"}, 12),
        ({"horizon": 7, "cell": "linear"}, 7),
        ({"strategy": "recursive"}, 1),
        ({"init": "arma"}, 1),
        ({"init": "arma", "horizon": 4}, 4),
    ],
)
def test_horizon_and_strategy_say_how_many_rows_are_predicted_at_once(params, horizon):
    assert plan(**params).horizon == horizon


def test_what_is_given_overrides_the_recipe():
    made = plan(
        transform="log",
        deseasonalize="stl",
        level="season",
        diff=1,
        input_size=4,
        scale="robust",
        skip=False,
        l2=0.5,
        loss="huber",
        solver=LBFGS(max_iter=7),
        n_init=3,
    )

    preparation = made.variants[0].preparation
    assert read(made) == [("stl", "season", 4)]
    assert (preparation.transform, preparation.diff) == ("log", 1)
    assert (made.scale, made.skip, made.l2, made.n_init) == ("robust", False, 0.5, 3)
    assert made.solver == LBFGS(max_iter=7)


def test_seasons_given_keep_what_the_recipe_knows_of_them():
    made = plan(deseasonalize=("recent", "stl", None))

    assert read(made) == [("recent", "ses", 2), ("stl", "ses", 2), (None, "last", 13)]


def test_exogenous_columns_leave_theta_out():
    assert plan(n_exog=1).partner == 0.0


@pytest.mark.parametrize("n_rows", [5, 8, 13, 20, 24, 25, 36])
def test_heads_and_lags_leave_rows_to_learn_from(n_rows):
    made = plan(n_rows=n_rows)

    assert 2 <= made.horizon <= max(n_rows // 3, 2)
    assert all(variant.input_size <= max(n_rows // 3, 2) for variant in made.variants)
    assert made.partner == (0.25 if n_rows >= 8 else 0.0)


def test_the_penalty_fades_with_the_rows():
    assert plan(n_rows=72).l2 == pytest.approx(4 * plan().l2)


def test_limits_of_the_solver_are_those_given():
    made = plan(max_iter=9, tol=0.5, clip_norm=2.0)

    assert (made.solver.max_iter, made.solver.tol, made.solver.clip_norm) == (9, 0.5, 2.0)
    with pytest.raises(ValueError, match="clip_norm shortens the gradients of solver='adam', got"):
        plan(clip_norm=2.0, solver="lbfgs")


def test_nothing_is_held_out_without_early_stopping():
    assert plan(validation_fraction=0.3).validation_fraction == 0.0
    assert plan(validation_fraction=0.3, early_stopping=True).validation_fraction == 0.3
    assert np.isfinite(plan().l2)


@pytest.mark.parametrize(("input_size", "is_few"), [(20, True), (100, False)])
def test_networks_are_trained_side_by_side_if_they_compile_in_good_time(input_size, is_few):
    made = plan(hidden_size=2, input_size=input_size, horizon=36)

    assert can_train_apart(made) == is_few
