"""The report as a page, as Markdown and as data."""

import json
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rnnts import __version__
from rnnts.study._evidence import Evidence

QUESTION = "Does a linear recurrent network act as a moving-average model?"
_EXTRAS = ("matplotlib", "jinja2")


def check_output(folder: Path) -> Path:
    """Return `folder`, made if need be, or raise before hours of computing are lost."""
    missing = [name for name in _EXTRAS if find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(
            f"a report needs {' and '.join(_EXTRAS)}, but {' and '.join(missing)} cannot be "
            "imported; pip install 'rnnts[study]'"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise type(error)(
            f"the report needs a folder it can write to, but {folder} is not one "
            f"({error.strerror}); choose another output"
        ) from error
    return folder


def write_report(found: Sequence[Evidence], folder: Path) -> None:
    """Write report.html, report.md and evidence.json, each whole or not at all."""
    _replace(folder / "report.html", _rendered("report.html", found))
    _replace(folder / "report.md", _rendered("report.md", found))
    _replace(folder / "evidence.json", as_json(found))


def answer(found: Sequence[Evidence]) -> str:
    """One paragraph, made of what each verdict means."""
    return " ".join(evidence.answer for evidence in found)


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


def _fields(evidence: Evidence) -> Mapping[str, Any]:
    values = {field.name: getattr(evidence, field.name) for field in fields(evidence)}
    figures = [{"caption": figure.caption} for figure in evidence.figures]
    return values | {"figures": figures, "command": evidence.command}


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


def _tables(evidence: Evidence) -> list[tuple[list[str], list[list[str]]]]:
    """Header and cells; rows with other columns begin another table."""
    tables: list[tuple[list[str], list[list[str]]]] = []
    for row in evidence.table:
        header = list(row)
        if not tables or tables[-1][0] != header:
            tables.append((header, []))
        tables[-1][1].append([format_number(value) for value in row.values()])
    return tables


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
    environment.filters["number"] = format_number
    return environment.get_template(name).render(
        question=QUESTION,
        answer=answer(found),
        found=found,
        tables={evidence.key: _tables(evidence) for evidence in found},
        seconds=sum(evidence.seconds for evidence in found),
        version=__version__,
    )


def _replace(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        # A temporary file is private; a report is as readable as any new file.
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
