"""Compilation happens once on a machine, and never at import."""

import json
import os
import subprocess
import sys

import pytest

from rnnts.kernels._jit import _CacheFile

FIRST_USE = """
import json
import numpy as np
from rnnts._network import Network
from rnnts._objective import Objective
from rnnts._stepper import Stepper
from rnnts.cells import CELLS
from rnnts.kernels._jit import KERNELS
from rnnts.losses import LOSSES

assert not any(kernel.overloads for kernel in KERNELS), "compiled at import"
x = np.zeros((3, 2, 1))
for name in {cells}:
    for dtype in (np.float32, np.float64):
        network = Network(CELLS[name], 1, 2, 1, dtype=dtype)
        params = np.zeros(network.n_params)
        objective = Objective(network, LOSSES["huber"], x, x)
        objective.value_and_gradient(params)
        objective.adam(params).run(2)
        network.predict(params, x)
        Stepper(network, params, network.rest(2)).step(x[0])
print(json.dumps({{
    kind: {{kernel.__name__: sum(getattr(kernel.stats, kind).values()) for kernel in KERNELS}}
    for kind in ("cache_misses", "cache_hits")
}}))
"""


def counts(cells, folder):
    """Misses and hits of all kernels, by name, in a process of its own."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    script = FIRST_USE.format(cells=cells)
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("cells", [["tanh", "gru"]])
def test_a_second_process_compiles_nothing(tmp_path, cells):
    first = counts(cells, tmp_path)
    second = counts(cells, tmp_path)

    used = {name: count for name, count in first["cache_misses"].items() if count}
    # Each for both scalar types; the passes also for both cells, the descent for float64 alone.
    assert used.keys() >= {"value_and_gradient", "descend", "predict", "predict_again", "gemm"}
    assert {used.pop("_forward_rows"), used.pop("_backward_rows")} == {4}
    assert used.pop("take_step") == 1
    assert set(used.values()) == {2}
    assert not any(second["cache_misses"].values())
    assert second["cache_hits"] == first["cache_misses"]


def test_processes_that_compile_at_the_same_time_do_not_swap_machine_code(tmp_path):
    files = [_CacheFile(str(tmp_path), "kernel", "stamp") for _ in range(2)]
    for file in files:
        file._load_index = dict  # neither has seen what the other is about to save

    files[0].save("float32", "code for float32")
    files[1].save("float64", "code for float64")

    later = _CacheFile(str(tmp_path), "kernel", "stamp")
    assert later.load("float64") == "code for float64"
    assert later.load("float32") in (None, "code for float32")
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".nbc", ".nbc", ".nbi"]


def test_machine_code_of_other_sources_is_never_loaded(tmp_path):
    old, new = (_CacheFile(str(tmp_path), "kernel", stamp) for stamp in ("old", "new"))
    old.save("float32", "old code")

    # As if interrupted between the index and the code, whichever comes first.
    new._save_data = lambda name, data: None
    new.save("float32", "new code")

    assert _CacheFile(str(tmp_path), "kernel", "new").load("float32") is None


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x04cno_such_module\nname\n."])
def test_an_index_that_cannot_be_read_is_an_empty_one(tmp_path, content):
    cache = _CacheFile(str(tmp_path), "kernel", "stamp")
    tmp_path.joinpath("kernel.nbi").write_bytes(content)

    assert cache.load("float32") is None
    cache.save("float32", "code")
    assert cache.load("float32") == "code"


def test_importing_the_package_loads_no_compiled_code():
    script = (
        "import rnnts._objective; from rnnts.kernels import driver, gemm;"
        "print(len(driver.value_and_gradient.overloads) + len(gemm.gemm.dispatcher.overloads))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "0"


def test_without_the_compiler_the_algebra_works_and_networks_say_why_not():
    script = (
        "import rnnts, rnnts.linear\n"
        "arma = rnnts.linear.ARMA(ar=[0.5], ma=[0.3])\n"
        "print(arma.psi_weights(3).shape)\n"
        "try: rnnts.RNNForecaster\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("(3,)")
    assert "unset NUMBA_DISABLE_JIT" in done.stdout
