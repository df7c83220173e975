"""Functions that are compiled and cached on their own, and called by name.

Numba compiles what a kernel calls into the kernel, and optimises it again at every level of calls.
A unit is optimised once for each scalar type; whoever calls it holds a call, not a copy.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils

from rnnts.kernels._jit import NO_WRAPPERS, intrinsic, kernel, with_arguments
from rnnts.kernels.simd import Doubles, Integers, Pointer, Scalar


class _Unit:
    """A function of pointers and numbers, and where its machine code is."""

    def __init__(self, function: Callable[..., Any], needs: tuple[Any, ...]) -> None:
        self.name, self.needs = function.__name__, needs
        self.arguments = signature(function).parameters
        self.returns = signature(function).return_annotation
        self.dispatcher = kernel(function, **NO_WRAPPERS)
        self._linked: set[Scalar] = set()

    def signature(self, dtype: Any) -> Any:
        """Numba's types of the arguments and the result, for one scalar type."""
        kinds = {
            Pointer: types.CPointer(dtype),
            Doubles: types.CPointer(types.float64),
            Integers: types.CPointer(types.intp),
            int: types.intp,
            float: types.float64,
            None: types.void,
        }
        arguments = (kinds[argument.annotation] for argument in self.arguments.values())
        return kinds[self.returns](*arguments)

    def symbol(self, dtype: Any) -> str:
        """The name under which callers find it."""
        return f"rnnts_{self.name}_{dtype}"

    def dtype_of(self, kinds: tuple[Any, ...]) -> Any:
        """The scalar type, as the first pointer to scalars tells it."""
        pairs = zip(self.arguments.values(), kinds, strict=True)
        return next(kind.dtype for argument, kind in pairs if argument.annotation is Pointer)

    def link(self, dtype: Scalar) -> None:
        """Load the machine code; in every process, before the first kernel that calls it."""
        if dtype in self._linked:
            return
        for needed in self.needs:
            needed.link(dtype)
        kind = from_dtype(np.dtype(dtype))
        llvm.add_symbol(self.symbol(kind), address_of(self.dispatcher, self.signature(kind)))
        self._linked.add(dtype)


def unit(*needs: Any) -> Callable[[Callable[..., Any]], Any]:
    """Make a unit, which calls those that it `needs`.

    Its arguments are annotated as Pointer (to the scalars that it is compiled for), Doubles,
    Integers, int or float; it returns an int, a float or nothing, and cannot raise.
    """

    def made(function: Callable[..., Any]) -> Any:
        new = _Unit(function, needs)

        def call(_typing: Any, *kinds: Any) -> tuple[Any, Callable[..., Any]]:
            dtype = new.dtype_of(kinds)
            made_for = new.signature(dtype)

            def generate(context: Any, builder: ir.IRBuilder, _: Any, values: Any) -> ir.Value:
                convention = context.call_conv
                kind = convention.get_function_type(made_for.return_type, made_for.args)
                code = cgutils.get_or_insert_function(builder.module, kind, new.symbol(dtype))
                _, result = convention.call_function(
                    builder, code, made_for.return_type, made_for.args, values
                )
                is_void = made_for.return_type == types.void
                return context.get_dummy_value() if is_void else result

            return made_for, generate

        caller = intrinsic(with_arguments(call, new.arguments.values()))
        caller.link, caller.dispatcher = new.link, new.dispatcher
        return caller

    return made


def address_of(dispatcher: Any, made_for: Any) -> int:
    """Where the machine code of a compiled signature begins."""
    dispatcher.compile(made_for)
    compiled = dispatcher.overloads[made_for.args]
    address: int = compiled.library.get_pointer_to_function(compiled.fndesc.llvm_func_name)
    return address
