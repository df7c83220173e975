"""Arrays as symbols: Python arithmetic on them writes ONNX nodes.

A formula reads as it does in NumPy.  It runs once, when a model is written, and leaves its nodes
behind.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper

from rnnts._types import FloatArray

Operand = Union["Value", NDArray[Any], float]

# The kinds of numbers that occur.
_KINDS = {"f": np.float64, "i": np.int64, "b": np.bool_}


class Value:
    """An array while nodes are written; numbers and NumPy arrays beside it are constants."""

    # Else an array on the left would take the operation apart, entry by entry.
    __array_ufunc__ = None

    def __init__(self, graph: "Graph", name: str) -> None:
        self.graph, self.name = graph, name

    def __add__(self, other: Operand) -> "Value":
        return self.graph.node("Add", self, other)

    def __radd__(self, other: Operand) -> "Value":
        return self.graph.node("Add", other, self)

    def __sub__(self, other: Operand) -> "Value":
        return self.graph.node("Sub", self, other)

    def __rsub__(self, other: Operand) -> "Value":
        return self.graph.node("Sub", other, self)

    def __mul__(self, other: Operand) -> "Value":
        return self.graph.node("Mul", self, other)

    def __rmul__(self, other: Operand) -> "Value":
        return self.graph.node("Mul", other, self)

    def __truediv__(self, other: Operand) -> "Value":
        return self.graph.node("Div", self, other)

    def __rtruediv__(self, other: Operand) -> "Value":
        return self.graph.node("Div", other, self)

    def __mod__(self, other: Operand) -> "Value":
        return self.graph.node("Mod", self, other)

    def __matmul__(self, other: Operand) -> "Value":
        return self.graph.node("MatMul", self, other)

    def __getitem__(self, place: int | slice) -> "Value":
        """Along the first axis."""
        if isinstance(place, slice):
            start, stop = place.start or 0, np.iinfo(np.int64).max
            stop = stop if place.stop is None else place.stop
            return self.graph.node("Slice", self, np.array([start]), np.array([stop]))
        return self.graph.node("Gather", self, np.array(place), axis=0)

    def reshape(self, *shape: int) -> "Value":
        """The same numbers in another shape."""
        return self.graph.node("Reshape", self, np.array(shape))

    def call(self, kind: str, *others: Operand, **attributes: Any) -> "Value":
        """One of ONNX's functions."""
        return self.graph.node(kind, self, *others, **attributes)

    def where(self, then: Operand, other: Operand) -> "Value":
        """`then` where self is true."""
        return self.graph.node("Where", self, then, other)


class Graph:
    """Nodes in the order in which they were written, and what goes in and comes out."""

    def __init__(self, outer: "Graph | None" = None) -> None:
        self._nodes: list[NodeProto] = []
        self._inputs: list[ValueInfoProto] = []
        # A graph within another sees the names of that one.
        self._numbers: count[int] = count() if outer is None else outer._numbers

    def input(self, name: str, kind: int, shape: Sequence[int | str]) -> Value:
        """What the graph is given."""
        self._inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return Value(self, name)

    def node(self, kind: str, *operands: Operand, n_results: int = 1, **attributes: Any) -> Value:
        """One operation, and the first of its results."""
        inputs = [self.value(operand).name for operand in operands]
        names = [self.new_name() for _ in range(n_results)]
        self._nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return Value(self, names[0])

    def value(self, operand: Operand) -> Value:
        """The operand, a number or an array as a constant."""
        if isinstance(operand, Value):
            return operand
        array = np.asarray(operand)
        tensor = numpy_helper.from_array(np.asarray(array, dtype=_KINDS[array.dtype.kind]))
        return self.node("Constant", value=tensor)

    def joined(self, *parts: Operand) -> Value:
        """Parts one behind the other, along the first axis."""
        return self.node("Concat", *parts, axis=0)

    def new_name(self) -> str:
        """A name that nothing has."""
        return f"v{next(self._numbers)}"

    def add(self, node: NodeProto) -> None:
        """A node that was made elsewhere."""
        self._nodes.append(node)

    def finished(
        self, name: str, outputs: Sequence[tuple[Value, str, Sequence[int | str]]]
    ) -> GraphProto:
        """The graph, given its outputs of floats, each under its name and with its shape."""
        for value, output, _ in outputs:
            self._nodes.append(helper.make_node("Identity", [value.name], [output]))
        infos = [
            helper.make_tensor_value_info(output, TensorProto.DOUBLE, list(shape))
            for _, output, shape in outputs
        ]
        return helper.make_graph(self._nodes, name, self._inputs, infos)


class Loop(Graph):
    """What is done at each row, one after the other: the body of a Scan.

    Parameters
    ----------
    outer : Graph
        Where the rows are.
    """

    def __init__(self, outer: Graph) -> None:
        super().__init__(outer)
        self._outer = outer
        self._states: list[tuple[Value, FloatArray]] = []
        self._after: dict[str, Value] = {}
        self._rows: list[Value] = []

    def state(self, start: FloatArray) -> Value:
        """What the rows before left behind, at first `start`; `carry` says what this row leaves."""
        value = self.input(self.new_name(), TensorProto.DOUBLE, start.shape)
        self._states.append((value, start))
        return value

    def carry(self, state: Value, after: Value) -> None:
        """What of a state the next row finds."""
        self._after[state.name] = after

    def row(self, rows: Value, kind: int, shape: Sequence[int]) -> Value:
        """One row of an array of the outer graph; to be called before there are states."""
        self._rows.append(rows)
        return self.input(self.new_name(), kind, shape)

    def run(self, said: Value, shape: Sequence[int]) -> Value:
        """What is said of every row, one beneath the other, in the outer graph."""
        outer, n_rows = self._outer, len(self._rows)
        # ONNX wants the states first.
        self._inputs = self._inputs[n_rows:] + self._inputs[:n_rows]
        outputs: list[tuple[Value, str, Sequence[int | str]]] = [
            (self._after[state.name], self.new_name(), start.shape) for state, start in self._states
        ]
        outputs.append((said, self.new_name(), shape))
        starts = [outer.value(start).name for _, start in self._states]
        results = [outer.new_name() for _ in outputs]
        body = self.finished("row", outputs)
        rows = [value.name for value in self._rows]
        outer.add(
            helper.make_node("Scan", starts + rows, results, body=body, num_scan_inputs=n_rows)
        )
        return Value(outer, results[-1])
