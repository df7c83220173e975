"""The command line: `rnnts forecast`, `rnnts compare` and others; `main` runs one."""

from rnnts.cli._main import main

__all__ = ["main"]
