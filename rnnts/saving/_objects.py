"""Objects in words and arrays, and back: only classes of a given table can come out of a file.

Every object of these classes stands once in a list, and where it is referred to stands its number,
so that what shared an object shares it again.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnts.saving._foreign import FOREIGN

Order = Literal["C", "F"]


class Form(NamedTuple):
    """How objects of a class are taken apart, and put together again if not as all others.

    Attributes
    ----------
    take_apart : callable
        From an object to what it is made of, by name.
    put_together : callable, optional
        The way back; the class, unless given.

    See Also
    --------
    saved : What is told of it.
    """

    take_apart: Callable[[Any], Mapping[str, Any]]
    put_together: Callable[..., Any] | None = None


class Saved(NamedTuple):
    """Objects, of which the first is what was saved, and their numbers by kind.

    Attributes
    ----------
    objects : list of dict
        Of what JSON knows.
    arrays : dict of ndarray

    See Also
    --------
    saved : Makes it.
    """

    objects: list[dict[str, Any]]
    arrays: dict[str, NDArray[Any]]


def attributes_of(value: Any) -> dict[str, Any]:
    """All that is no cache: the fields of a dataclass, the attributes of another object.

    Parameters
    ----------
    value : object

    Returns
    -------
    dict

    Examples
    --------
    >>> from rnnts.saving import attributes_of
    >>> from rnnts.losses import Huber
    >>> attributes_of(Huber(delta=2.0))
    {'delta': 2.0}
    """
    if is_dataclass(value):
        return {item.name: getattr(value, item.name) for item in fields(value) if item.init}
    cls = type(value)
    return {
        name: each
        for name, each in vars(value).items()
        if not isinstance(getattr(cls, name, None), cached_property)
    }


def saved(value: Any, classes: Mapping[str, type], forms: Mapping[type, Form]) -> Saved:
    """Take an object of one of the classes apart.

    Parameters
    ----------
    value : object
    classes : mapping of str to type
        By the name that stands in the file.
    forms : mapping of type to Form
        Of classes that are more than their attributes.

    Returns
    -------
    Saved

    Raises
    ------
    TypeError
        If there is something in it that a file cannot hold.

    Examples
    --------
    >>> from rnnts.losses import Huber
    >>> from rnnts.saving import restored, saved
    >>> kept = saved(Huber(delta=2.0), {"Huber": Huber}, {})
    >>> kept.objects
    [{'class': 'Huber', 'state': {'delta': 2.0}}]
    >>> restored(kept, {"Huber": Huber}, {})
    Huber(delta=2.0)
    """
    writer = _Writer({cls: name for name, cls in classes.items()}, forms)
    writer.words(value, type(value).__name__)
    return Saved(writer.objects, writer.arrays())


def restored(kept: Saved, classes: Mapping[str, type], forms: Mapping[type, Form]) -> Any:
    """Put it together again.

    Parameters
    ----------
    kept : Saved
    classes, forms
        Those that `saved` was given.

    Returns
    -------
    object

    Raises
    ------
    ValueError, KeyError, TypeError, IndexError
        If the words are not those of `saved`.

    See Also
    --------
    saved : The way there.
    """
    return _Reader(kept, classes, forms).object(0)


class _Writer:
    """Objects and arrays met so far."""

    def __init__(self, names: Mapping[type, str], forms: Mapping[type, Form]) -> None:
        self.objects: list[dict[str, Any]] = []
        self._parts: dict[str, list[NDArray[Any]]] = {}
        self._n_numbers: dict[str, int] = {}
        self._names, self._forms = names, forms
        # Whatever has a number stays alive, so that no other object takes over its id.
        self._met: dict[int, tuple[Any, Any]] = {}

    def words(self, value: Any, path: str) -> Any:
        """A value in words; `path` says where it is in the object."""
        if value is None or type(value) in (bool, int, float, str):
            return value
        if id(value) in self._met:
            return self._met[id(value)][1]
        if type(value) in self._names:
            return self._object(value, path)
        if isinstance(value, np.ndarray):
            return self._array(value, path)
        return self._plain(value, path)

    def _object(self, value: Any, path: str) -> dict[str, int]:
        words = {"is": len(self.objects)}
        self._met[id(value)] = value, words
        entry: dict[str, Any] = {"class": self._names[type(value)]}
        self.objects.append(entry)
        form = self._forms.get(type(value))
        state = attributes_of(value) if form is None else form.take_apart(value)
        self._met[id(state)] = state, None
        entry["state"] = {name: self.words(each, f"{path}.{name}") for name, each in state.items()}
        return words

    def _array(self, value: NDArray[Any], path: str) -> dict[str, Any]:
        if value.dtype == object:
            items = [self.words(each, path) for each in value.ravel().tolist()]
            return {"objects": items, "shape": list(value.shape)}
        if value.dtype.hasobject or value.dtype.names:
            raise TypeError(
                f"{path} is an array of dtype {value.dtype}, which cannot be written to a file; "
                "give plain numbers or words"
            )
        is_transposed = value.flags.f_contiguous and not value.flags.c_contiguous
        order: Order = "F" if is_transposed else "C"
        native = value.astype(value.dtype.newbyteorder("="), copy=False)
        kind = native.dtype.name
        start = self._n_numbers.get(kind, 0)
        self._parts.setdefault(kind, []).append(native.ravel(order))
        self._n_numbers[kind] = start + value.size
        words = {"array": [kind, start, list(value.shape), order]}
        self._met[id(value)] = value, words
        return words

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All numbers of a kind in one array: thousands of small ones would be slow to read."""
        return {kind: np.concatenate(parts) for kind, parts in self._parts.items()}

    def _plain(self, value: Any, path: str) -> dict[str, Any]:
        if type(value) in (tuple, list):
            return {type(value).__name__: [self.words(each, f"{path}[…]") for each in value]}
        if type(value) is dict:
            return {
                "dict": [
                    [self.words(key, path), self.words(each, f"{path}[{key!r}]")]
                    for key, each in value.items()
                ]
            }
        foreign = next((kind for kind, cls in FOREIGN.items() if isinstance(value, cls.type)), None)
        if foreign is None:
            raise TypeError(
                f"{path} is {value!r}, which cannot be written to a file; give a number, a word or "
                "an object of rnnts in its place, or use joblib.dump"
            )
        return {foreign: self.words(FOREIGN[foreign].in_words(value, path), path)}


