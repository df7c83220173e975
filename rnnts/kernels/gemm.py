r"""Matrix product :math:`C \leftarrow A B` or :math:`C \leftarrow C + A B` in register tiles.

A is (n_rows, depth) with any two strides, so that a transposed A costs nothing.  C and B have
contiguous rows, and `n_columns` is a whole number of vectors.  B is either row-major with the row
stride `b_stride`, or packed by `pack_panels` (``b_stride=0``): panels 4, 2 or 1 vectors wide, each
of `depth` rows that lie end to end.

A tile of C stays in registers over the whole sum: 4x4, 8x2 or 8x1 vectors with 32 registers, 2x4,
4x2 or 8x1 with 16.  Rows left over split the sum into several chains, to hide the latency of
multiply-add: a product with one row is what a single sequence needs at every step.

The product is a unit of its own, for each scalar type.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from rnnts.kernels._jit import fragment, intrinsic
from rnnts.kernels.simd import (
    REGISTER_BYTES,
    VECTOR,
    Pointer,
    advance,
    call_ir,
    lane_count,
    load,
    load_ir,
    splat_ir,
    store,
    store_ir,
)
from rnnts.kernels.unit import unit

_INTEGER = types.intp


def _emit_tile(
    builder: ir.IRBuilder,
    kind: ir.VectorType,
    shape: tuple[int, int],
    n_chains: int,
    arguments: tuple[ir.Value, ...],
) -> None:
    """One tile of C: `shape` rows and vectors, each summed in `n_chains` parts."""
    c, c_stride, a, a_row, a_column, b, b_stride, depth, accumulate = arguments
    n_rows, n_vectors = shape

    def number(value: int) -> ir.Constant:
        return ir.Constant(c_stride.type, value)

    cells = [(row, column) for row in range(n_rows) for column in range(n_vectors)]
    sums = {
        (*cell, chain): cgutils.alloca_once(builder, kind)
        for cell in cells
        for chain in range(n_chains)
    }
    for place in sums.values():
        builder.store(ir.Constant(kind, None), place)
    a_rows = [builder.gep(a, [builder.mul(number(row), a_row)]) for row in range(n_rows)]

    def add_products(k: ir.Value, chain: int) -> None:
        b_row = builder.gep(b, [builder.mul(k, b_stride)])
        b_values = [
            load_ir(builder, builder.gep(b_row, [number(column * kind.count)]), kind)
            for column in range(n_vectors)
        ]
        a_offset = builder.mul(k, a_column)
        for row in range(n_rows):
            a_value = splat_ir(builder, kind, builder.load(builder.gep(a_rows[row], [a_offset])))
            for column in range(n_vectors):
                place = sums[row, column, chain]
                product = [a_value, b_values[column], builder.load(place)]
                builder.store(call_ir(builder, "fmuladd", product), place)

    whole = builder.mul(builder.sdiv(depth, number(n_chains)), number(n_chains))
    loop = cgutils.for_range_slice
    with loop(builder, number(0), whole, number(n_chains), intp=depth.type) as (k, _):
        for chain in range(n_chains):
            add_products(builder.add(k, number(chain)), chain)
    # What is left goes to one chain each, for the sake of latency.
    for chain in range(n_chains - 1):
        k = builder.add(whole, number(chain))
        with builder.if_then(builder.icmp_signed("<", k, depth)):
            add_products(k, chain)

    totals = []
    for row, column in cells:
        parts = [builder.load(sums[row, column, chain]) for chain in range(n_chains)]
        while len(parts) > 1:
            parts = [builder.fadd(x, y) for x, y in zip(parts[::2], parts[1::2], strict=True)]
        offset = builder.add(builder.mul(number(row), c_stride), number(column * kind.count))
        totals.append((builder.gep(c, [offset]), parts[0]))
    with builder.if_else(builder.icmp_signed("!=", accumulate, number(0))) as (add, overwrite):
        with add:
            for place, value in totals:
                store_ir(builder, builder.fadd(value, load_ir(builder, place, kind)), place)
        with overwrite:
            for place, value in totals:
                store_ir(builder, value, place)


def _strip(n_tile_rows: int, n_vectors: int, n_chains: int) -> Callable[..., None]:
    """All rows of a strip of C `n_vectors` wide: tiles first, then what is left row by row."""

    @intrinsic
    def strip(
        _typing: Any,
        c: Any,
        _c_stride: Any,
        a: Any,
        _a_row: Any,
        _a_column: Any,
        b: Any,
        _b_stride: Any,
        _n_rows: Any,
        _depth: Any,
        _accumulate: Any,
    ) -> tuple[Any, Callable[..., Any]]:
        def generate(context: Any, builder: ir.IRBuilder, _signature: Any, values: Any) -> ir.Value:
            c, c_stride, a, a_row, a_column, b, b_stride, n_rows, depth, accumulate = values
            kind = context.get_value_type(VECTOR[c_type.dtype])
            tile_rows = ir.Constant(n_rows.type, n_tile_rows)
            whole = builder.mul(builder.sdiv(n_rows, tile_rows), tile_rows)
            zero = ir.Constant(n_rows.type, 0)
            for start, stop, height, chains in (
                (zero, whole, n_tile_rows, 1),
                (whole, n_rows, 1, n_chains),
            ):
                step = ir.Constant(n_rows.type, height)
                with cgutils.for_range_slice(builder, start, stop, step, intp=n_rows.type) as (
                    m,
                    _,
                ):
                    place = builder.gep(c, [builder.mul(m, c_stride)])
                    left = builder.gep(a, [builder.mul(m, a_row)])
                    rest = (a_row, a_column, b, b_stride, depth, accumulate)
                    _emit_tile(
                        builder, kind, (height, n_vectors), chains, (place, c_stride, left, *rest)
                    )
            return context.get_dummy_value()

        c_type = c
        i = _INTEGER
        return types.void(c, i, a, i, i, b, i, i, i, i), generate

    return strip  # type: ignore[no-any-return]


if REGISTER_BYTES == 64:
    _wide, _middle, _narrow = _strip(4, 4, 2), _strip(8, 2, 4), _strip(8, 1, 8)
else:
    _wide, _middle, _narrow = _strip(2, 4, 2), _strip(4, 2, 4), _strip(8, 1, 8)


@fragment
def _panel_width(n_left: int, lanes: int) -> int:
    if n_left >= 4 * lanes:
        return 4 * lanes
    return 2 * lanes if n_left >= 2 * lanes else lanes


@unit()
def gemm(
    c: Pointer,
    c_stride: int,
    a: Pointer,
    a_row: int,
    a_column: int,
    b: Pointer,
    b_stride: int,
    n_rows: int,
    n_columns: int,
    depth: int,
    accumulate: int,
) -> None:
    """Add to C, or overwrite it."""
    lanes = lane_count(c)
    along = 1 if b_stride else depth
    j = 0
    while j + 4 * lanes <= n_columns:
        stride = b_stride if b_stride else 4 * lanes
        right = advance(b, j * along)
        _wide(advance(c, j), c_stride, a, a_row, a_column, right, stride, n_rows, depth, accumulate)
        j += 4 * lanes
    if j + 2 * lanes <= n_columns:
        stride = b_stride if b_stride else 2 * lanes
        right = advance(b, j * along)
        _middle(
            advance(c, j), c_stride, a, a_row, a_column, right, stride, n_rows, depth, accumulate
        )
        j += 2 * lanes
    if j < n_columns:
        stride = b_stride if b_stride else lanes
        right = advance(b, j * along)
        _narrow(
            advance(c, j), c_stride, a, a_row, a_column, right, stride, n_rows, depth, accumulate
        )


@unit()
def pack_panels(packed: Pointer, matrix: Pointer, stride: int, n_columns: int, depth: int) -> None:
    """Lay a row-major matrix out in the order in which the product reads it."""
    lanes = lane_count(packed)
    j = 0
    while j < n_columns:
        width = _panel_width(n_columns - j, lanes)
        panel = advance(packed, j * depth)
        for k in range(depth):
            for lane in range(0, width, lanes):
                store(panel, k * width + lane, load(matrix, k * stride + j + lane))
        j += width


@unit()
def pack_transposed_panels(
    packed: Pointer, matrix: Pointer, stride: int, n_rows: int, n_columns: int, depth: int
) -> None:
    """The same for the transpose of (n_rows, depth); columns beyond `n_rows` are zero."""
    lanes = lane_count(packed)
    j = 0
    while j < n_columns:
        width = _panel_width(n_columns - j, lanes)
        panel = advance(packed, j * depth)
        # A few rows of the panel at a time: their lines stay in the first-level cache.
        for first in range(0, depth, 64):
            last = min(first + 64, depth)
            for i in range(width):
                row = advance(matrix, (j + i) * stride)
                if j + i < n_rows:
                    for k in range(first, last):
                        panel[k * width + i] = row[k]
                else:
                    for k in range(first, last):
                        panel[k * width + i] = 0
        j += width
