"""The package as a whole: what importing costs, what is exported, what is compiled again."""

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import rnnts

HEAVY = ["statsmodels", "matplotlib", "numba", "llvmlite", "sklearn", "scipy", "pandas", "numpy"]


def run(code, **environment):
    """What a fresh interpreter prints as JSON at the end of `code`."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_importing_the_package_loads_nothing_heavy():
    loaded = run("import json, sys, rnnts; print(json.dumps(list(sys.modules)))")

    assert [name for name in HEAVY if name in loaded] == []


def test_the_data_sets_need_no_model():
    loaded = run(
        "import json, sys; from rnnts import datasets; datasets.load('nile');"
        "print(json.dumps(list(sys.modules)))"
    )

    assert {"statsmodels", "sklearn", "numba", "scipy"} & set(loaded) == set()


@pytest.mark.parametrize("name", rnnts.__all__)
def test_every_exported_name_is_there(name):
    assert getattr(rnnts, name) is not None
    assert name in dir(rnnts)


def test_another_name_is_an_error():
    with pytest.raises(AttributeError, match="module 'rnnts' has no attribute 'TransformerXL'"):
        rnnts.TransformerXL  # noqa: B018


def test_the_version_is_that_of_the_distribution():
    assert rnnts.__version__ == importlib.metadata.version("rnnts")


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory):
    """Cache misses of each kernel, and modules loaded, after the same fits in two processes."""
    code = """
import json, sys
from rnnts import OnlineRNN, RNNForecaster
from rnnts.kernels._jit import KERNELS

y = [1.0, 2.0, 4.0, 3.0, 1.0, 2.0, 5.0, 3.0, 2.0]
for cell in ("linear", "tanh"):
    RNNForecaster(cell, 2, solver="lbfgs", tol=0.1).fit(y).update([2.0]).predict(3)
for rule in ("rtrl", "bptt"):
    OnlineRNN("linear", 1, rule=rule).learn_one(1.0, 2.0).predict_one(3.0)
misses = [sum(kernel.stats.cache_misses.values()) for kernel in KERNELS]
print(json.dumps([misses, list(sys.modules)]))
"""
    folder = str(tmp_path_factory.mktemp("numba"))
    return [run(code, NUMBA_CACHE_DIR=folder) for _ in range(2)]


def test_a_second_process_compiles_nothing(two_processes):
    (first, _), (second, _) = two_processes

    assert sum(first) > 0
    assert second == [0] * len(first)


def test_fitting_a_network_loads_neither_statsmodels_nor_matplotlib(two_processes):
    _, (_, loaded) = two_processes

    assert {"statsmodels", "matplotlib"} & set(loaded) == set()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("CITATION.cff", f"version: {rnnts.__version__}"),
        ("CHANGELOG.md", f"## [{rnnts.__version__}]"),
    ],
)
def test_documents_name_this_version(name, line):
    text = (Path(__file__).parents[1] / name).read_text(encoding="utf-8")

    assert any(each.startswith(line) for each in text.splitlines())
