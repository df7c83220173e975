from dataclasses import replace

import numpy as np
import pytest

from rnnts.study import Part, Verdict, run_study
from rnnts.study._report import write_report
from rnnts.study.figures import ratio_figure
from rnnts.study.inference import ErrorRates, rate_of
from tests.study import browser

pytestmark = pytest.mark.skipif(
    browser.executable() is None or browser.shell() is None,
    reason="no browser to open the report in; install chromium (apt-get install chromium)",
)
PHONE = 390


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A report with all that one can hold: every part, figures, tests, long and wide tables."""
    folder = tmp_path_factory.mktemp("report")
    (found,) = run_study(claims=["H1"], progress=False)
    rng = np.random.default_rng(0)
    rows = [
        {"process": f"MA({q})", "T": n_steps, "n": 40, "MSE ratio": ratio, "from": ratio - 0.01}
        | {"to": ratio + 0.01, "p (equivalent)": 0.01, "outcome": "equivalent", "share": 1 / 3}
        for n_steps in (100, 300)
        for q, ratio in enumerate(rng.normal(1, 0.02, size=8))
    ]
    figure = ratio_figure(rows)
    rate = rate_of([True, False])
    rates = ErrorRates(test="-", level=0.05, null="-", size=rate, alternative="-", power=rate)
    every = [
        replace(
            found,
            key=f"H{place}",
            part=part,
            verdict=verdict,
            figures=(figure, figure),
            table=(*rows, *found.table),
            error_rates=(rates, rates),
        )
        for place, (part, verdict) in enumerate(zip(Part, [*Verdict, Verdict.HOLDS], strict=True))
    ]
    write_report(every, folder)
    return folder / "report.html"


@pytest.fixture(scope="module")
def opened():
    with browser.Browser() as started:
        yield started


@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("width", [PHONE, 1200])
def test_report_shows_all_figures_within_the_width_and_without_errors(width, is_dark, page, opened):
    opened.open(page, width, is_dark=is_dark)

    figures = opened.evaluate(
        "[...document.querySelectorAll('figure svg')].map(each => {"
        " const box = each.getBoundingClientRect(); return [box.width, box.height]})"
    )
    assert len(figures) == 8
    assert all(min(size) > 100 for size in figures)
    assert opened.evaluate("document.documentElement.clientWidth") <= width
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.problems == []


def test_drawings_keep_their_own_names_and_the_ink_of_the_page(page, opened):
    opened.open(page, PHONE, is_dark=True)

    names = opened.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    dangling = opened.evaluate(
        "[...document.querySelectorAll('use')].map(each => each.href.baseVal)"
        ".filter(name => !document.querySelector(name)).length"
    )
    inks = opened.evaluate(
        "[...document.querySelectorAll('figure use')].map(each => getComputedStyle(each).fill)"
    )
    assert len(set(names)) == len(names)
    assert dangling == 0
    assert opened.evaluate("getComputedStyle(document.body).color") in inks
    assert "rgb(0, 0, 0)" not in inks


def test_errors_of_a_page_are_seen(tmp_path, opened):
    broken = tmp_path / "broken.html"
    broken.write_text(
        "<script>console.error('a'); undefined_name()</script><div style='width:999px'>."
    )

    opened.open(broken, PHONE)

    assert opened.evaluate("document.documentElement.scrollWidth") > PHONE
    assert len(opened.problems) == 2
    opened.problems.clear()


def test_page_is_light(page):
    assert page.stat().st_size < 2_000_000
