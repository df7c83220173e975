"""What the models that are compared are called."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sklearn.base import BaseEstimator

# A longer list of parameters tells nobody anything at the head of a column.
_LONGEST = 60


def named_models(models: Any, taken: Iterable[str]) -> dict[str, Any]:
    """Models by their names: the keys of a dictionary, or the classes and what sets them apart.

    Raises
    ------
    ValueError, TypeError
        If these are no models, or two of them are the same, or a name is one of those `taken`.
    """
    if isinstance(models, BaseEstimator):
        models = [models]
    if isinstance(models, str) or not isinstance(models, Iterable):
        raise TypeError(
            "backtest needs a forecaster, or a list or dict of them, as its first argument, got "
            f"{models!r}"
        )
    named = dict(models) if isinstance(models, Mapping) else _by_class(list(models))
    if not named:
        raise ValueError("backtest needs at least one model, got none")
    for name, model in named.items():
        if name in taken:
            raise ValueError(
                f"a model cannot be named {name!r}, which is a column of the predictions; give it "
                "another name"
            )
        if not hasattr(model, "fit"):
            raise TypeError(
                f"{name!r} is no forecaster but {model!r}; give an object such as RNNForecaster()"
            )
    return {str(name): model for name, model in named.items()}


def _by_class(models: Sequence[Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for model in models:
        name = type(model).__name__
        alike = [other for other in models if type(other) is type(model)]
        if len(alike) > 1:
            name = _told_apart(model, alike)
        if name in named:
            raise ValueError(
                f"two models are {name}; give them names: backtest({{'small': ..., 'large': "
                "...}, y)"
            )
        named[name] = model
    return named


def _told_apart(model: Any, alike: Sequence[Any]) -> str:
    """The class, and those parameters that are not left alone and not the same in all models."""
    name = type(model).__name__
    left_alone = type(model)().get_params(deep=False) if _has_defaults(model) else {}
    own = {key: repr(value) for key, value in model.get_params(deep=False).items()}
    others = [other.get_params(deep=False) for other in alike]
    shown = [
        f"{key}={value}"
        for key, value in own.items()
        if value != repr(left_alone.get(key)) and any(repr(other[key]) != value for other in others)
    ]
    full = f"{name}({', '.join(shown)})" if shown else name
    if len(full) <= _LONGEST:
        return full
    return f"{name} {[id(other) for other in alike].index(id(model)) + 1}"


def _has_defaults(model: Any) -> bool:
    try:
        type(model)()
    except TypeError:
        return False
    return True
