"""Pictures of what is inside networks."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from rnnts import ARMAForecaster, RNNForecaster, RNNRegressor, datasets
from rnnts.linear import ARMA
from rnnts.plotting import plot_hidden_states, plot_impulse_response, plot_loss_curve


def test_every_network_has_a_curve(tanh, ax):
    assert tanh.plot_loss_curve(ax=ax) is ax

    curves, ends = ax.lines[::2], ax.lines[1::2]
    assert len(curves) == len(tanh.weights_) == 2
    assert curves[0].get_ydata().tolist() == tanh.loss_curve_
    for curve, end, losses in zip(curves, ends, tanh.loss_curves_, strict=True):
        assert curve.get_ydata().tolist() == losses
        assert curve.get_xdata().tolist() == list(range(1, len(losses) + 1))
        assert end.get_ydata() == losses[-1]


def test_networks_of_sequences_have_a_curve_too(ax):
    X = np.random.default_rng(0).normal(size=(20, 5))
    model = RNNRegressor(max_iter=5, tol=0.5).fit(X, X.sum(axis=1))

    plot_loss_curve(model, ax=ax)

    assert ax.lines[0].get_ydata().tolist() == model.loss_curve_


def test_a_loss_that_falls_far_has_a_logarithmic_axis():
    far, not_far = [1.0, 0.1, 0.01], [1.0, 0.5, -0.3]

    assert plot_loss_curve(SimpleNamespace(loss_curve_=far)).get_yscale() == "log"
    assert plot_loss_curve(SimpleNamespace(loss_curve_=not_far)).get_yscale() == "linear"


def test_a_network_that_was_not_trained_has_no_curve():
    model = RNNForecaster.from_arma(ARMA(ar=[0.5], ma=[0.3]), y=[1.0, 2.0, 4.0])

    with pytest.raises(TypeError, match="'loss_curve_' holds, which a RNNForecaster does not"):
        plot_loss_curve(model)


def test_a_linear_network_lies_on_its_psi_weights(linear, ax):
    linear.plot_impulse_response(30, ax=ax)

    _, response, psi = ax.lines
    np.testing.assert_array_equal(psi.get_ydata(), linear.to_arma().psi_weights(30))
    np.testing.assert_allclose(response.get_ydata(), psi.get_ydata(), atol=1e-9)
    assert psi.get_xdata().tolist() == list(range(30))


def test_a_nonlinear_network_is_drawn_with_its_linearisation(tanh, ax):
    plot_impulse_response(tanh, 8, ax=ax)

    _, upwards, downwards, linearised = [line.get_ydata() for line in ax.lines]
    sigma = np.sqrt(tanh.sigma2_)
    np.testing.assert_allclose(upwards, tanh.impulse_response(8, shock=sigma))
    np.testing.assert_allclose(downwards, -tanh.impulse_response(8, shock=-sigma))
    # Central differences: what is of second order cancels.
    step = 1e-4 * sigma
    both = tanh.impulse_response(8, shock=step) - tanh.impulse_response(8, shock=-step)
    np.testing.assert_allclose(linearised, both / 2e-4, rtol=0.01, atol=0.01 * sigma)
    assert np.abs(upwards - linearised).max() > 0.02 * sigma


def test_responses_of_several_series_or_none_are_refused(y, arma):
    wide = pd.DataFrame({"a": y, "b": np.roll(y, 5)})

    with pytest.raises(ValueError, match="plot_impulse_response draws one series, got 4"):
        plot_impulse_response(RNNForecaster("linear", 1).fit(wide))
    with pytest.raises(TypeError, match="'impulse_response' holds, which a ARMAForecaster"):
        plot_impulse_response(arma)


def test_the_map_holds_the_states_under_the_series(tanh, ax):
    assert tanh.plot_hidden_states(ax=ax) is ax

    (mesh,) = ax.collections
    np.testing.assert_array_equal(mesh.get_array(), tanh.hidden_states_.T)
    low, high = mesh.get_clim()
    assert -low == high == np.abs(tanh.hidden_states_.to_numpy()).max()
    above = ax.figure.axes[-1]
    np.testing.assert_array_equal(above.lines[0].get_ydata(), tanh.observed_)
    # Between the units of the two networks.
    assert [line.get_ydata()[0] for line in ax.lines] == [3.5]


def test_hidden_states_are_those_that_transform_gives(tanh):
    series = tanh.observed_

    pd.testing.assert_frame_equal(tanh.hidden_states_, tanh.transform(series.index))
    bare = RNNForecaster("linear", 2).fit(series.to_numpy())
    labelled = RNNForecaster("linear", 2).fit(series)
    assert isinstance(bare.hidden_states_, np.ndarray)
    np.testing.assert_array_equal(bare.hidden_states_, labelled.hidden_states_)
    assert plot_hidden_states(bare).get_xlim()[1] == len(series) - 0.5


def test_forecasters_without_units_are_refused():
    model = ARMAForecaster((1, 0, 0)).fit(datasets.load("nile"))

    with pytest.raises(TypeError, match="'hidden_states_' holds, which a ARMAForecaster"):
        plot_hidden_states(model)
