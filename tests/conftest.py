"""Settings shared by all tests."""

import hashlib
import os
import tempfile
from pathlib import Path

# The products here are small, and pytest-xdist fills the cores already.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_library}_NUM_THREADS", "1")

# Numba's cache does not notice an edit to a kernel that lives in another file, so every state of
# the source gets a cache of its own.
_sources = sorted(Path(__file__).parents[1].joinpath("rnnts").rglob("*.py"))
_digest = hashlib.sha256(b"".join(path.read_bytes() for path in _sources)).hexdigest()
os.environ.setdefault(
    "NUMBA_CACHE_DIR", str(Path(tempfile.gettempdir(), "rnnts-numba", _digest[:16]))
)
