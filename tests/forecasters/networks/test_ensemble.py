"""What several networks say together, from what each of them says."""

import numpy as np
import pytest

from rnnts import datasets
from rnnts.forecasters import ARMAForecaster, RNNForecaster, ThetaForecaster
from rnnts.solvers import Adam

SHORT = Adam(max_iter=5, schedule="cosine")


def saying(y, n_steps=12, **params):
    """A forecaster, and what each of its networks says by itself."""
    model = RNNForecaster(hidden_size=2, solver=SHORT, **params).fit(y)
    future, columns = np.empty((n_steps, 0)), y.to_numpy()[:, None]
    members = model._networks.members
    forecasts = [[member.forecast(future)[:, 0] for member in seeds] for seeds in members]
    one_steps = [
        [member.one_step(columns, np.empty((144, 0)))[:, 0] for member in seeds]
        for seeds in members
    ]
    return model, np.array(forecasts), np.array(one_steps)


@pytest.mark.parametrize("n_init", [1, 2, 5])
def test_it_is_the_mean_over_preparations_of_the_median_over_seeds(n_init, y):
    model, forecasts, one_steps = saying(y, n_init=n_init, partner=None)

    assert forecasts.shape == (3, n_init, 12)
    assert len({tuple(path) for path in forecasts.reshape(-1, 12)}) == 3 * n_init
    np.testing.assert_allclose(model.predict(12), np.median(forecasts, axis=1).mean(axis=0))
    np.testing.assert_allclose(model.fittedvalues_, np.median(one_steps, axis=1).mean(axis=0))


def test_every_combination_of_choices_is_a_preparation(y):
    model, forecasts, _ = saying(
        y,
        transform=("log", None),
        deseasonalize=("classical", "stl", None),
        level=("last", "ses"),
        horizon=4,
        partner=None,
    )

    assert forecasts.shape == (12, 1, 12)
    # What differs is said: the season by STL is additive too.
    assert len(set(model.preparation_)) >= 10
    np.testing.assert_allclose(model.predict(12), forecasts.mean(axis=(0, 1)))


@pytest.mark.parametrize(
    ("partner", "reference", "share"),
    [
        ("auto", ThetaForecaster(), 0.25),
        ("theta", ThetaForecaster(), 0.5),
        ("arma", ARMAForecaster((1, 1, 1)), 0.5),
        (ARMAForecaster((2, 0, 0)), ARMAForecaster((2, 0, 0)), 0.5),
    ],
)
def test_a_partner_has_its_share(partner, reference, share, y):
    model, forecasts, one_steps = saying(y, partner=partner)
    reference.fit(y)

    by_hand = (1 - share) * forecasts.mean(axis=(0, 1)) + share * reference.predict(12)
    fitted = (1 - share) * one_steps.mean(axis=(0, 1)) + share * reference.fittedvalues_
    np.testing.assert_allclose(model.predict(12), by_hand, rtol=1e-9)
    np.testing.assert_allclose(model.fittedvalues_, fitted, rtol=1e-9)


def test_a_partner_given_is_left_as_it_was(y):
    partner = ARMAForecaster((1, 0, 0))

    RNNForecaster(hidden_size=1, solver=SHORT, partner=partner).fit(y).update(y[:0])

    assert not partner.__sklearn_is_fitted__()


def test_without_a_season_theta_counts_one_half():
    short = datasets.load("lynx")[:30].reset_index(drop=True)
    model = RNNForecaster(hidden_size=2, solver=SHORT).fit(short)

    networks = model._networks.forecast(np.empty((5, 0)))[:, 0]
    expected = (networks + ThetaForecaster().fit(short).predict(5)) / 2
    np.testing.assert_allclose(model.predict(5), expected)


def test_the_first_seeds_do_not_depend_on_how_many_there_are(y):
    few = saying(y, n_init=2, partner=None, n_steps=3, random_state=5)[1]
    many = saying(y, n_init=4, partner=None, n_steps=3, random_state=5)[1]

    np.testing.assert_array_equal(many[:, :2], few)


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_change_no_bit(n_jobs, y):
    one, many = (saying(y, n_init=3, n_jobs=jobs)[0] for jobs in (1, n_jobs))

    np.testing.assert_array_equal(many.predict(24), one.predict(24))
    for weights, expected in zip(many.weights_, one.weights_, strict=True):
        for name in weights:
            np.testing.assert_array_equal(weights[name], expected[name])
