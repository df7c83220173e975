"""Where warnings point."""

import sys
from types import FrameType


def stacklevel_outside() -> int:
    """The `stacklevel` by which a warning points at the first line outside this package."""
    frame: FrameType = sys._getframe(1)
    level = 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "rnnts":
        frame, level = frame.f_back, level + 1
    return level
