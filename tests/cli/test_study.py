import errno
import os
import sys

import pytest

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
        (["--claims", "H66"], "did you mean 'H6'?"),
        (["--replications", "9"], "replications must be at least 10"),
        (["--replications", "-1", "--claims", "H1"], "replications must be at least 10"),
    ],
)
def test_mistakes_are_one_sentence_on_stderr(arguments, sentence, tmp_path, capsys):
    code = main(["study", "--output", str(tmp_path / "new"), *arguments])

    captured = capsys.readouterr()
    assert not (tmp_path / "new").exists()
    assert code == 2
    assert captured.out == ""
    assert captured.err.startswith("rnnts: ")
    assert sentence in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("place", ["file", "file/below", "report"])
def test_output_that_cannot_be_written_is_one_sentence(place, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    (tmp_path / "report" / "report.md").mkdir(parents=True)

    code = main(["study", "--claims", "H1", "--output", str(tmp_path / place)])

    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    assert "choose another output" in captured.err


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not stop root"
)
def test_read_only_folder_is_one_sentence(tmp_path, capsys):
    tmp_path.chmod(0o555)

    code = main(["study", "--claims", "H1", "--output", str(tmp_path)])

    assert code == 2
    assert "choose another output" in capsys.readouterr().err


def test_read_only_file_system_is_one_sentence(tmp_path, capsys, monkeypatch):
    def refuse(**_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("rnnts.study._report.tempfile.TemporaryFile", refuse)

    code = main(["study", "--claims", "H1", "--output", str(tmp_path)])

    assert code == 2
    assert "(Read-only file system); choose another output" in capsys.readouterr().err


def test_interruption_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    def interrupt(**_):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("rnnts.study.run_study", interrupt)

    code = main(["study", "--claims", "H1"])

    assert code == 130
    assert capsys.readouterr().err == (
        "rnnts: interrupted; the same command goes on where it was\n"
    )


def test_missing_extra_exits_with_two(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    code = main(["study", "--output", str(tmp_path)])

    assert code == 2
    assert "pip install 'rnnts[study]'" in capsys.readouterr().err
