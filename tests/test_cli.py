import subprocess
import sys

import pytest

from rnnts import __version__
from rnnts.cli import main


def test_study_prints_the_table_and_where_the_report_lies(tmp_path, capsys):
    code = main(["study", "--claims", "H1", "--output", str(tmp_path)])

    shown = capsys.readouterr().out
    assert code == 0
    assert "refuted" in shown
    assert str(tmp_path / "report.html") in shown.replace("\n", "")
    assert (tmp_path / "evidence.json").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--claims", "H0"], "unknown claim 'H0'"),
        (["--seed", "-3"], "seed must be at least 0"),
        (["--jobs", "0"], "n_jobs must be"),
    ],
)
def test_mistakes_are_one_sentence_on_stderr(arguments, sentence, tmp_path, capsys):
    code = main(["study", "--output", str(tmp_path), *arguments])

    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert captured.err.startswith("rnnts: ")
    assert sentence in captured.err
    assert captured.err.count("\n") == 1


def test_missing_extra_exits_with_two(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    code = main(["study", "--output", str(tmp_path)])

    assert code == 2
    assert "pip install 'rnnts[study]'" in capsys.readouterr().err


def test_datasets_lists_every_series(capsys):
    from rnnts import datasets

    assert main(["datasets"]) == 0

    shown = capsys.readouterr().out
    assert all(name in shown for name in datasets.names())


@pytest.mark.parametrize("arguments", [[], ["study", "--quick", "--full"], ["studie"]])
def test_usage_errors_exit_with_two(arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)

    assert stopped.value.code == 2


def test_help_has_examples(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])

    assert stopped.value.code == 0
    assert "rnnts study --full" in capsys.readouterr().out


def test_module_runs_as_the_command():
    shown = subprocess.run(
        [sys.executable, "-m", "rnnts", "--version"], capture_output=True, text=True, check=True
    )

    assert shown.stdout.strip() == f"rnnts {__version__}"
