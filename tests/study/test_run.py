import errno
import io
import json
import re
import sys
from dataclasses import replace

import pytest

from rnnts.study import CLAIMS, Evidence, _progress, _run, run_study
from rnnts.study._outline import answer, tables
from rnnts.study._report import as_json, format_number, set_indices, standalone, write_report
from rnnts.study._time_left import TimeLeft
from rnnts.study.inference import ErrorRates, rate_of


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    found = run_study(claims=["H12", "H1", "H2"], output=folder / "new" / "folder", progress=False)
    return found, folder / "new" / "folder"


def test_evidence_comes_in_the_order_of_the_table(report):
    found, _ = report

    assert [evidence.key for evidence in found] == ["H1", "H2", "H12"]
    assert all(isinstance(evidence, Evidence) for evidence in found)


def test_three_files_and_nothing_else_are_written(report):
    _, folder = report

    assert {path.name for path in folder.iterdir()} == {
        "report.html",
        "report.md",
        "evidence.json",
    }


def test_json_is_strict_and_complete(report):
    found, folder = report

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    text = (folder / "evidence.json").read_text(encoding="utf-8")
    document = json.loads(text, parse_constant=refuse)

    assert "<svg" not in text
    for evidence, claim in zip(found, document["claims"], strict=True):
        for name in ("key", "title", "statement", "verdict", "statistic", "value", "threshold"):
            assert claim[name] == getattr(evidence, name)
        for name in ("p_value", "interval", "n_replications", "seed", "seconds", "summary"):
            assert name in claim
        assert len(claim["table"]) == len(evidence.table)
    assert document["answer"]


def test_numbers_that_json_lacks_become_null(report):
    found, _ = report
    evidence = Evidence(
        **(vars(found[0]) | {"value": float("nan"), "interval": (0.0, float("inf"))})
    )

    claim = json.loads(as_json([evidence]))["claims"][0]

    assert claim["value"] is None
    assert claim["interval"] == [0.0, None]


def test_page_loads_nothing_from_elsewhere(report):
    page = (report[1] / "report.html").read_text(encoding="utf-8")

    assert not re.search(r"""(src|href)\s*=\s*["'](?!#)""", page)
    assert not re.search(r"url\((?!#|['\"]?#)|@import|<script|<link", page)
    assert page.count("<svg") == 2


def test_page_and_markdown_say_every_claim_with_its_verdict(report):
    found, folder = report
    for name in ("report.html", "report.md"):
        text = (folder / name).read_text(encoding="utf-8")
        for evidence in found:
            assert evidence.title in text
            assert evidence.answer in text
            assert evidence.command in text
    assert "<svg" not in (folder / "report.md").read_text(encoding="utf-8")


def test_figures_take_the_ink_of_the_page(report):
    (figure,) = report[0][1].figures

    assert "currentColor" in figure.svg
    assert "#010203" not in figure.svg
    assert figure.svg.startswith("<svg")


def test_without_output_nothing_is_drawn():
    (evidence,) = run_study(claims=["H12"], progress=False)

    assert evidence.figures == ()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"claims": ["H61"]}, r"unknown claim 'H61'.*did you mean 'H6'"),
        ({"claims": []}, "at least one"),
        ({"seed": -1}, "seed must be at least 0"),
        ({"n_jobs": 0}, "n_jobs"),
    ],
)
def test_bad_arguments_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        run_study(**options)


def test_unwritable_output_is_noticed_before_computing(tmp_path):
    taken = tmp_path / "file"
    taken.write_text("")

    with pytest.raises(OSError, match="choose another output"):
        run_study(output=taken)


def test_disk_that_is_full_at_the_end_is_one_sentence(report, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("rnnts.saving._whole.os.fsync", refuse)

    with pytest.raises(OSError, match=r"report.html could not be written .*No space.*goes on"):
        write_report(report[0], tmp_path)


def test_missing_extra_is_noticed_before_computing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)

    with pytest.raises(ModuleNotFoundError, match=r"pip install 'rnnts\[study\]'"):
        run_study(output=tmp_path)


