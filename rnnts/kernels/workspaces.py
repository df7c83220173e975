"""Scratch memory that a call leaves to the calls after it."""

from collections.abc import Callable

from rnnts._types import FloatArray


class Workspaces:
    """Pieces of memory of one kind, as many as there were ever threads at work at once.

    A copy, or what comes out of a pickle, starts with none.

    Parameters
    ----------
    new : callable
        Makes a piece.

    Examples
    --------
    >>> import numpy as np
    >>> workspaces = Workspaces(lambda: np.empty(3))
    >>> with workspaces.one() as first, workspaces.one() as second:
    ...     first is second
    False
    """

    def __init__(self, new: Callable[[], FloatArray]) -> None:
        self._new, self._idle = new, list[FloatArray]()

    def one(self) -> "_Loan":
        """A piece that is the caller's alone while the ``with`` block lasts."""
        # Taking from a list is atomic: two threads never get the same piece.
        try:
            memory = self._idle.pop()
        except IndexError:
            memory = self._new()
        return _Loan(memory, self._idle)

    def __reduce__(self) -> tuple[type["Workspaces"], tuple[Callable[[], FloatArray]]]:
        return Workspaces, (self._new,)


class _Loan:
    """A piece in use: ``contextlib`` would take twice the time, beside a kernel of 3 us."""

    __slots__ = ("_idle", "_memory")

    def __init__(self, memory: FloatArray, idle: list[FloatArray]) -> None:
        self._memory, self._idle = memory, idle

    def __enter__(self) -> FloatArray:
        return self._memory

    def __exit__(self, *_: object) -> None:
        self._idle.append(self._memory)
