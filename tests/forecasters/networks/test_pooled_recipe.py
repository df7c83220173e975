"""What "auto" stands for where series share their networks."""

import pandas as pd
import pytest

from rnnts import PanelForecaster, RNNForecaster
from rnnts.forecasters.networks._pooled_recipe import pooled_recipe


@pytest.mark.parametrize(("season_length", "n_networks"), [(1, 2), (4, 4), (12, 4)])
def test_levels_and_seasons_make_the_networks(season_length, n_networks):
    assert len(pooled_recipe(5000, 50, season_length, None).readings) == n_networks


@pytest.mark.parametrize(("horizon", "n_lags"), [(2, 15), (18, 22)])
def test_a_network_reads_more_than_the_horizon_and_the_season(horizon, n_lags):
    recipe = pooled_recipe(5000, 50, 12, horizon)

    assert {reading.input_size for reading in recipe.readings} == {n_lags}


def test_short_series_are_trained_on_for_half_as_long():
    short, long = (pooled_recipe(n_rows, 50, 1, 6).solver for n_rows in (1000, 5000))

    assert 2 * short.max_iter == long.max_iter


def test_around_hours_a_week_is_read():
    assert {reading.input_size for reading in pooled_recipe(50_000, 50, 24, 48).readings} == {168}


def test_theta_has_no_part_in_what_has_two_seasons():
    assert pooled_recipe(5000, 50, 12, 18).partner > 0
    assert pooled_recipe(5000, 50, 24, 48).partner == 0


@pytest.mark.parametrize(("chosen", "cell"), [("auto", "gru"), ("tanh", "tanh")])
def test_a_cell_that_is_named_is_used(chosen, cell):
    arguments = {"hidden_size": 2, "max_iter": 2, "horizon": 2, "partner": None}
    estimator = RNNForecaster(chosen, season_length=12, **arguments)

    panel = PanelForecaster(estimator, "global").fit({"a": pd.Series(range(1, 41))})

    n_gates = {"tanh": 1, "gru": 3}[cell]
    assert panel.forecasters_["a"].weights_[0]["w_hidden"].shape[-1] == 2 * n_gates
