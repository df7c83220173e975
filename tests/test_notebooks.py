import json
import warnings
from pathlib import Path

import numpy as np
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def cells_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def code_of(path):
    return ["".join(cell["source"]) for cell in cells_of(path) if cell["cell_type"] == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_from_top_to_bottom(path, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    namespace = {}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for place, code in enumerate(code_of(path)):
            exec(compile(code, f"{path.name}, code cell {place}", "exec"), namespace)

    # What the second notebook says of a network and statsmodels, to rounding.
    gaps = [np.abs(gap).max() for gap in namespace.get("gaps", {}).values()]
    assert max(gaps, default=0.0) < 1e-10


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_was_executed_in_order_and_without_errors(path):
    counts = []
    for cell in cells_of(path):
        if cell["cell_type"] == "code":
            counts.append(cell["execution_count"])
            assert all(output["output_type"] != "error" for output in cell["outputs"])

    assert counts == list(range(1, len(counts) + 1))
