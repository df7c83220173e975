"""Chains of transforms in words, and what "auto" makes of real and of degenerate series."""

import numpy as np
import pytest

from rnnts import datasets
from rnnts.transforms import (
    AutoLog,
    Chain,
    Deseasonalize,
    Difference,
    Level,
    Log,
    Preparation,
    Scale,
)


def column(name):
    return datasets.load(name).to_numpy()[:, None]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("air_passengers", "log; additive season of 12; difference 1; scaled"),
        ("co2_weekly", "Box-Cox(0.18); additive season of 52; difference 1; scaled"),
        ("elnino_sst", "additive season of 12; scaled"),
        ("lynx", "Box-Cox(0.15); scaled"),
        ("mackey_glass", "scaled"),
        ("nile", "difference 1; scaled"),
        ("santafe_laser", "scaled"),
        ("sunspots", "scaled"),
        ("us_macro_realgdp", "Box-Cox(0.51); additive season of 4; difference 1; scaled"),
    ],
)
def test_auto_of_real_series(name, words):
    season_length = int(datasets.describe(name)["season_length"])

    assert Preparation().fit(column(name), season_length).describe() == words


def test_words_stand_for_transforms():
    y = column("air_passengers")
    spelt_out = Chain(
        (Log(), Deseasonalize(operation="additive"), Difference((1, 12)), Level("ses"), Scale())
    ).fit(y, 12)

    in_words = Preparation("log", "classical", (1, 12), "ses", "standard").fit(y, 12)

    assert in_words.describe() == spelt_out.describe()
    np.testing.assert_array_equal(in_words.transform(y), spelt_out.transform(y))


def test_a_transform_may_stand_in_the_place_of_a_word():
    y = column("air_passengers")
    season = Deseasonalize("stl", "multiplicative")

    fitted = Preparation(AutoLog(), season, Difference(2), Level("last"), Scale("robust")).fit(
        y, 12
    )

    assert fitted.describe() == (
        "log; multiplicative season of 12; difference 1, 1; less the last value; scaled"
    )


def test_the_season_is_additive_whatever_power_was_found():
    y = column("air_passengers")
    # A season that does not grow with the level: logs would not help.
    t = np.arange(144)
    steady = 300 + 5 * t + 20 * np.sin(2 * np.pi * t / 12) + np.resize([1.0, 0.0, 2.0], 144)

    fitted = Preparation(diff=None).fit(np.column_stack([y, steady]), 12)

    assert fitted.describe() == ("log | as it is; additive season of 12; scaled")


@pytest.mark.parametrize(
    "arguments",
    [
        {"diff": (1, 12)},
        {"diff": Difference((1, 12))},
        {"deseasonalize": None},
        {"deseasonalize": None, "scale": None},
    ],
)
def test_auto_takes_the_season_out_once(arguments):
    words = Preparation(**arguments).fit(column("air_passengers"), 12).describe()

    assert words.removesuffix("; scaled") == "log; difference 1, 12"


def test_nothing_asked_for_is_nothing_done():
    y = column("nile")

    fitted = Preparation(None, None, None, None, None).fit(y)

    assert fitted.describe() == "as it is"
    assert fitted.is_pointwise
    np.testing.assert_array_equal(fitted.transform(y), y)


def test_auto_chooses_from_the_training_rows_alone():
    y = column("us_macro_unemp")

    fitted = Preparation().fit(y[:100], 4)

    np.testing.assert_array_equal(fitted.transform(y)[:100], fitted.transform(y[:100]))
    np.testing.assert_array_equal(
        fitted.transform_next(y[100:]), fitted.update(y[100:]).transform(y)[100:]
    )


DEGENERATE = {
    "one row": [2.0],
    "two rows": [2.0, 1.0],
    "constant": np.full(40, 0.1),
    "zeros": np.zeros(40),
    "one that stands out": np.r_[np.zeros(39), 1.0],
    "straight line": np.arange(40.0),
    "exponential": 1.5 ** np.arange(40),
    "counts": np.random.default_rng(0).poisson(1.0, 60).astype(float),
    "negative": -(np.arange(1, 50.0) ** 2),
    "pure season": np.resize(np.arange(1, 13.0), 60),
    "tiny": 1e-300 * np.exp(np.random.default_rng(1).normal(size=40)),
    "huge": 1e149 * np.exp(np.random.default_rng(1).normal(size=40) - 4),
    "every other row missing": np.where(np.arange(60) % 2, np.arange(60.0), np.nan),
    "last rows missing": np.r_[np.arange(40.0), [np.nan] * 5],
    "first half missing": np.r_[[np.nan] * 30, np.arange(30.0) ** 1.5],
}


@pytest.mark.parametrize("values", DEGENERATE.values(), ids=DEGENERATE)
@pytest.mark.parametrize("season_length", [1, 2, 12, 52])
def test_auto_makes_do_with_any_series(values, season_length):
    y = np.asarray(values)[:, None]

    fitted = Preparation().fit(y, season_length)

    is_lost = np.isnan(fitted.transform(y[~np.isnan(y[:, 0])]))
    assert not is_lost[fitted.n_lost :].any()
    assert np.isfinite(fitted.inverse_transform(np.zeros((60, 1)))).all()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"transform": "logs"}, ValueError, "unknown transform 'logs'.*did you mean 'log'"),
        ({"deseasonalize": "clasical"}, ValueError, "did you mean 'classical'"),
        ({"diff": "yes"}, ValueError, "unknown diff 'yes'; choose from auto"),
        ({"diff": 12}, ValueError, r"a seasonal difference is diff=\(12,\)"),
        ({"level": "mean"}, ValueError, "choose from last, ses, season"),
        ({"scale": "minmax"}, ValueError, "choose from standard, robust, steps"),
    ],
)
def test_a_wrong_word_is_refused_at_once(arguments, error, message):
    with pytest.raises(error, match=message):
        Preparation(**arguments)


def test_a_difference_that_leaves_nothing_says_so():
    y = np.arange(20.0)[:, None]
    y[::2] = np.nan

    with pytest.raises(ValueError, match=r"column 0 has no value left .* less preparation"):
        Preparation(diff=1).fit(y)


def test_the_measured_recipe_can_be_said():
    """Log, classical season, level by smoothing, windows and direct targets against it."""
    y = column("air_passengers")
    window, horizon = 15, 12
    prepared = Preparation("log", "classical", diff=None, scale=None).fit(y, 12)
    z = prepared.transform(y)
    level = Level("ses").fit(z, 12)
    origins = np.arange(window - 1, len(y) - horizon)
    z_level = level.levels(z)[origins]

    inputs = np.hstack([z[origins - lag] - z_level for lag in range(window)])
    targets = np.hstack([z[origins + step] - z_level for step in range(1, horizon + 1)])
    weights, *_ = np.linalg.lstsq(inputs, targets)
    newest = np.hstack([z[len(z) - 1 - lag] - level.level for lag in range(window)])
    forecast = prepared.inverse_transform((newest @ weights)[:, None] + level.level)

    # Every step is undone by itself: quantiles of direct forecasts may be as well.
    assert prepared.is_pointwise
    assert 350 < forecast.min() < forecast.max() < 750
    assert forecast[:, 0].argmax() in (6, 7)
