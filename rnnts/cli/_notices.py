"""Warnings of the library on the console: one line each, once."""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Print warnings as sentences on stderr, without the place in the code they come from."""
    said: set[str] = set()

    def say(message: Warning | str, *_: Any, **__: Any) -> None:
        sentence = " ".join(str(message).split())
        if sentence not in said:
            said.add(sentence)
            print(f"rnnts: warning: {sentence}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.showwarning = say
        yield
