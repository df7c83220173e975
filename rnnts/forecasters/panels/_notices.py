"""What many series warn of, said once."""

import threading
import warnings
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from rnnts._callers import stacklevel_outside

# Category and words of a warning.
Notice = tuple[type[Warning], str]


@contextmanager
def noted() -> Iterator[list[Notice]]:
    """The warnings given in here, which then are not seen.

    Python cannot tell the warnings of threads apart: in others than the first they are seen.
    """
    notices: list[Notice] = []
    if threading.current_thread() is not threading.main_thread():
        yield notices
        return
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield notices
    notices += [(each.category, str(each.message)) for each in caught]


def give_first(
    labels: Sequence[Hashable], notices: Sequence[Sequence[Notice]], what: str = "series"
) -> None:
    """One warning of each category, with the words of the first series that has one.

    Parameters
    ----------
    labels : sequence of hashable
        Of series.
    notices : sequence of sequence of Notice
        Those of each.
    what : str
        What is labelled, if not series.
    """
    by_category: dict[type[Warning], list[tuple[Hashable, str]]] = {}
    for label, own in zip(labels, notices, strict=True):
        for category, words in dict(reversed(own)).items():
            by_category.setdefault(category, []).append((label, words))
    for category, found in by_category.items():
        label, words = found[0]
        label = label.item() if isinstance(label, np.generic) else label
        among = "" if len(found) == 1 else f" (the first of {len(found)} {what} to say so)"
        warnings.warn(f"{label!r}{among}: {words}", category, stacklevel=stacklevel_outside())
