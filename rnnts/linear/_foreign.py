"""Names for objects of statsmodels, which are read but never imported, hence not typed."""

from typing import Any

Results = Any
Model = Any
