"""The commands.  To add one, write its file and name it in `COMMANDS`.

A file is read only when its command is asked for, so that help and mistakes cost nothing.
"""

from importlib import import_module

from rnnts.cli.commands._base import Command

__all__ = ["COMMANDS", "Command", "command_of"]

# What stands in `rnnts --help`; command `name` is `COMMAND` in the file `_name.py`.
COMMANDS: dict[str, str] = {
    "forecast": "forecast the series in a file, with intervals",
    "compare": "rank models on the series in a file, with significance",
    "backtest": "how one model would have done on the series in a file",
    "study": "does a linear RNN act as a moving-average model? computes and writes a report",
    "bench": "seconds of fit and forecast on this machine, next to statsmodels",
    "datasets": "the series that come with the package",
}


def command_of(name: str) -> Command:
    """The command of that name."""
    found: Command = import_module(f"rnnts.cli.commands._{name}").COMMAND
    return found
