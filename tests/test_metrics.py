"""Measures of error against loops written out, scikit-learn, and a table worked by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import (
    mean_absolute_error,
    mean_pinball_loss,
    root_mean_squared_error,
)

from rnnts import metrics
from rnnts.metrics import (
    coverage,
    crps,
    crps_of_quantiles,
    mae,
    mase,
    msis,
    naive_scale,
    naive_squared_scale,
    owa,
    pinball,
    ratio,
    rmse,
    rmsse,
    smape,
    winkler,
)

TRAIN = [2.0, 4.0, 3.0, 5.0, 7.0, 6.0]
TRUE = [8.0, 0.0, -2.0]
PRED = [6.0, 0.0, 2.0]


def naive_smape(true, pred):
    terms = [
        abs(t - p) / (abs(t) + abs(p)) if t or p else 0.0 for t, p in zip(true, pred, strict=True)
    ]
    return 200 * sum(terms) / len(terms)


def naive_scaled(true, pred, train, season_length, power):
    lag = season_length if len(train) > season_length else 1
    scale = [abs(train[i] - train[i - lag]) ** power for i in range(lag, len(train))]
    error = [abs(t - p) ** power for t, p in zip(true, pred, strict=True)]
    return (sum(error) / len(error) / (sum(scale) / len(scale))) ** (1 / power)


def draw(seed, n_steps, n_columns=None):
    rng = np.random.default_rng(seed)
    return rng.normal(10, 5, n_steps if n_columns is None else (n_steps, n_columns))


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (mae, 2.0),
        (rmse, math.sqrt(20 / 3)),
        (smape, 200 / 3 * (2 / 14 + 0 + 1)),
    ],
)
def test_values_worked_by_hand(measure, expected):
    assert measure(TRUE, PRED) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("season_length", "absolute", "squared"),
    [
        (1, 8 / 5, 14 / 5),  # 2, -1, 2, 2, -1
        (2, 7 / 4, 19 / 4),  # 1, 1, 4, 1
        (3, 9 / 3, 27 / 3),  # 3, 3, 3
        (6, 8 / 5, 14 / 5),  # not longer than a season: lag 1
    ],
)
def test_scaled_values_worked_by_hand(season_length, absolute, squared):
    given = {"y_train": TRAIN, "season_length": season_length}

    assert naive_scale(TRAIN, season_length) == pytest.approx(absolute)
    assert naive_squared_scale(TRAIN, season_length) == pytest.approx(squared)
    assert mase(TRUE, PRED, **given) == pytest.approx(2 / absolute)
    assert rmsse(TRUE, PRED, **given) == pytest.approx(math.sqrt(20 / 3 / squared))


@pytest.mark.parametrize("size", [2.0**-560, 2.0**-1000, 2.0**400])
def test_squared_measures_do_not_lose_small_values(size):
    true, pred, train = (size * np.asarray(each) for each in (TRUE, PRED, TRAIN))

    assert rmse(true, pred) == size * rmse(TRUE, PRED)
    assert rmsse(true, pred, y_train=train) == rmsse(TRUE, PRED, y_train=TRAIN)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("season_length", [1, 4, 12, 50])
def test_equal_to_loops(seed, season_length):
    true, pred, train = draw(seed, 8), draw(seed + 100, 8), draw(seed + 200, 40)
    given = {"y_train": train, "season_length": season_length}

    absolute = naive_scaled(true, pred, train, season_length, power=1)
    squared = naive_scaled(true, pred, train, season_length, power=2)

    assert smape(true, pred) == pytest.approx(naive_smape(true, pred), rel=1e-13)
    assert mase(true, pred, **given) == pytest.approx(absolute, rel=1e-13)
    assert rmsse(true, pred, **given) == pytest.approx(squared, rel=1e-13)


@pytest.mark.parametrize("n_columns", [None, 3])
def test_unscaled_errors_equal_those_of_scikit_learn(n_columns):
    true, pred = draw(0, 20, n_columns), draw(1, 20, n_columns)

    assert mae(true, pred) == pytest.approx(mean_absolute_error(true, pred), rel=1e-14)
    assert rmse(true, pred) == pytest.approx(root_mean_squared_error(true, pred), rel=1e-14)


@pytest.mark.parametrize("measure", [mae, rmse, smape, mase, rmsse])
def test_columns_are_averaged(measure):
    true, pred, train = draw(0, 8, 3), draw(1, 8, 3), draw(2, 40, 3)
    is_scaled = measure in (mase, rmsse)

    def score(columns):
        given = {"y_train": train[:, columns], "season_length": 4} if is_scaled else {}
        return measure(true[:, columns], pred[:, columns], **given)

    assert score(slice(None)) == pytest.approx(np.mean([score(i) for i in range(3)]))


@pytest.mark.parametrize("measure", [mase, rmsse])
def test_constant_series_scores_zero_or_infinity(measure):
    train = [3.0] * 20

    assert measure([3.0, 3.0], [3.0, 3.0], y_train=train) == 0.0
    assert measure([3.0, 3.0], [3.0, 4.0], y_train=train) == math.inf


def test_exact_forecast_scores_zero():
    train = draw(0, 30)

    for measure in (mae, rmse, smape):
        assert measure(TRUE, TRUE) == 0.0
    for measure in (mase, rmsse):
        assert measure(TRUE, TRUE, y_train=train) == 0.0


def test_opposite_signs_score_the_whole_scale_of_smape():
    assert smape([1.0, -2.0], [-1.0, 5.0]) == 200.0


def test_scale_leaves_missing_values_out_where_they_stand():
    scale = naive_scale([1.0, np.nan, 4.0, 5.0, np.nan, 11.0], season_length=2)

    assert scale == pytest.approx([(3 + 6) / 2])


def test_scale_is_one_value_a_column():
    table = np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 0.0]])

    np.testing.assert_array_equal(naive_scale(table), [1.5, 0.0])


def test_pandas_is_read_by_position():
    true = pd.Series(TRUE, index=pd.date_range("2024", periods=3))

    assert mae(true, pd.Series(PRED, dtype="Float64")) == 2.0
    assert mae(true, pd.DataFrame({"y": PRED})) == 2.0


@pytest.mark.parametrize(
    ("true", "pred", "sentence"),
    [
        ([1, 2, 3], [1, 2], r"y_true has shape \(3,\) but y_pred has shape \(2,\); give one"),
        ([1, np.nan, 3], [1, 2, 3], r"y_true has NaN or infinite values in 1 row\(s\), the first "),
        ([1, 2, 3], [1, 2, np.inf], "y_pred has NaN or infinite values .* row 2; score only"),
        ([], [], r"y_true is empty \(shape \(0,\)\); give at least one value"),
        (["a", "b"], [1, 2], "y_true has dtype <U1, not numbers; convert it"),
        (
            [1, 2],
            np.array([1, "x"], dtype=object),
            "y_pred has dtype object, not numbers; convert it",
        ),
        ([1j, 2], [1, 2], "y_true has dtype complex128, not numbers"),
        (
            [1, 2],
            [1, 1e200],
            "y_pred has values up to 1e\\+200, whose squares leave .* divide y_pred",
        ),
        (1.0, [1.0], r"y_true has shape \(\); give an array of shape \(n,\) or \(n, k\)"),
    ],
)
@pytest.mark.parametrize("measure", [mae, rmse, smape, mase, rmsse])
def test_bad_input_is_answered_with_one_sentence(measure, true, pred, sentence):
    given = {"y_train": TRAIN} if measure in (mase, rmsse) else {}

    with pytest.raises(ValueError, match=sentence):
        measure(true, pred, **given)


@pytest.mark.parametrize(
    ("train", "sentence"),
    [
        ([1.0], r"y_train has 1 row\(s\), but no two observed values 1 step\(s\) apart"),
        ([1.0, np.nan, 2.0], r"y_train has 3 row\(s\), but no two observed values"),
        ([1.0, np.inf], "y_train has infinite values; replace them"),
        ([1.0, 1e200], "y_train has values up to 1e\\+200, whose squares leave"),
        ([], "y_train is empty"),
        ([[1.0, 2.0], [3.0, 4.0]], r"y_train has 2 column\(s\) but y_true has 1"),
    ],
)
@pytest.mark.parametrize("measure", [mase, rmsse])
def test_bad_training_series_is_answered_with_one_sentence(measure, train, sentence):
    with pytest.raises(ValueError, match=sentence):
        measure(TRUE, PRED, y_train=train)


@pytest.mark.parametrize("season_length", [0, -1])
def test_season_length_must_be_positive(season_length):
    with pytest.raises(ValueError, match=f"season_length must be at least 1, got {season_length}"):
        naive_scale(TRAIN, season_length)


def test_every_public_name_is_listed():
    points = {"mae", "mase", "naive_scale", "naive_squared_scale", "rmse", "rmsse", "smape"}
    others = {"coverage", "crps", "crps_of_quantiles", "msis", "owa", "pinball", "winkler"}
    assert set(metrics.__all__) == points | others


LOWER, UPPER = [7.0, 1.0, -9.0], [9.0, 5.0, -2.0]


def test_intervals_are_scored_as_by_hand():
    # The first and the last hold, the last just; the second misses by 1.
    assert coverage(TRUE, LOWER, UPPER) == pytest.approx(2 / 3)
    assert winkler(TRUE, LOWER, UPPER, level=80) == pytest.approx((2 + 4 + 10 * 1 + 7) / 3)
    scaled = msis(TRUE, LOWER, UPPER, y_train=TRAIN, season_length=2, level=95)
    assert scaled == pytest.approx((2 + 4 + 40 * 1 + 7) / 3 / (7 / 4))


def scored_as_m4(train, true, lower, upper, season_length, alpha):
    """The formula of the M4 competition, in the words of its own scripts."""
    miss_below, miss_above = true < lower, true > upper
    widths = upper - lower + 2 / alpha * ((lower - true) * miss_below + (true - upper) * miss_above)
    return widths.mean() / np.abs(train[season_length:] - train[:-season_length]).mean()


@pytest.mark.parametrize("level", [50, 80, 95])
@pytest.mark.parametrize("season_length", [1, 4])
def test_msis_is_that_of_the_m4_competition(level, season_length):
    true, train = draw(0, 50), draw(1, 40)
    lower, upper = draw(2, 50) - 4, draw(2, 50) + 4

    found = msis(true, lower, upper, y_train=train, season_length=season_length, level=level)

    expected = scored_as_m4(train, true, lower, upper, season_length, 1 - level / 100)
    assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("quantile", [0.025, 0.5, 0.9])
def test_pinball_is_that_of_scikit_learn(quantile):
    true, pred = draw(0, 30, 2), draw(1, 30, 2)

    expected = mean_pinball_loss(true, pred, alpha=quantile)
    assert pinball(true, pred, quantile) == pytest.approx(expected, rel=1e-13)


def test_a_winkler_score_is_the_pinball_loss_of_both_ends():
    true, lower, upper = draw(0, 30), draw(1, 30) - 40, draw(1, 30)

    ends = pinball(true, lower, 0.1) + pinball(true, upper, 0.9)

    assert winkler(true, lower, upper, level=80) == pytest.approx(2 / 0.2 * ends, rel=1e-12)


def test_columns_of_intervals_are_averaged():
    true, lower, train = draw(0, 9, 3), draw(1, 9, 3), draw(2, 20, 3)
    upper = lower + 5

    for measure, given in ((coverage, {}), (winkler, {}), (msis, {"y_train": train})):
        each = [
            measure(true[:, i], lower[:, i], upper[:, i], **{k: v[:, i] for k, v in given.items()})
            for i in range(3)
        ]
        assert measure(true, lower, upper, **given) == pytest.approx(np.mean(each))


def test_bad_intervals_are_answered_by_a_sentence():
    with pytest.raises(ValueError, match=r"lower lies above upper in 1 row\(s\), the first row 2"):
        coverage(TRUE, [0, 0, 9], [1, 1, 8])
    with pytest.raises(ValueError, match="upper has NaN or infinite values in 1"):
        winkler(TRUE, LOWER, [1.0, 2.0, np.nan])
    with pytest.raises(ValueError, match=r"y_true has shape \(3,\) but lower has shape \(2,\)"):
        coverage(TRUE, [1, 2], UPPER)
    with pytest.raises(ValueError, match="level must lie between 0 and 100, got 100"):
        winkler(TRUE, LOWER, UPPER, level=100)
    with pytest.raises(ValueError, match="quantile must lie between 0 and 1, got 10"):
        pinball(TRUE, PRED, 10)


def test_owa_divides_means_over_series_of_several_lengths():
    trains = [draw(0, 30), draw(1, 24), draw(2, 18)]
    true, pred, naive2 = draw(3, 6, 3), draw(4, 6, 3), draw(5, 6, 3)
    padded = np.column_stack([np.r_[np.full(30 - len(each), np.nan), each] for each in trains])

    found = owa(true, pred, naive2, y_train=padded, season_length=4)

    parts = []
    for of in (pred, naive2):
        series = [(true[:, i].tolist(), of[:, i].tolist(), trains[i]) for i in range(3)]
        percent = sum(naive_smape(t, p) for t, p, _ in series)
        scaled = sum(naive_scaled(t, p, train, 4, 1) for t, p, train in series)
        parts.append((percent, scaled))
    (percent, scaled), (percent_of_naive2, scaled_of_naive2) = parts
    expected = (percent / percent_of_naive2 + scaled / scaled_of_naive2) / 2
    assert found == pytest.approx(expected, rel=1e-12)
    assert owa(true, naive2, naive2, y_train=padded) == pytest.approx(1)


def test_crps_of_draws_equals_loops_over_pairs():
    true, draws = draw(0, 5), draw(1, 5, 7)

    expected = 0.0
    for y, row in zip(true, draws, strict=True):
        apart = sum(abs(a - b) for a in row for b in row) / len(row) ** 2
        expected += sum(abs(x - y) for x in row) / len(row) - apart / 2
    assert crps(true, draws) == pytest.approx(expected / 5, rel=1e-12)
    assert crps(true, draws[:, :1]) == pytest.approx(mae(true, draws[:, 0]))


def test_crps_of_many_quantiles_is_that_of_the_normal_distribution():
    true, probabilities = draw(0, 20), (np.arange(4000) + 0.5) / 4000
    quantiles = np.tile(stats.norm(10, 5).ppf(probabilities), (20, 1))

    z = (true - 10) / 5
    closed = 5 * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / math.sqrt(math.pi))
    # What is missing is the tail beyond the outermost quantiles.
    assert crps_of_quantiles(true, quantiles, probabilities) == pytest.approx(
        closed.mean(), rel=1e-4
    )


def test_quantiles_stand_for_the_probabilities_nearest_to_them():
    true, quantiles = draw(0, 4), np.sort(draw(1, 4, 3))

    found = crps_of_quantiles(true, quantiles, [0.1, 0.5, 0.8])

    pairs = ((0.1, 0.3), (0.5, 0.35), (0.8, 0.35))
    parts = [2 * w * pinball(true, quantiles[:, i], q) for i, (q, w) in enumerate(pairs)]
    assert found == pytest.approx(sum(parts), rel=1e-12)
    assert crps_of_quantiles(true, quantiles[:, 1:2], [0.5]) == pytest.approx(
        mae(true, quantiles[:, 1])
    )


def test_distributions_of_columns_are_averaged():
    true, draws = draw(0, 4, 2), np.stack([draw(1, 4, 2), draw(2, 4, 2), draw(3, 4, 2)], axis=-1)

    each = [crps(true[:, i], draws[:, i]) for i in range(2)]

    assert crps(true, draws) == pytest.approx(np.mean(each))
    assert crps(pd.Series(true[:, 0]), pd.DataFrame(draws[:, 0])) == pytest.approx(each[0])


@pytest.mark.parametrize(
    ("measure", "given", "sentence"),
    [
        (crps, (TRUE, [1.0, 2.0, 3.0]), r"draws has shape \(3,\); give draws of shape \(3, m\)"),
        (crps, (TRUE, [[1.0, np.nan]] * 3), r"draws has NaN or infinite values in 3 place"),
        (crps, ([np.nan], [[1.0]]), "y_true has NaN or infinite values in 1 place"),
        (crps_of_quantiles, (TRUE, [[1.0, 2.0]] * 3, [0.5, 0.1]), "must increase between 0 and 1"),
        (crps_of_quantiles, (TRUE, [[1.0, 2.0]] * 3, [0.5, 1.0]), "must increase between 0 and 1"),
        (crps_of_quantiles, (TRUE, [[1.0, 2.0]] * 3, [0.5]), "has 2 for each .* there are 1"),
    ],
)
def test_bad_distributions_are_answered_by_a_sentence(measure, given, sentence):
    with pytest.raises(ValueError, match=sentence):
        measure(*given)


def test_forecasts_of_a_constant_have_no_owa():
    assert owa([1.0], [1.0], [2.0], y_train=[1.0, 1.0]) == 0.0

    with pytest.raises(ValueError, match="the MASE of both is infinite; compare their mae"):
        owa([1.0], [3.0], [2.0], y_train=[1.0, 1.0])


def test_two_infinite_measures_have_no_ratio():
    assert np.isnan(ratio(np.array([np.inf]), np.array([np.inf]))).all()
    assert np.isinf(ratio(np.array([1e150]), np.array([1e-300]))).all()
