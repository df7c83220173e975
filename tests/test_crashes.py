"""Work that is killed goes on; `make crash-test` kills it two hundred times."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="crashes are of processes that are forked")
def test_work_that_is_killed_goes_on_where_it_was():
    command = [sys.executable, "-m", "crashes", "--kills", "4", "--works", "save", "compare"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("4 kills")
    assert "4 survived, corrupted 0" in done.stdout.splitlines()[-1]
