"""The report as a page, as Markdown and as data."""

import errno
import json
import math
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rnnts import __version__
from rnnts.saving import remove_abandoned, written_whole
from rnnts.study._evidence import Evidence
from rnnts.study._needs import check_packages
from rnnts.study._outline import QUESTION, answer, by_part, tables

_EXTRAS = ("matplotlib", "jinja2")
_FILES = ("report.html", "report.md", "evidence.json")


def check_output(folder: Path) -> Path:
    """Return `folder`, made if need be, or raise before hours of computing are lost."""
    check_packages("a report", _EXTRAS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        for name in _FILES:
            remove_abandoned(folder, name)
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, f"{name} in it is a folder")
    except OSError as error:
        raise type(error)(
            f"the report needs a folder it can write to, but {folder} is not one "
            f"({error.strerror}); choose another output"
        ) from error
    return folder


def write_report(found: Sequence[Evidence], folder: Path) -> None:
    """Write report.html, report.md and evidence.json, each whole or not at all."""
    texts = (_rendered("report.html", found), _rendered("report.md", found), as_json(found))
    for name, text in zip(_FILES, texts, strict=True):
        try:
            _replace(folder / name, text)
        except OSError as error:
            raise type(error)(
                f"{folder / name} could not be written ({error.strerror}); results are kept: make "
                "room, and the same command goes on where it was"
            ) from error


def as_json(found: Sequence[Evidence]) -> str:
    """Strict JSON of everything but the drawings; what is not a number becomes null."""
    document = {
        "question": QUESTION,
        "answer": answer(found),
        "version": __version__,
        "claims": [_plain(_fields(evidence)) for evidence in found],
    }
    return json.dumps(document, allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def format_number(value: Any) -> str:
    """A cell of a table: three or four digits, exponents only where they help."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or not hasattr(value, "__float__"):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return "–" if math.isnan(number) else ("∞" if number > 0 else "−∞")
    if number == 0 or 1e-3 <= abs(number) < 1e5:
        return f"{number:.4g}".replace("-", "−")
    return f"{number:.1e}".replace("-", "−")


def format_duration(seconds: float) -> str:
    """Seconds, or minutes where there are many."""
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _fields(evidence: Evidence) -> Mapping[str, Any]:
    values = {field.name: getattr(evidence, field.name) for field in fields(evidence)}
    figures = [{"caption": figure.caption} for figure in evidence.figures]
    rates = [asdict(rates) for rates in evidence.error_rates]
    return values | {"figures": figures, "error_rates": rates, "command": evidence.command}


def _plain(value: Any) -> Any:
    """Only what JSON knows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, str) else value


def _rendered(name: str, found: Sequence[Evidence]) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("rnnts.study"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "number": format_number,
        "duration": format_duration,
        "cell": lambda text: text.replace("|", "\\|"),
        "standalone": standalone,
        "math": set_indices,
    }
    environment.globals["tables_of"] = tables
    return environment.get_template(name).render(
        question=QUESTION,
        answer=answer(found),
        parts=by_part(found),
        found=found,
        seconds=sum(evidence.seconds for evidence in found),
        version=__version__,
    )


def set_indices(text: str) -> Any:
    """Escaped HTML with x_t, x_{t−1} and a^{p} as lowered and raised letters."""
    from markupsafe import Markup, escape

    html = str(escape(text))
    for sign, tag in (("_", "sub"), (r"\^", "sup")):
        # A longer word after an underscore is a name such as get_forecast.
        pattern = sign + r"(?:\{([^{}]*)\}|([^\W_])(?![A-Za-z]))"
        html = re.sub(pattern, rf"<{tag}>\1\2</{tag}>", html)
    return Markup(html)


def standalone(svg: str, prefix: str) -> str:
    """Drawing whose names are its own on a page with others, without those nothing refers to."""
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', svg))
    svg = re.sub(r'(url\(|href=")#', rf"\1#{prefix}-", svg)

    def rename(match: re.Match[str]) -> str:
        return f' id="{prefix}-{match[1]}"' if match[1] in used else ""

    return re.sub(r' id="([^"]+)"', rename, svg)


def _replace(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    with written_whole(path) as file:
        file.write(text.encode())
