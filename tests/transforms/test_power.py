"""Powers and logarithms against SciPy and statsmodels, and when logs are taken."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.base.transform import BoxCox as StatsmodelsBoxCox

from rnnts import datasets
from rnnts.transforms import AutoLog, BoxCox, FittedPower, Log
from rnnts.transforms._power_choice import LAMBDAS


def column(name):
    return datasets.load(name).dropna().to_numpy()[:, None]


@pytest.mark.parametrize("power", [-1.0, -0.5, -1e-9, 0.0, 1e-9, 0.3, 0.999, 2.0])
def test_a_power_is_that_of_scipy(power):
    y = column("air_passengers")
    fitted = FittedPower(np.array([power]), np.array([50.0]))

    transformed = fitted.transform(y)

    np.testing.assert_allclose(transformed, scipy.stats.boxcox(y / 50.0, power), rtol=1e-12)
    np.testing.assert_allclose(fitted.inverse_transform(transformed), y, rtol=1e-11)


@pytest.mark.parametrize("name", ["air_passengers", "lynx", "nile", "us_macro_unemp"])
def test_likelihood_finds_the_power_that_scipy_finds(name):
    y = column(name)

    powers = BoxCox("likelihood").fit(y).powers

    np.testing.assert_allclose(powers, scipy.stats.boxcox_normmax(y[:, 0], method="mle"), atol=1e-4)


@pytest.mark.parametrize("name", ["air_passengers", "elec_equip", "us_macro_unemp"])
@pytest.mark.parametrize("season_length", [4, 12])
def test_guerrero_finds_the_power_that_statsmodels_finds(name, season_length):
    y = column(name)
    # It cuts blocks off the start, we off the end, where the series will go on.
    y = y[len(y) % season_length :]

    powers = BoxCox().fit(y, season_length).powers

    _, expected = StatsmodelsBoxCox().transform_boxcox(
        y[:, 0], method="guerrero", window_length=season_length, bounds=(-1, 2)
    )
    np.testing.assert_allclose(powers, expected, atol=1e-4)


def test_powers_do_not_depend_on_the_unit():
    y = column("lynx")

    in_millions = BoxCox("likelihood").fit(1e6 * y)

    np.testing.assert_allclose(in_millions.powers, BoxCox("likelihood").fit(y).powers, atol=1e-6)
    np.testing.assert_allclose(
        in_millions.transform(1e6 * y), BoxCox("likelihood").fit(y).transform(y), atol=1e-5
    )


@pytest.mark.parametrize("unit", [2.0**-700, 2.0**700])
def test_guerrero_finds_the_same_power_in_any_unit(unit):
    y = column("air_passengers")

    assert LAMBDAS["guerrero"](unit * y, 12) == LAMBDAS["guerrero"](y, 12)


def test_a_negative_power_of_large_numbers_keeps_their_digits():
    y = 1e13 * np.array([[1.0], [1.001], [1.002]])
    fitted = FittedPower(np.array([-1.0]), np.exp(np.log(y).mean(axis=0)))

    np.testing.assert_allclose(fitted.inverse_transform(fitted.transform(y)), y, rtol=1e-15)


@pytest.mark.parametrize(("power", "end"), [(0.5, 0.0), (-0.5, np.inf)])
def test_beyond_the_range_of_a_power_lies_its_nearest_end(power, end):
    fitted = FittedPower(np.array([power]), np.ones(1))
    beyond = np.array([[-1 / power], [-1 / power - np.sign(power)]])

    np.testing.assert_array_equal(fitted.inverse_transform(beyond), end)


@pytest.mark.parametrize("transform", [Log(), BoxCox()])
@pytest.mark.parametrize("value", [0.0, -1.5])
def test_logs_and_powers_need_positive_values(transform, value):
    y = np.array([[2.0, 1.0], [1.0, value], [3.0, value], [5.0, 1.0]])

    with pytest.raises(
        ValueError, match=rf"positive values, but 2 of 8 are not, the first {value:g} in row 1, col"
    ):
        transform.fit(y)
    with pytest.raises(ValueError, match="need positive values"):
        transform.fit(np.abs(y) + np.arange(1.0, 9.0).reshape(4, 2)).transform_next(y)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("air_passengers", "log"),
        ("lynx", "log"),
        ("us_macro_realgdp", "log"),
        ("us_macro_unemp", "log"),
        ("nile", "as it is"),
        ("mackey_glass", "as it is"),
        ("sunspots", "as it is"),
        ("us_macro_infl", "as it is"),
    ],
)
def test_logs_are_taken_where_changes_grow_with_the_level(name, words):
    fitted = AutoLog().fit(column(name))

    assert fitted.describe() == words
    assert AutoLog().fit(1000 * column(name)).describe() == words


def test_the_log_rule_tells_random_walks_apart_where_that_matters():
    steps = np.random.default_rng(0).normal(0, 0.025, (200, 300))
    # Of a series that moves little, the log is as good as linear.
    doubled = {
        "levels": 1 + steps.cumsum(axis=0),
        "logs": np.exp(steps.cumsum(axis=0)),
    }
    shares = {}
    for name, walks in doubled.items():
        walks = walks[:, (walks.min(axis=0) > 0) & (walks.max(axis=0) > 2 * walks.min(axis=0))]
        shares[name] = (AutoLog().fit(walks).powers == 0).mean()

    assert shares["levels"] < 0.05
    assert shares["logs"] > 0.95


def test_the_log_rule_compares_gaussian_likelihoods():
    y = column("us_macro_realinv")[:, 0]

    in_logs = scipy.stats.norm.logpdf(np.diff(np.log(y)), *scipy.stats.norm.fit(np.diff(np.log(y))))
    in_levels = scipy.stats.norm.logpdf(np.diff(y), *scipy.stats.norm.fit(np.diff(y)))

    is_log = in_logs.sum() - np.log(y[1:]).sum() > in_levels.sum()
    assert (AutoLog().fit(y[:, None]).describe() == "log") == is_log


@pytest.mark.parametrize(
    "values", [np.full(30, 3.3), np.arange(1, 31.0), np.array([1.0, 2.0, 4.0])]
)
def test_logs_are_not_taken_of_what_does_not_ask_for_them(values):
    assert AutoLog().fit(values[:, None]).describe() == "as it is"


def test_box_cox_of_a_constant_is_no_power():
    y = np.full((30, 1), 3.3)

    assert BoxCox().fit(y, 4).powers == BoxCox("likelihood").fit(y).powers == 1.0


@pytest.mark.parametrize("choose", LAMBDAS.values(), ids=LAMBDAS)
def test_powers_of_values_that_leave_the_floats_are_numbers(choose):
    values = 10.0 ** np.r_[np.full(30, -260.0), np.linspace(-250, -18, 10)][:, None]

    power = choose(values, 1)

    assert -1 <= power[0] <= 2
