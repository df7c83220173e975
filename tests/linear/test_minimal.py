import numpy as np
import pytest

from rnnts.linear import Start, StateSpace


def hidden_mode_network(rng, **fields):
    """Two visible units beside an unreachable and an unobservable one, and their mixing matrix."""
    A = np.diag([0.6, -0.4, 0.9, 0.3])
    B, C = np.array([1.0, 0.5, 0.0, 0.7]), np.array([0.4, 0.8, 1.0, 0.0])
    mixing = rng.standard_normal((4, 4))
    inverse = np.linalg.inv(mixing)
    return StateSpace(mixing @ A @ inverse, mixing @ B, C @ inverse, **fields), mixing


def test_hidden_modes_are_removed():
    network, _ = hidden_mode_network(np.random.default_rng(0))

    minimal = network.minimal()

    assert minimal.hidden_size == 2
    np.testing.assert_allclose(minimal.pi_weights(30), network.pi_weights(30), atol=1e-12)
    assert network.to_arma().minimal().order == (2, 2)


def test_minimal_keeps_what_is_minimal():
    rng = np.random.default_rng(1)
    for hidden_size in (1, 2, 3, 5):
        A = 0.5 * rng.standard_normal((hidden_size, hidden_size))
        network = StateSpace(A, rng.standard_normal(hidden_size), rng.standard_normal(hidden_size))

        assert network.minimal().hidden_size == hidden_size


def test_exogenous_inputs_count_as_inputs():
    network = StateSpace(np.diag([0.5, 0.2]), [1.0, 0.0], [1.0, 1.0], exog_hidden=[0.0, 1.0])
    rng = np.random.default_rng(2)
    y, X = rng.standard_normal(20), rng.standard_normal((20, 1))

    minimal = network.minimal()

    assert minimal.hidden_size == 2
    zeros = np.zeros(2)
    np.testing.assert_allclose(minimal.run(y, X, zeros)[0], network.run(y, X, zeros)[0], atol=1e-12)


def test_bias_moves_to_the_output():
    rng = np.random.default_rng(3)
    network, _ = hidden_mode_network(rng, b_hidden=rng.standard_normal(4), b_output=[2.0])

    minimal = network.minimal()

    assert not minimal.b_hidden.any()
    assert minimal.to_arma().mean == pytest.approx(network.to_arma().mean)


def test_start_in_a_visible_mode_is_carried_over():
    network, mixing = hidden_mode_network(np.random.default_rng(4))
    factor = mixing[:, :2]
    with_start = StateSpace(
        network.A, network.B, network.C, start=Start(factor @ [1.0, 2.0], factor @ factor.T)
    )
    y = np.random.default_rng(5).standard_normal(30)

    minimal = with_start.minimal()

    assert minimal.hidden_size == 2
    assert minimal.log_likelihood(y) == pytest.approx(with_start.log_likelihood(y), abs=1e-9)


def test_start_in_a_removed_mode_is_dropped():
    network, _ = hidden_mode_network(
        np.random.default_rng(6), start=Start(np.zeros(4), np.eye(4)), n_burn=2
    )

    minimal = network.minimal()

    assert minimal.start is None
    assert minimal.n_burn == 0


def test_airline_model_has_thirteen_units(load_case):
    network = StateSpace.from_statsmodels(load_case("co2").smooth())

    minimal = network.minimal()

    assert (network.hidden_size, minimal.hidden_size) == (27, 13)
    np.testing.assert_allclose(minimal.pi_weights(60), network.pi_weights(60), atol=1e-12)


def test_network_without_any_response_has_no_units():
    minimal = StateSpace(np.eye(2), np.zeros(2), [1.0, 1.0], b_output=[3.0]).minimal()

    assert minimal.hidden_size == 0
    np.testing.assert_array_equal(minimal.run([1.0, 2.0])[0], [3.0, 3.0])
    assert minimal.to_arma().order == (0, 0)
