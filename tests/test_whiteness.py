"""The Ljung-Box test of one-step errors."""

import numpy as np
import pytest
from statsmodels.stats.diagnostic import acorr_ljungbox
from statsmodels.tsa.stattools import acf

from rnnts._whiteness import lags_to_test, ljung_box
from rnnts.linear import ARMA


@pytest.mark.parametrize(("n_lags", "n_fitted"), [(10, 0), (24, 5), (3, 2)])
def test_the_test_is_that_of_statsmodels(n_lags, n_fitted):
    errors = ARMA(ar=[0.2], ma=[]).simulate(150, random_state=1)

    ours = ljung_box(errors[:, None], n_lags, n_fitted).iloc[0]

    theirs = acorr_ljungbox(errors, lags=[n_lags], model_df=n_fitted).iloc[0]
    assert ours["statistic"] == pytest.approx(theirs["lb_stat"], rel=1e-12)
    assert ours["p_value"] == pytest.approx(theirs["lb_pvalue"], rel=1e-10)
    assert ours["df"] == n_lags - n_fitted


def test_each_column_is_tested_by_itself():
    first = ARMA(ar=[0.5], ma=[]).simulate(100, random_state=2)
    second = np.random.default_rng(3).standard_normal(100)

    both = ljung_box(np.column_stack([first, second]), 8)

    for column, values in enumerate([first, second]):
        alone = ljung_box(values[:, None], 8)
        np.testing.assert_allclose(both.iloc[column], alone.iloc[0], rtol=1e-12)


def test_pairs_with_a_missing_row_count_nothing():
    errors = ARMA(ar=[0.4], ma=[]).simulate(200, random_state=4)
    errors[[7, 8, 90]] = np.nan

    ours = ljung_box(errors[:, None], 6).iloc[0]

    r = acf(errors, nlags=6, missing="conservative", fft=False)[1:]
    # statsmodels divides sums by all rows, ours are over the same ones.
    expected = 197 * 199 * np.sum(r**2 / (197 - np.arange(1, 7)))
    assert ours["lag1"] == pytest.approx(r[0], rel=1e-12)
    assert ours["statistic"] == pytest.approx(expected, rel=1e-12)


def test_constant_errors_have_no_autocorrelation():
    table = ljung_box(np.zeros((30, 1)), 5)

    assert table.loc[0, "statistic"] == 0
    assert table.loc[0, "p_value"] == 1


def test_two_seasons_or_ten_lags_are_tested_and_enough_for_the_coefficients():
    assert lags_to_test(144, 12, 0) == 24
    assert lags_to_test(144, 1, 0) == 10
    assert lags_to_test(30, 1, 0) == 6
    assert lags_to_test(100, 1, 16) == 19
    assert lags_to_test(5, 1, 8) == 0
