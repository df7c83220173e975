import numpy as np
import pytest
from scipy import stats

from rnnts.study.inference import (
    averages_of,
    clark_west,
    equivalence_rates,
    excess_rates,
    ratio_tost,
    score_test,
    worst_share,
)


def test_averages_of_values_with_an_outlier():
    averages = averages_of([0.01] * 9 + [1.0])

    assert averages["mean"].value == pytest.approx(0.109)
    assert averages["trimmed mean"].value == pytest.approx(0.01)
    assert averages["median"].value == pytest.approx(0.01)
    assert averages["geometric mean"].value == pytest.approx(10**-1.8)


def test_intervals_of_the_means_are_those_of_scipy():
    values = np.random.default_rng(0).lognormal(size=47)
    averages = averages_of(values, level=0.9)

    mean = stats.t.interval(0.9, 46, values.mean(), stats.sem(values))
    logs = np.log(values)
    log_mean = stats.t.interval(0.9, 46, logs.mean(), stats.sem(logs))
    np.testing.assert_allclose(averages["mean"].interval, mean)
    np.testing.assert_allclose(averages["geometric mean"].interval, np.exp(log_mean))


def test_interval_of_the_trimmed_mean_is_that_of_yuen():
    values = np.random.default_rng(1).lognormal(size=50)

    trimmed = averages_of(values)["trimmed mean"]

    # Yuen's two-sample test against a sample of constants leaves this one's standard error.
    constant = np.full(50, trimmed.value) + np.tile([1e-9, -1e-9], 25)
    low, high = stats.ttest_ind(values, constant, trim=0.1, equal_var=False).confidence_interval(
        0.9
    )
    assert trimmed.interval[1] - trimmed.interval[0] == pytest.approx(high - low, rel=1e-6)


def test_interval_of_the_median_covers_it_at_least_nine_times_in_ten():
    draws = np.random.default_rng(2).exponential(size=(2000, 25))
    intervals = [averages_of(row)["median"].interval for row in draws]

    share = np.mean([low <= np.log(2) <= high for low, high in intervals])

    # P(8 <= Bin(25, 1/2) <= 17) = 0.957; the pair within covers 0.892 only.
    assert share == pytest.approx(0.957, abs=0.015)


def test_few_values_do_not_bound_the_median():
    assert averages_of([1.0, 2.0, 3.0])["median"].interval == (-np.inf, np.inf)


# Their result will be an object some day; what it holds stays.
@pytest.mark.filterwarnings("ignore:acorr_breusch_godfrey currently returns:FutureWarning")
def test_score_test_is_that_of_breusch_and_godfrey():
    from statsmodels.api import OLS, add_constant
    from statsmodels.stats.diagnostic import acorr_breusch_godfrey

    y = np.random.default_rng(3).standard_normal(120).cumsum()
    regressors = add_constant(np.column_stack([y[1:-1], y[:-2]]))
    fitted = OLS(y[2:], regressors).fit()
    errors = np.asarray(fitted.resid)
    lags = np.column_stack([np.r_[np.zeros(lag), errors[:-lag]] for lag in (1, 2, 3)])

    test = score_test(errors, regressors, lags)

    statistic, p_value, *_ = acorr_breusch_godfrey(fitted, nlags=3)
    assert test.statistic == pytest.approx(statistic)
    assert test.p_value == pytest.approx(p_value)


def test_clark_west_gives_back_what_the_larger_model_pays():
    rng = np.random.default_rng(4)
    y, noise = rng.standard_normal((2, 1000, 200))
    tests = [
        clark_west(truth, np.zeros(200), 0.3 * guess) for truth, guess in zip(y, noise, strict=True)
    ]

    rejected = np.mean([test.p_value < 0.05 for test in tests])

    assert rejected == pytest.approx(0.05, abs=0.021)  # three standard errors
    losses = ((y - 0.3 * noise) ** 2).mean()
    assert losses > 1.05 * (y**2).mean()


def test_clark_west_finds_a_better_model():
    y = np.random.default_rng(5).standard_normal(100)

    assert clark_west(y, np.zeros(100), 0.5 * y).p_value < 1e-6
    assert clark_west(y, 0.5 * y, 0.5 * y).p_value == 0.5
    with pytest.raises(ValueError, match="at least 2 predictions"):
        clark_west([1.0], [0.0], [0.5])


def test_rates_of_equivalence_are_shares_of_the_test_itself():
    rng = np.random.default_rng(6)
    reference = rng.chisquare(8, 30) / 8
    losses = 1.2 * reference * (1 + 0.02 * rng.standard_normal(30))

    rates = equivalence_rates(
        losses,
        reference,
        margin=0.01,
        where="30 series",
        n_simulations=200,
        rng=np.random.default_rng(7),
    )

    draws = np.random.default_rng(7)
    aligned = losses * reference.mean() / losses.mean()
    for rate, ratio in ((rates.size, 1.01), (rates.power, 1.0)):
        places = draws.integers(30, size=(200, 30))
        labels = [
            ratio_tost(ratio * aligned[row], reference[row], margin=0.01, n_lags=0).label
            for row in places
        ]
        assert rate.value == np.mean([label == "equivalent" for label in labels])
    assert rates.size.value < 0.15
    assert rates.power.value > rates.size.value


def test_rates_of_an_excess_are_shares_of_a_t_test():
    values = np.random.default_rng(8).normal(0.5, 1, 20)

    size, power = excess_rates(
        values, limit=0.1, level=0.05, n_simulations=200, rng=np.random.default_rng(9)
    )

    draws = np.random.default_rng(9)
    for rate, moved in ((size, values - values.mean() + 0.1), (power, values)):
        places = draws.integers(20, size=(200, 20))
        p_values = stats.ttest_1samp(moved[places], 0.1, axis=1, alternative="greater").pvalue
        assert rate.value == np.mean(p_values < 0.05)


def test_worst_share_and_its_interval():
    values = np.r_[np.ones(95), np.full(5, 19.0)]

    worst = worst_share(values, 0.05, np.random.default_rng(10))

    assert worst.value == pytest.approx(0.5)
    assert worst.interval[0] < 0.5 <= worst.interval[1]
    assert np.isnan(worst_share(np.zeros(3), 0.5, np.random.default_rng(11)).value)
