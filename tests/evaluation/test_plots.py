"""Pictures of a backtest and of a comparison are those of rnnts.plotting."""

import numpy as np
import pytest

from rnnts import DriftForecaster, NaiveForecaster, SeasonalNaiveForecaster, compare, datasets
from rnnts.plotting import plot_backtest, plot_calibration, plot_comparison


@pytest.fixture(scope="module")
def result():
    series = {name: datasets.load(name)[-60:] for name in ("air_passengers", "elec_equip")}
    models = [NaiveForecaster(), SeasonalNaiveForecaster(), DriftForecaster()]
    return compare(models, series, horizon=6, n_windows=3)


@pytest.mark.parametrize(
    ("method", "function"),
    [
        (lambda result: result.plot(unique_id="elec_equip"), plot_backtest),
        (lambda result: result.plot_calibration(), plot_calibration),
        (lambda result: result.plot_ranks(level=90), plot_comparison),
    ],
    ids=["backtest", "calibration", "ranks"],
)
def test_a_method_draws_what_the_function_draws(result, method, function):
    options = {plot_backtest: {"unique_id": "elec_equip"}, plot_comparison: {"level": 90}}

    mine, yours = method(result), function(result, **options.get(function, {}))

    assert len(mine.lines) == len(yours.lines) > 0
    for one, other in zip(mine.lines, yours.lines, strict=True):
        np.testing.assert_array_equal(one.get_xydata(), other.get_xydata())
