"""Matrix products of every remainder, against NumPy."""

import itertools

import numpy as np
import pytest

from rnnts.kernels._jit import kernel
from rnnts.kernels.gemm import gemm, pack_panels, pack_transposed_panels
from rnnts.kernels.simd import lanes_of, pointer

N_ROWS = [1, 2, 3, 4, 7, 8, 9, 33]
N_VECTORS = [1, 2, 3, 4, 5, 7, 8]
DEPTHS = [1, 2, 3, 7, 8, 9, 33]


def link(dtype):
    for unit in (gemm, pack_panels, pack_transposed_panels):
        unit.link(dtype)


@kernel
def row_major(c, a, b, accumulate):
    gemm(
        pointer(c), c.shape[1], pointer(a), a.shape[1], 1, pointer(b), b.shape[1],
        a.shape[0], b.shape[1], a.shape[1], accumulate,
    )  # fmt: skip


@kernel
def packed(c, a_transposed, b, panels, accumulate):
    depth = a_transposed.shape[0]
    pack_panels(pointer(panels), pointer(b), b.shape[1], b.shape[1], depth)
    gemm(
        pointer(c), c.shape[1], pointer(a_transposed), 1, a_transposed.shape[1], pointer(panels), 0,
        a_transposed.shape[1], b.shape[1], depth, accumulate,
    )  # fmt: skip


@kernel
def transpose(b, panels, n_columns):
    depth = b.shape[1]
    pack_transposed_panels(pointer(panels), pointer(b), depth, b.shape[0], n_columns, depth)


@kernel
def times_panels(c, a, panels):
    gemm(
        pointer(c), c.shape[1], pointer(a), a.shape[1], 1, pointer(panels), 0,
        a.shape[0], c.shape[1], a.shape[1], 0,
    )  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_product_and_sum_match_numpy(dtype):
    link(dtype)
    rng = np.random.default_rng(0)
    for n_rows, n_vectors, depth in itertools.product(N_ROWS, N_VECTORS, DEPTHS):
        n_columns = n_vectors * lanes_of(dtype)
        a = rng.standard_normal((n_rows, depth)).astype(dtype)
        b = rng.standard_normal((depth, n_columns)).astype(dtype)
        start = rng.standard_normal((n_rows, n_columns)).astype(dtype)
        product, total = np.full_like(start, np.nan), start.copy()

        row_major(product, a, b, 0)
        packed(total, np.ascontiguousarray(a.T), b, np.full(b.size, np.nan, dtype), 1)

        tolerance = 8 * np.sqrt(depth) * np.finfo(dtype).eps
        np.testing.assert_allclose(product, a @ b, rtol=tolerance, atol=4 * tolerance)
        np.testing.assert_allclose(total, start + a @ b, rtol=tolerance, atol=4 * tolerance)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_product_with_a_packed_transpose_has_zeros_beyond_its_rows(dtype):
    link(dtype)
    rng = np.random.default_rng(0)
    for n_valid, n_vectors, depth in itertools.product([1, 3, 8], [1, 2, 3, 5, 7], [1, 3, 8]):
        n_columns = n_vectors * lanes_of(dtype)
        b = rng.standard_normal((min(n_valid, n_columns), depth)).astype(dtype)
        a = rng.standard_normal((5, depth)).astype(dtype)
        panels, product = np.full(depth * n_columns, np.nan, dtype), np.empty((5, n_columns), dtype)

        transpose(b, panels, n_columns)
        times_panels(product, a, panels)

        tolerance = 16 * np.finfo(dtype).eps
        np.testing.assert_allclose(product[:, : len(b)], a @ b.T, rtol=tolerance, atol=tolerance)
        np.testing.assert_array_equal(product[:, len(b) :], 0.0)
