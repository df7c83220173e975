"""What the adapter of sktime says where sktime is missing; the rest is in `make test-peers`."""

import sys
from importlib import import_module

import pytest


def test_a_missing_sktime_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "rnnts.sktime", raising=False)
    monkeypatch.setitem(sys.modules, "sktime", None)

    with pytest.raises(ImportError, match="rnnts.sktime needs sktime.*pip install sktime"):
        import_module("rnnts.sktime")
