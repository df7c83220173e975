"""The one place that decides how kernels are compiled.

Threads may run kernels side by side (``nogil``); a division by zero gives inf as in NumPy; of
LLVM's fast-math flags only ``contract``, because a NaN must travel.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from inspect import Parameter, Signature, signature
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from numba import config, njit
from numba.core.caching import IndexDataCacheFile
from numba.extending import intrinsic as numba_intrinsic
from numba.extending import register_jitable

if getattr(config, "DISABLE_JIT", False):
    raise ImportError(
        "the networks of rnnts are written for Numba's compiler and cannot run without it; unset "
        "NUMBA_DISABLE_JIT"
    )

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}
# For what is never called from Python, or from C.
NO_WRAPPERS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
_PACKAGE = Path(__file__).parents[1]


def _digest_of_sources() -> str:
    digest = sha256()
    for folder in ("kernels", "cells"):
        for path in sorted(_PACKAGE.joinpath(folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


_STAMP = _digest_of_sources()

# A function that kernels call, compiled into each of them; Python cannot call it.
helper = njit(**_OPTIONS, **NO_WRAPPERS)

# The same, as if its lines stood in the place of the call: that saves compiling it by itself.
fragment = njit(**_OPTIONS, inline="always")

# The same for one that Python calls too.
shared = register_jitable(**_OPTIONS)


def with_arguments(function: Callable[..., Any], arguments: Iterable[Parameter]) -> Any:
    """Name the arguments that come after the first in ``function(first, *rest)``.

    Numba cannot pass on a variable number of arguments to an intrinsic without a name for each.
    """
    first, _ = signature(function).parameters.values()
    function.__signature__ = Signature([first, *arguments])  # type: ignore[attr-defined]
    return function


# All there are, so that it can be seen whether one of them was compiled again.
KERNELS: list[Any] = []

# What it makes is called without the first argument of what it is made of: no type says so.
intrinsic: Any = numba_intrinsic


def kernel(function: Callable[..., Any] | None = None, **options: bool) -> Any:
    """Compile an entry point at its first call, and keep the machine code between processes.

    Numba stamps the file it caches with the source of the entry point alone; an edit in another
    file would leave stale machine code in use.  The stamp here is all sources that may be inlined.
    """
    if function is None:
        return lambda function: kernel(function, **options)
    dispatcher = njit(**{**_OPTIONS, **options})(function)
    KERNELS.append(dispatcher)
    try:
        dispatcher.enable_caching()
    except RuntimeError:
        # Nowhere to write: every process compiles for itself.
        return dispatcher
    cache = dispatcher._cache
    cache._cache_file = _CacheFile(cache._cache_path, cache._impl.filename_base, _STAMP)
    return dispatcher


class _CacheFile(IndexDataCacheFile):
    """Names machine code after what it is, and lists it once it is written.

    Numba numbers the files of a kernel: two processes that compile it at the same time for
    different types may take the same number, and a third then loads one for the other.
    """

    def _load_index(self) -> dict[Any, str]:
        try:
            index: dict[Any, str] = super()._load_index()  # type: ignore[no-untyped-call]
        except (AttributeError, EOFError, ImportError, UnpicklingError):
            # It names a module of another version, or is no index.
            return {}
        return index

    def save(self, key: Any, data: Any) -> None:
        name = sha256(self._dump((self._source_stamp, key))).hexdigest()[:16]
        data_name = f"{self._index_name.removesuffix('.nbi')}.{name}.nbc"
        self._save_data(data_name, data)
        self._save_index({**self._load_index(), key: data_name})