def test_missing_package_of_a_claim_is_noticed_before_computing(monkeypatch):
    claim = replace(CLAIMS["H1"], needs=("arch",))
    monkeypatch.setattr(_run, "CLAIMS", {"H1": claim})
    monkeypatch.setitem(sys.modules, "arch", None)

    with pytest.raises(ModuleNotFoundError, match=r"H1 needs arch.*or choose other claims"):
        run_study(claims=["H1"])


def test_too_few_replications_are_refused():
    with pytest.raises(ValueError, match="replications must be at least 10"):
        run_study(n_replications=3)


def test_command_repeats_the_replications_asked_for():
    (evidence,) = run_study(claims=["H1"], n_replications=12, seed=3, progress=False)

    assert evidence.command == "rnnts study --quick --replications 12 --seed 3 --claims H1"


def test_a_line_for_each_claim_where_there_is_no_terminal(capsys):
    run_study(claims=["H1", "H2"])

    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"H1  {CLAIMS['H1'].title}: refuted (")
    assert first.endswith("less than 10 s left")
    assert second.startswith("H2  ")
    assert "left" not in second


def test_nothing_is_shown_without_progress(capsys):
    run_study(claims=["H1"], progress=False)

    assert capsys.readouterr() == ("", "")


def test_bar_on_a_terminal_names_the_claim_its_share_and_the_time_left():
    from rich.console import Console

    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=140)
    left = TimeLeft({"H6": 60.0})
    with _progress._bar(console, left) as watch:
        watch.begin(CLAIMS["H6"])(30, 120)
    shown = stream.getvalue()

    assert f"{CLAIMS['H6'].title}, 30 of 120" in shown
    assert "25%" in shown
    assert "left" in shown


def test_answer_is_one_paragraph_of_the_most_telling_verdicts(report):
    found, _ = report
    by_key = {evidence.key: evidence for evidence in found}

    assert answer(found) == f"{by_key['H1'].answer} {by_key['H2'].answer}"
    assert answer([by_key["H12"]]) == by_key["H12"].answer


def test_rates_of_tests_stand_beside_the_verdict(report, tmp_path):
    rate = rate_of([True] * 3 + [False] * 5)
    rates = ErrorRates(test="t", level=0.05, null="none", size=rate, alternative="s", power=rate)

    write_report([replace(report[0][0], error_rates=(rates,))], tmp_path)

    (claim,) = json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))["claims"]
    assert claim["error_rates"][0]["size"] == {
        "value": 0.375,
        "interval": list(rate.interval),
        "n": 8,
    }
    assert "<strong>0.375</strong>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "size 0.375 (" in (tmp_path / "report.md").read_text(encoding="utf-8")


def test_tables_are_split_where_the_columns_change(report):
    rows = ({"series": "a", "n": 1, "x": 0.5}, {"series": "b", "n": 1, "x": 0.5}, {"model": "c"})

    first, second = tables(replace(report[0][0], table=rows))

    assert (first.caption, len(first.rows)) == ("2 rows by series", 2)
    assert second.caption == "1 row by model"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("h_{t−1} < x_t²", "h<sub>t−1</sub> &lt; x<sub>t</sub>²"),
        ("Σ_{i=0}^{p−1} b^2", "Σ<sub>i=0</sub><sup>p−1</sup> b<sup>2</sup>"),
        ("get_forecast", "get_forecast"),
    ],
)
def test_indices_are_lowered_and_exponents_raised(text, html):
    assert str(set_indices(text)) == html


def test_drawing_keeps_only_names_that_it_uses_and_makes_them_its_own():
    svg = '<svg><g id="a"/><path id="b"/><use xlink:href="#b"/><g clip-path="url(#b)"/></svg>'

    assert standalone(svg, "H1-2") == (
        '<svg><g/><path id="H1-2-b"/><use xlink:href="#H1-2-b"/><g clip-path="url(#H1-2-b)"/></svg>'
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (3, "3"), (0.12345, "0.1235"), (-1e-14, "−1.0e−14"), (float("inf"), "∞")],
)
def test_cells_show_few_digits(value, text):
    assert format_number(value) == text
