"""From arguments to an exit code."""

import argparse
import os
import sys
import textwrap
from collections.abc import Sequence
from typing import NoReturn

from rnnts.cli._notices import warnings_as_lines
from rnnts.cli.commands import COMMANDS, command_of

_EPILOG = """\
examples:
  rnnts forecast sales.csv --horizon 12             a table; CSV where it is piped
  rnnts forecast sales.csv --horizon 12 --plot fan.png
  rnnts compare sales.csv --horizon 12              which model suits the series?
  rnnts datasets nile | rnnts forecast - --horizon 5
  rnnts study                                       is a linear RNN a moving average?

`rnnts COMMAND --help` explains a command, with more examples.

exit codes:
  0  done
  1  the computation failed: no model could be fitted, say
  2  the arguments or the data are not what is needed; one sentence says what to do
  130 interrupted, 141 nobody reads the output any more
"""
_FAILED, _BAD_INPUT, _INTERRUPTED, _UNREAD = 1, 2, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process unless given.

    Returns
    -------
    int
        The exit code: 0; 1 if the computation failed; 2 if arguments or data are not what is
        needed; 130 if interrupted, 141 if nobody reads the output.  What went wrong is said in one
        sentence on stderr.

    Raises
    ------
    SystemExit
        With 2 where the arguments cannot be read, with 0 after ``--help``.

    Examples
    --------
    >>> from rnnts.cli import main
    >>> main(["datasets", "nile"])
    ds,nile
    1871-01-01,1120.0
    ...
    1970-01-01,740.0
    0
    """
    try:
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more when it ends, which must not fail then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNREAD


def _run(arguments: Sequence[str]) -> int:
    options = argparse.Namespace(resumes="")
    try:
        _parser(arguments).parse_args(arguments, options)
        with warnings_as_lines():
            options.run(options)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return _said(f"interrupted{options.resumes}", _INTERRUPTED)
    except (ArithmeticError, MemoryError, RuntimeError) as error:
        return _said(error, _FAILED)
    except (ValueError, TypeError, OSError, ModuleNotFoundError) as error:
        return _said(error, _FAILED if type(error).__name__ == "LinAlgError" else _BAD_INPUT)
    return 0


def _said(what: BaseException | str, code: int) -> int:
    """Say it in one line, and give the exit code."""
    notes = "".join(f" ({note})" for note in getattr(what, "__notes__", ()))
    print(f"rnnts: {' '.join(str(what).split())}{notes}", file=sys.stderr)
    return code


class _Parser(argparse.ArgumentParser):
    """Mistakes are one sentence, as all others are."""

    def error(self, message: str) -> NoReturn:
        self.exit(_BAD_INPUT, f"rnnts: {message}; see {self.prog} --help\n")


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """What reads the arguments; of the commands it knows the one that is among them."""
    from rnnts import __version__

    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(
        prog="rnnts",
        description="Recurrent networks for forecasting, as light, fast and honest as ARMA.",
        epilog=_EPILOG,
        formatter_class=raw,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"rnnts {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
        described = commands.add_parser(name, help=summary, formatter_class=raw, allow_abbrev=False)
        if name in arguments:
            command = command_of(name)
            described.description = textwrap.fill(command.description, 80)
            described.epilog = command.epilog
            command.add_arguments(described)
            described.set_defaults(run=command.run, resumes=command.resumes)
    return parser
