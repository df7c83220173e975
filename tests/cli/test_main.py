"""Exit codes, help, warnings, and the command as a process of its own."""

import subprocess
import sys
import warnings

import pytest

from rnnts import __version__
from rnnts.cli import commands
from rnnts.cli.commands import COMMANDS, Command


@pytest.fixture
def replace(monkeypatch):
    """Let `rnnts bench` do something else."""

    def with_another(task):
        command = Command("", "", lambda parser: None, lambda options: task())
        monkeypatch.setattr("rnnts.cli._main.command_of", lambda name: command)

    return with_another


def failing(error):
    def fail():
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ValueError("bad"), 2),
        (OSError("bad"), 2),
        (ModuleNotFoundError("bad"), 2),
        (RuntimeError("bad"), 1),
        (OverflowError("bad"), 1),
        (MemoryError("bad"), 1),
        (type("LinAlgError", (ValueError,), {})("bad"), 1),
    ],
)
def test_the_exit_code_tells_input_from_computation(error, code, run, replace):
    replace(failing(error))

    assert run("bench") == (code, "", "rnnts: bad\n")


def test_an_interruption_is_no_traceback(run, replace):
    replace(failing(KeyboardInterrupt()))

    assert run("bench") == (130, "", "rnnts: interrupted\n")


def test_what_an_error_was_about_is_said_in_one_line(run, replace):
    error = ValueError("first\n  second")
    error.add_note("while theta forecast")
    replace(failing(error))

    assert run("bench").err == "rnnts: first second (while theta forecast)\n"


@pytest.mark.filterwarnings("default")
def test_warnings_are_lines_and_come_once(run, replace):
    def warn():
        for number in (1, 1, 2):
            warnings.warn(f"stopped at {number}", UserWarning, stacklevel=1)

    replace(warn)

    assert run("bench").err == "rnnts: warning: stopped at 1\nrnnts: warning: stopped at 2\n"


@pytest.mark.parametrize("arguments", [[], ["frecast"], ["forecast"], ["study", "--seed", "x"]])
def test_usage_errors_are_one_sentence(arguments, run):
    outcome = run(*arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("rnnts: ")
    assert outcome.err.count("\n") == 1
    assert "--help" in outcome.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name, run):
    outcome = run(name, "--help")

    assert outcome.code == 0
    assert f"rnnts {name}" in outcome.out.partition("examples:")[2]
    assert all(len(line) <= 100 for line in outcome.out.splitlines())


def test_help_names_commands_and_exit_codes(run):
    shown = run("--help").out

    assert all(f"\n    {name} " in shown for name in COMMANDS)
    assert "exit codes:" in shown


def test_every_command_is_found():
    assert all(isinstance(commands.command_of(name), Command) for name in COMMANDS)


def test_the_module_is_the_command():
    shown = subprocess.run(
        [sys.executable, "-m", "rnnts", "--version"], capture_output=True, text=True, check=True
    )

    assert shown.stdout.strip() == f"rnnts {__version__}"


def test_help_costs_no_pandas():
    code = "import sys; from rnnts.cli import main\ntry: main(['--help'])\n"
    code += "finally: sys.exit('pandas' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_a_pipe_nobody_reads_is_no_traceback():
    arguments = [sys.executable, "-m", "rnnts", "datasets", "santafe_laser"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        first = command.stdout.readline()
        command.stdout.close()
        said = command.stderr.read()

    assert (first, said, command.returncode) == (b"t,santafe_laser\n", b"", 141)
