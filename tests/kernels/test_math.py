"""Elementary functions on vectors, against NumPy in higher precision."""

import numpy as np
import pytest
from numba.extending import intrinsic

from rnnts.kernels import math
from rnnts.kernels._jit import helper
from rnnts.kernels.expressions import Expression
from rnnts.kernels.simd import lane_count, load, pointer, store


def applied(function):
    """The function of expressions as a function of an array."""

    @intrinsic
    def on_vector(_typing, vector):
        def generate(_context, builder, _signature, values):
            return function(Expression(builder, values[0])).value

        return vector(vector), generate

    @helper
    def run(values):
        p = pointer(values)
        for i in range(0, len(values), lane_count(p)):
            store(p, i, on_vector(load(p, i)))

    def call(values):
        padded = np.zeros(-(-len(values) // 16) * 16, values.dtype)
        padded[: len(values)] = values
        run(padded)
        return padded[: len(values)]

    return call


EXACT = {
    "exp": np.exp,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softplus": lambda x: np.logaddexp(0, x),
}


def distance_in_ulps(result, exact):
    """How far the result is from the exact value, in units of its last place."""
    return np.abs(result - exact) / np.spacing(np.abs(exact.astype(result.dtype)))


@pytest.fixture(scope="module")
def functions():
    return {name: applied(getattr(math, name)) for name in [*EXACT, "log", "relu"]}


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_error_is_a_few_units_in_the_last_place(functions, name, dtype):
    edge = 85.0 if dtype == np.float32 else 700.0
    rng = np.random.default_rng(0)
    x = np.concatenate(
        [
            rng.uniform(-12, 12, 100_000),
            rng.uniform(-edge, edge, 20_000),
            np.copysign(10 ** rng.uniform(-30, 0, 20_000), rng.standard_normal(20_000)),
        ]
    ).astype(dtype)

    result = functions[name](x)

    exact = EXACT[name](x.astype(np.longdouble))
    ulps = distance_in_ulps(result, exact)
    # The addition and the division of tanh round at the worst places at once.
    assert ulps.max() <= (2.5 if name == "tanh" else 2.0)
    assert np.mean(ulps > 2.0) <= 2e-4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_is_within_a_unit_in_the_last_place(functions, dtype):
    limits = np.finfo(dtype)
    rng = np.random.default_rng(0)
    around_one = 10 ** rng.uniform(-16, -1, 20_000) * rng.choice([-1, 1], 20_000)
    x = np.concatenate(
        [
            np.exp(rng.uniform(np.log(limits.tiny), np.log(limits.max), 100_000)),
            rng.uniform(0.3, 3, 100_000),
            1 + around_one,
        ]
    ).astype(dtype)
    x = np.concatenate([x[x > limits.tiny], [limits.tiny, limits.max]], dtype=dtype)

    result = functions["log"](x)

    exact = np.log(x.astype(np.longdouble))
    assert distance_in_ulps(result, exact).max() <= 1.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_log_of_zero_and_below_is_that_of_numpy(functions, dtype):
    x = np.array([0.0, -0.0, -1.0, -np.inf, np.inf, np.nan, 1.0], dtype)

    result = functions["log"](x)

    with np.errstate(divide="ignore", invalid="ignore"):
        np.testing.assert_array_equal(result, np.log(x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exp", [np.nan, np.inf, 0.0, 1.0]),
        ("tanh", [np.nan, 1.0, -1.0, 0.0]),
        ("sigmoid", [np.nan, 1.0, 0.0, 0.5]),
        ("softplus", [np.nan, np.inf, 0.0, np.log(2.0)]),
        ("relu", [np.nan, np.inf, 0.0, 0.0]),
    ],
)
def test_nan_and_infinities_travel(functions, dtype, name, expected):
    x = np.array([np.nan, np.inf, -np.inf, 0.0], dtype)

    result = functions[name](x)

    np.testing.assert_allclose(
        result, expected, rtol=np.finfo(dtype).eps, atol=2 * np.finfo(dtype).tiny
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tanh_keeps_the_sign_of_zero(functions, dtype):
    assert np.signbit(functions["tanh"](np.array([-0.0], dtype)))[0]
