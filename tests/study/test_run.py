import json
import re
import sys

import pytest

from rnnts.study import Evidence, run_study
from rnnts.study._report import as_json, format_number


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


def test_missing_extra_is_noticed_before_computing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)

    with pytest.raises(ModuleNotFoundError, match=r"pip install 'rnnts\[study\]'"):
        run_study(output=tmp_path)


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "yes"), (3, "3"), (0.12345, "0.1235"), (-1e-14, "−1.0e−14"), (float("inf"), "∞")],
)
def test_cells_show_few_digits(value, text):
    assert format_number(value) == text
