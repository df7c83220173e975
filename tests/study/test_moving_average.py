import numpy as np
import pytest
from scipy import stats

from rnnts.study import CLAIMS
from rnnts.study._settings import Settings
from rnnts.study.claims import _h03_moving_average
from rnnts.study.claims._h03_moving_average import judge, measure, moving_average
from rnnts.study.inference import autocorrelations, bartlett_covariance, moving_average_test

ACF = np.array([1.0, 0.6, -0.3, 0.2])


def naive_bartlett(acf, i, j):
    """The sum of the formula, term by term, with autocorrelations that vanish beyond the list."""

    def rho(lag):
        return acf[abs(lag)] if abs(lag) < len(acf) else 0.0

    return sum(
        (rho(k + i) + rho(k - i) - 2 * rho(i) * rho(k))
        * (rho(k + j) + rho(k - j) - 2 * rho(j) * rho(k))
        for k in range(1, 50)
    )


@pytest.mark.parametrize("lags", [[1, 2, 3], [4, 5, 9], [1, 7]])
def test_bartlett_covariance_is_the_sum_of_its_formula(lags):
    expected = [[naive_bartlett(ACF, i, j) for j in lags] for i in lags]

    np.testing.assert_allclose(bartlett_covariance(ACF, lags), expected)


def test_variance_of_the_first_autocorrelation_of_an_ma1_is_the_textbook_one():
    rho = 0.4

    (variance,) = bartlett_covariance([1.0, rho], [1]).ravel()

    # Brockwell and Davis (1991), example 7.2.2.
    assert variance == pytest.approx(1 - 3 * rho**2 + 4 * rho**4)


# Their result will be an object some day; what it holds stays.
@pytest.mark.filterwarnings("ignore:acf currently returns:FutureWarning")
def test_autocorrelations_and_bartlett_band_are_those_of_statsmodels():
    from statsmodels.tsa.stattools import acf

    y = moving_average(np.random.default_rng(0).standard_normal(200), 0.8, 2)

    ours = autocorrelations(y[None], 6)[0]

    theirs, band = acf(y, nlags=6, alpha=0.05, bartlett_confint=True)
    np.testing.assert_allclose(ours, theirs)
    # Their band at lag 3 takes the first two autocorrelations for those of an MA(2).
    (variance,) = bartlett_covariance(ours[:3], [3]).ravel()
    half_width = stats.norm.ppf(0.975) * np.sqrt(variance / 200)
    assert half_width == pytest.approx((band[3, 1] - band[3, 0]) / 2)


def test_p_value_is_that_of_the_quadratic_form():
    series = np.random.default_rng(1).standard_normal((2, 80)).cumsum(axis=1)

    p_values = moving_average_test(series, order=2, n_lags=3)

    for p_value, acf in zip(p_values, autocorrelations(series, 5), strict=True):
        covariance = bartlett_covariance(acf[:3], [3, 4, 5])
        statistic = 80 * acf[3:] @ np.linalg.inv(covariance) @ acf[3:]
        assert p_value == pytest.approx(stats.chi2.sf(statistic, 3))


def test_test_of_a_moving_average_has_its_nominal_size_and_rejects_a_longer_one():
    shocks = np.random.default_rng(2).standard_normal((2000, 1000))

    of_the_order, longer = (
        np.mean(moving_average_test(moving_average(shocks, 0.8, order), 2) < 0.05)
        for order in (2, 4)
    )

    assert of_the_order == pytest.approx(0.05, abs=0.015)  # three standard errors
    assert longer > 0.9


def test_h3_is_refuted_for_the_unit():
    evidence = CLAIMS["H3"](Settings.quick(with_figures=True))

    assert evidence.verdict == "refuted"
    assert "currentColor" in evidence.figures[0].svg
    smallest = [row for row in evidence.table if row["p"] == 1]
    assert all(row["from"] > row["genuine to"] for row in smallest)
    assert len(evidence.error_rates) == len(evidence.table)


def test_h3_holds_for_a_filter_that_forgets():
    def forgetful(shocks, decay):
        return moving_average(shocks, decay, 1)

    finding = judge(*measure(Settings.quick(), forgetful))

    assert finding.verdict == "holds"


def test_h3_is_not_decided_by_a_few_series():
    row = {"a": 0.5, "p": 1, "T": 300, "n": 20, "rejected": 0.1, "from": 0.01, "to": 0.4}
    genuine = {"rejected, genuine MA(p)": 0.05, "genuine from": 0.0, "genuine to": 0.3}

    assert _h03_moving_average.judge([row | genuine]).verdict == "not decided"
