"""What there is to say about fitted networks, as tables that print on one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnts._types import FloatArray
from rnnts.linear import StateSpace
from rnnts.linear._polynomial import lag_determinant

_WIDTH = 78

# Coefficients that rounding leaves where a polynomial ends; their roots would be nowhere.
_NOTHING = 1e-10


@dataclass(frozen=True, eq=False)
class Summary:
    """A fitted `RNNForecaster` in tables; `print` shows all of them, and so does a notebook.

    Attributes
    ----------
    title : str
    model : Series
        What was fitted on what, in words.
    networks : DataFrame
        A row for each network: size, parameters, training, and what is done to the series first.
    likelihood : Series
        `loglik`, `aic`, `bic`, `n_free` and `n_scored`; empty where there is no likelihood.
    residuals : DataFrame
        A row for each target: `sigma2`, and the Ljung-Box test of the one-step errors.
    skill : DataFrame or None
        The table of `report_`; None where the series is too short for one.
    coefficients : Series or None
        Of the ARMA model that a linear network is, in statsmodels' names and signs.
    roots : DataFrame or None
        Of its polynomials.
    notes : tuple of str
        What to keep in mind.
    """

    title: str
    model: pd.Series
    networks: pd.DataFrame
    likelihood: pd.Series
    residuals: pd.DataFrame
    skill: pd.DataFrame | None
    coefficients: pd.Series | None
    roots: pd.DataFrame | None
    notes: tuple[str, ...]

    def tables(self) -> dict[str, pd.Series | pd.DataFrame]:
        """The tables there are, by their headings."""
        named = {
            "Model": self.model,
            "Networks": self.networks,
            "Likelihood": self.likelihood if len(self.likelihood) else None,
            "One-step errors (Ljung-Box)": self.residuals,
            "Held-out rows": self.skill,
            "Implied ARMA": self.coefficients,
            "Roots": self.roots,
        }
        return {heading: table for heading, table in named.items() if table is not None}

    def __str__(self) -> str:
        double, single = "=" * _WIDTH, "-" * _WIDTH
        lines = [self.title.center(_WIDTH).rstrip(), double, *_two_columns(self.model)]
        for heading, table in list(self.tables().items())[1:]:
            lines += [single, heading, *_lines_of(table)]
        lines.append(double)
        lines += [_wrapped(f"[{n}] {note}") for n, note in enumerate(self.notes, start=1)]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = [f"<h4>{escape(self.title)}</h4>"]
        for heading, table in self.tables().items():
            frame = table.to_frame("") if isinstance(table, pd.Series) else table
            shown = frame.to_html(float_format=_number, header=len(frame.columns) > 1, border=0)
            parts += [f"<h5>{escape(heading)}</h5>", shown]
        parts += [f"<p>[{n}] {escape(note)}</p>" for n, note in enumerate(self.notes, start=1)]
        return "\n".join(parts)


def roots_of(space: StateSpace) -> pd.DataFrame:
    """Roots of both polynomials of a linear network, the nearest to the unit circle first.

    A model is stationary if those of the AR polynomial, and invertible if those of the MA
    polynomial lie outside the unit circle.  Columns as in statsmodels; a frequency is in cycles per
    row.
    """
    named = {"AR": space.closed_loop, "MA": space.A}
    found = {
        f"{kind}.{number}": root
        for kind, matrix in named.items()
        for number, root in enumerate(_polynomial_roots(lag_determinant(matrix)), start=1)
    }
    roots = np.array(list(found.values()), dtype=complex)
    columns = {
        "real": roots.real,
        "imaginary": roots.imag,
        "modulus": np.abs(roots),
        "frequency": np.angle(roots) / (2 * np.pi),
    }
    return pd.DataFrame(columns, index=list(found))


def _polynomial_roots(ascending: FloatArray) -> NDArray[Any]:
    is_there = np.abs(ascending) > _NOTHING * np.abs(ascending).max()
    degree = int(np.flatnonzero(is_there)[-1])
    roots = np.roots(ascending[degree::-1])
    ordered: NDArray[Any] = roots[np.lexsort((-roots.imag, np.abs(roots).round(9)))]
    return ordered


def coefficients_of(space: StateSpace) -> pd.Series | None:
    """Coefficients of the implied ARMA model of one series without exogenous columns."""
    if space.n_outputs > 1 or space.n_exog:
        return None
    arma = space.to_arma()
    named = {"const": arma.const}
    named |= {f"ar.L{lag}": value for lag, value in enumerate(arma.ar.tolist(), start=1)}
    named |= {f"ma.L{lag}": value for lag, value in enumerate(arma.ma.tolist(), start=1)}
    return pd.Series(named, name="coefficient", dtype=float)


def _two_columns(facts: pd.Series) -> Iterator[str]:
    """Pairs of facts side by side; a long one has a line of its own."""
    half = _WIDTH // 2
    waiting = ""
    for name, value in facts.items():
        cell = f"{name + ':':<15} {value}"
        if len(cell) >= half:
            if waiting:
                yield waiting.rstrip()
            yield from fill(cell, _WIDTH, subsequent_indent=" " * 16).split("\n")
            waiting = ""
        elif waiting:
            yield (waiting + cell).rstrip()
            waiting = ""
        else:
            waiting = cell.ljust(half)
    if waiting:
        yield waiting.rstrip()


def _lines_of(table: pd.Series | pd.DataFrame) -> list[str]:
    if isinstance(table, pd.Series):
        return list(_two_columns(table.map(_number)))
    # Preparations are sentences, which take a line each.
    numbers = table.drop(columns="preparation", errors="ignore")
    lines = numbers.to_string(float_format=_number).split("\n")
    words = table.get("preparation", pd.Series(dtype=object))
    return [*lines, *(_wrapped(f"{row}: {sentence}") for row, sentence in words.items())]


def _wrapped(sentence: str) -> str:
    return fill(sentence, _WIDTH, subsequent_indent="    ")


def _number(value: float) -> str:
    return f"{value:.5g}"
