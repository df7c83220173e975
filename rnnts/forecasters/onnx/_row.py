"""The row that is read or forecast now, and what a part of a model says about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from rnnts.forecasters.onnx._graph import Loop, Value


@dataclass(frozen=True)
class Row:
    """One of the rows after the last one that was read in Python: new ones, then the future.

    Attributes
    ----------
    loop : Loop
    y : Value of shape (n_targets,)
        NaN where it is missing, and in the future.
    exog : Value of shape (n_exog,)
    number : Value
        Counted from 0.
    ahead : Value
        Counted from the first future one, and negative before it.
    is_future : Value
    """

    loop: Loop
    y: Value
    exog: Value
    number: Value
    ahead: Value
    is_future: Value

    def begins(self, n_rows: int) -> Value:
        """Whether the forecasts of `n_rows` rows are made anew here, from all rows before."""
        is_due = (self.ahead % n_rows).call("Equal", 0)
        return is_due.call("Or", self.is_future.call("Not"))


class Reader(NamedTuple):
    """A part of a model at one row.

    Attributes
    ----------
    forecast : Value of shape (n_targets,)
    read : callable
        To be called with the row as it is known, of shape (n_targets,), or with anything in the
        future, where a forecast is read instead.
    """

    forecast: Value
    read: Callable[[Value], None]
