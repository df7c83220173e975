"""The commands.  To add one, write its file and name it in `COMMANDS`."""

from rnnts.cli.commands._backtest import BACKTEST
from rnnts.cli.commands._base import Command
from rnnts.cli.commands._bench import BENCH
from rnnts.cli.commands._compare import COMPARE
from rnnts.cli.commands._datasets import DATASETS
from rnnts.cli.commands._forecast import FORECAST
from rnnts.cli.commands._study import STUDY

__all__ = ["COMMANDS", "Command"]

COMMANDS: dict[str, Command] = {
    "forecast": FORECAST,
    "compare": COMPARE,
    "backtest": BACKTEST,
    "study": STUDY,
    "bench": BENCH,
    "datasets": DATASETS,
}
