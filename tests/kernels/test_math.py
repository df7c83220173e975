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
}


@pytest.fixture(scope="module")
def functions():
    return {name: applied(getattr(math, name)) for name in [*EXACT, "relu"]}


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
    ulps = np.abs(result - exact) / np.spacing(np.abs(exact.astype(dtype)))
    # The addition and the division of tanh round at the worst places at once.
    assert ulps.max() <= (2.5 if name == "tanh" else 2.0)
    assert np.mean(ulps > 2.0) <= 2e-4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("exp", [np.nan, np.inf, 0.0, 1.0]),
        ("tanh", [np.nan, 1.0, -1.0, 0.0]),
        ("sigmoid", [np.nan, 1.0, 0.0, 0.5]),
        ("relu", [np.nan, np.inf, 0.0, 0.0]),
    ],
)
def test_nan_and_infinities_travel(functions, dtype, name, expected):
    x = np.array([np.nan, np.inf, -np.inf, 0.0], dtype)

    result = functions[name](x)

    np.testing.assert_allclose(result, expected, rtol=0, atol=2 * np.finfo(dtype).tiny)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tanh_keeps_the_sign_of_zero(functions, dtype):
    assert np.signbit(functions["tanh"](np.array([-0.0], dtype)))[0]
