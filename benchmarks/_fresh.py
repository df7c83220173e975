"""Measurements that need a process of their own, and what such a process sees of itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def in_fresh_process(module: str, argument: Any) -> Any:
    """What a module prints last, as JSON, when it is run with an argument, as JSON."""
    command = [sys.executable, "-m", module, json.dumps(argument)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def resident_bytes() -> int:
    """Memory that this process holds now."""
    return _in_status("VmRSS")


def forget_peak() -> None:
    """Let `peak_bytes` count from now on."""
    _CLEAR.write_text("5")


def peak_bytes() -> int:
    """The most that it held at once."""
    return _in_status("VmHWM")


def n_open_files() -> int:
    """Files, pipes and sockets that are open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def _in_status(name: str) -> int:
    for line in _STATUS.read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"{_STATUS} has no {name}; this is measured on Linux")
