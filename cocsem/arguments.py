"""What a public name is given is what it says it takes: models, fits, surveys and names in the wrong place are told at the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from inspect import Parameter, signature
from os import PathLike
from pathlib import Path
from types import FunctionType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from cocsem.errors import UsageError

_NEEDED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Check the arguments that may be given by position and are each of a class, or one of several.

    Others (tables, mappings, numbers, lists of names) are looked at by the functions themselves, which can say more about them.

    >>> @checked
    ... def double(text: str) -> str:
    ...     return 2 * text
    >>> double("ab")
    'abab'
    >>> double(3)
    Traceback (most recent call last):
        ...
    cocsem.errors.UsageError: double() takes str for 'text', but was given int. A Fit is what cfa(), sem(), growth() and fit_model() \
return, its .spec the ModelSpec; a Survey comes from read_survey(), a Theory from load_theory().
    """

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        for place, (name, classes) in enumerate(_classes(function)):
            given = args[place] if place < len(args) else named.get(name, ...)
            if classes and given is not ... and not isinstance(given, classes):
                kinds = ", ".join(kind.__name__ for kind in classes if kind is not NoneType)
                raise UsageError(
                    f"{function.__name__}() takes {kinds} for '{name}', but was given {type(given).__name__}. A Fit is what cfa(), sem(), "
                    "growth() and fit_model() return, its .spec the ModelSpec; a Survey comes from read_survey(), a Theory from load_theory()."
                )
        return function(*args, **named)

    return call


@cache
def _classes(function: FunctionType) -> tuple[tuple[str, tuple[type, ...]], ...]:
    """The parameters that may be given by position, each with the classes it may be of; none where something else is allowed too."""
    hints = get_type_hints(function)
    needed = [p.name for p in signature(function).parameters.values() if p.kind in _NEEDED]
    return tuple((name, _plain(hints[name])) for name in needed)


def _plain(hint: Any) -> tuple[type, ...]:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kinds = tuple(PathLike if kind is Path else kind for kind in kinds)
    ours = all(
        isinstance(kind, type) and (kind in (str, PathLike, NoneType) or kind.__module__.startswith("cocsem."))
        for kind in kinds
    )
    return kinds if ours else ()
