import numpy as np
import pytest

from rnnts.study.inference import ratio_tost


def t_of_ratio(losses, reference, ratio):
    difference = losses - ratio * reference
    return difference.mean() / (difference.std(ddof=1) / np.sqrt(len(difference)))


def pairs(rng, ratio, n=60):
    reference = rng.chisquare(8, n) / 8
    return ratio * reference * (1 + 0.02 * rng.standard_normal(n)), reference


@pytest.mark.parametrize("ratio", [1.0, 1.01])
def test_tost_declares_equivalence_at_five_per_cent_on_the_margin_and_often_inside(ratio):
    rng = np.random.default_rng(1)
    tests = [ratio_tost(*pairs(rng, ratio), margin=0.01, n_lags=0) for _ in range(1000)]

    share = np.mean([test.label == "equivalent" for test in tests])

    if ratio == 1.0:
        assert share > 0.9
    else:
        assert share == pytest.approx(0.05, abs=0.02)  # three standard errors of 1000 draws


def test_fieller_interval_covers_the_ratio_nine_times_in_ten():
    rng = np.random.default_rng(2)
    tests = [ratio_tost(*pairs(rng, 1.3), margin=0.01, n_lags=0) for _ in range(1000)]

    share = np.mean([test.interval[0] <= 1.3 <= test.interval[1] for test in tests])

    assert share == pytest.approx(0.9, abs=0.03)


def test_ends_of_the_fieller_interval_are_the_ratios_rejected_at_five_per_cent_each():
    from scipy import stats

    losses, reference = pairs(np.random.default_rng(3), 1.1, n=20)

    lower, upper = ratio_tost(losses, reference, margin=0.01, n_lags=0).interval

    quantile = stats.t.ppf(0.95, 19)
    assert t_of_ratio(losses, reference, lower) == pytest.approx(quantile)
    assert t_of_ratio(losses, reference, upper) == pytest.approx(-quantile)


def test_p_values_are_those_of_two_one_sided_t_tests():
    from scipy import stats

    losses, reference = pairs(np.random.default_rng(4), 1.0, n=20)

    test = ratio_tost(losses, reference, margin=0.02, n_lags=0)

    one_sided = [
        stats.ttest_1samp(losses - 0.98 * reference, 0, alternative="greater").pvalue,
        stats.ttest_1samp(losses - 1.02 * reference, 0, alternative="less").pvalue,
    ]
    assert test.p_equivalent == pytest.approx(max(one_sided))


@pytest.mark.parametrize(
    ("ratio", "label"), [(1.0, "equivalent"), (1.2, "different"), (0.8, "different")]
)
def test_label_and_interval_agree(ratio, label):
    test = ratio_tost(*pairs(np.random.default_rng(5), ratio), margin=0.01, n_lags=0)

    is_outside = test.interval[0] > 1.01 or test.interval[1] < 0.99
    assert test.label == label
    assert (test.p_different < 0.1) == is_outside


def test_few_noisy_pairs_leave_it_undecided():
    losses, reference = np.array([0.5, 2.0, 1.0, 0.7]), np.array([1.0, 0.6, 1.9, 0.8])

    assert ratio_tost(losses, reference, margin=0.01, n_lags=0).label == "undecided"


def test_losses_without_a_bounded_ratio_give_an_unbounded_interval():
    reference = np.array([-1.0, 1.0, 0.5, -0.4])

    test = ratio_tost(np.ones(4), reference, margin=0.01, n_lags=0)

    assert test.interval == (0.0, np.inf)


def test_serial_dependence_widens_the_interval():
    rng = np.random.default_rng(6)
    shocks = rng.standard_normal((2, 400)).repeat(5, axis=1)
    losses, reference = 2 + 0.3 * shocks

    independent = ratio_tost(losses, reference, margin=0.01, n_lags=0).interval
    serial = ratio_tost(losses, reference, margin=0.01, n_lags=10).interval

    assert serial[1] - serial[0] > 1.7 * (independent[1] - independent[0])


def test_bartlett_variance_matches_statsmodels():
    from scipy import stats
    from statsmodels.stats.sandwich_covariance import S_hac_simple

    rng = np.random.default_rng(7)
    losses, reference = 1 + 0.5 * rng.random((2, 50)).cumsum(axis=1) / 10
    margin, n_lags = 0.05, 4

    test = ratio_tost(losses, reference, margin=margin, n_lags=n_lags)

    t_ratios = []
    for ratio in (1 - margin, 1 + margin):
        difference = losses - ratio * reference
        long_run = S_hac_simple((difference - difference.mean())[:, None], nlags=n_lags)
        t_ratios.append(difference.mean() / (np.sqrt(long_run.item()) / len(difference)))
    expected = max(stats.t.sf(t_ratios[0], 49), stats.t.cdf(t_ratios[1], 49))
    assert test.p_equivalent == pytest.approx(expected)


@pytest.mark.parametrize("losses", [[1.0, 2.0], [1.0, np.nan, 2.0], [[1.0, 2.0, 3.0]]])
def test_unusable_losses_are_refused_in_a_sentence(losses):
    with pytest.raises(ValueError, match="losses"):
        ratio_tost(losses, losses, margin=0.01)