class _Reader:
    """Objects put together so far."""

    def __init__(
        self, kept: Saved, classes: Mapping[str, type], forms: Mapping[type, Form]
    ) -> None:
        self._kept, self._classes, self._forms = kept, classes, forms
        self._made: dict[int, Any] = {}
        self._arrays: dict[tuple[Any, ...], NDArray[Any]] = {}

    def object(self, number: int) -> Any:
        """An object of the list, made when it is first asked for."""
        if number in self._made:
            return self._made[number]
        entry = self._kept.objects[number]
        cls: Any = self._classes[entry["class"]]
        form = self._forms.get(cls)
        build: Any = cls if form is None or form.put_together is None else form.put_together
        if build is cls and not is_dataclass(cls):
            # There before its attributes are, because one of them may refer back to it.
            self._made[number] = made = cls.__new__(cls)
            made.__dict__.update(self._state(entry))
        else:
            self._made[number] = made = build(**self._state(entry))
        return made

    def _state(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.value(words) for name, words in entry["state"].items()}

    def _array(self, kind: str, start: int, shape: list[int], order: Order) -> NDArray[Any]:
        """The same array each time it is referred to."""
        place = kind, start, *shape
        # What is without elements takes no room, and what is computed from it would.
        n_numbers = sum(each.size for each in self._kept.arrays.values())
        if max(shape, default=0) > n_numbers:
            raise ValueError(f"an array of shape {shape} among {n_numbers} numbers")
        if place not in self._arrays:
            numbers = self._kept.arrays[kind][start : start + math.prod(shape)]
            self._arrays[place] = numbers.reshape(shape, order=order).copy(order)
        return self._arrays[place]

    def value(self, words: Any) -> Any:
        """The way back from words."""
        if not isinstance(words, dict):
            return words
        if "is" in words:
            return self.object(words["is"])
        if "array" in words:
            return self._array(*words["array"])
        if "objects" in words:
            items = map(self.value, words["objects"])
            return np.fromiter(items, object).reshape(words["shape"])
        ((kind, inner),) = words.items()
        if kind == "dict":
            return {self.value(key): self.value(each) for key, each in inner}
        if kind in ("tuple", "list"):
            return {"tuple": tuple, "list": list}[kind](self.value(each) for each in inner)
        return FOREIGN[kind].from_words(self.value(inner))
