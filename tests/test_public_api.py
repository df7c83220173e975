"""Everything public says what it takes, what it gives back, and how it is used."""

import ast
import inspect
import pkgutil
import textwrap
from enum import Enum
from importlib import import_module

import docstring_parser
import pytest

import rnnts


def promised():
    """Names that modules without underscore promise, by where they are."""
    names = {}
    for info in pkgutil.iter_modules(rnnts.__path__):
        if info.name.startswith("_"):
            continue
        try:
            module = import_module(f"rnnts.{info.name}")
        except ImportError as error:
            # An adapter for a library that is not installed here.
            if "rnnts" in (error.name or ""):
                raise
            continue
        names |= {f"{info.name}.{name}": getattr(module, name) for name in public(module)}
    return names | {name: getattr(rnnts, name) for name in rnnts.__all__}


def public(module):
    return getattr(module, "__all__", [])


def methods_of(classes):
    """Every method written in this package, by its class and name."""
    found = {}
    for path, kind in classes.items():
        for name, method in inspect.getmembers(kind, inspect.isroutine):
            home = getattr(inspect.unwrap(method), "__module__", None) or ""
            # A cached property is a routine to inspect, and knows its module from Python 3.13 on.
            if not name.startswith("_") and home.startswith("rnnts") and callable(method):
                found[f"{path}.{name}"] = (kind, name)
    return found


NAMES = promised()
FUNCTIONS = {path: thing for path, thing in NAMES.items() if inspect.isfunction(thing)}
CLASSES = {path: thing for path, thing in NAMES.items() if inspect.isclass(thing)}
METHODS = methods_of(CLASSES)


# As the reader of sections calls them.
SECTIONS = ["param", "attribute"]


def parsed(text):
    return docstring_parser.parse(text or "", docstring_parser.DocstringStyle.NUMPYDOC)


def names_in(doc, kind):
    """Names in a section, of which a line may have several."""
    lines = [each.arg_name for each in doc.params if each.args[0] == kind]
    return [name.strip().lstrip("*") for line in lines for name in line.split(",")]


def taken_by(thing):
    return list(inspect.signature(thing).parameters)


def gives_back(thing):
    """Whether there is a result that is worth a section."""
    return inspect.signature(thing).return_annotation not in (None, "None")


def definitions(kind, name):
    """A method in a class, then in those it inherits from: the words of a contract hold for all."""
    for base in inspect.getmro(kind):
        if name in vars(base):
            method = vars(base)[name]
            yield inspect.unwrap(getattr(method, "__func__", getattr(method, "fn", method)))


def raises(function):
    """Whether a function itself says that something is wrong."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    found = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
    signals = "NotImplementedError", "StopIteration"
    return any(not ast.unparse(error).startswith(signals) for error in found)


def is_shown(thing):
    """Whether an example stands there, or is pointed to."""
    text = inspect.getdoc(thing)
    if ">>>" in text:
        return True
    _, _, rest = text.partition("See Also\n--------\n")
    words = [word.strip() for line in rest.splitlines() for word in line.split(" :")[0].split(",")]
    pointed = [other for path, other in NAMES.items() if path.rpartition(".")[2] in words]
    return any(">>>" in inspect.getdoc(other) for other in pointed)


@pytest.mark.parametrize("path", FUNCTIONS)
def test_function_documents_arguments_result_errors_and_use(path):
    function = FUNCTIONS[path]
    doc = parsed(inspect.getdoc(function))

    assert doc.short_description
    assert names_in(doc, "param") == taken_by(function)
    assert doc.returns or not gives_back(function)
    assert doc.raises or not raises(function)
    assert is_shown(function)


@pytest.mark.parametrize("path", CLASSES)
def test_class_documents_arguments_and_use(path):
    kind = CLASSES[path]
    doc = parsed(kind.__doc__)

    assert doc.short_description
    if issubclass(kind, Exception | Enum) or getattr(kind, "_is_protocol", False):
        return
    # What is only ever given back has its fields among the attributes, or those of its base.
    bases = [parsed(base.__doc__) for base in inspect.getmro(kind) if base is not object]
    said = {name for base in bases for part in SECTIONS for name in names_in(base, part)}
    assert set(taken_by(kind)) <= said
    assert set(names_in(doc, "param")) <= set(taken_by(kind))
    assert is_shown(kind)


@pytest.mark.parametrize("path", METHODS)
def test_method_documents_arguments_result_and_errors(path):
    kind, name = METHODS[path]
    written = [parsed(inspect.getdoc(method)) for method in definitions(kind, name)]
    method = next(definitions(kind, name))
    arguments = taken_by(method)[0 if isinstance(vars(kind).get(name), staticmethod) else 1 :]

    assert written[0].short_description
    if arguments:
        assert any(names_in(doc, "param") == arguments for doc in written)
        # The first line says what comes back; where that depends on arguments, more is said.
        assert any(doc.returns for doc in written) or not gives_back(method)
    assert any(doc.raises for doc in written) or not raises(method)
