"""Settings shared by all tests."""

import io
import os

import pytest
from rich.console import Console

# The products here are small, and pytest-xdist fills the cores already.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

# Without it scikit-learn skips one of its checks of an estimator.
os.environ.setdefault("SCIPY_ARRAY_API", "1")

# No test opens a window.
os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture
def terminal(monkeypatch):
    """What a bar would show on a terminal; pytest itself holds stderr."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    monkeypatch.setattr("rnnts._progress._console", lambda: console)
    return stream
