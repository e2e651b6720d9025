"""What a public name is given is what it says it takes: models, fits, surveys and names in the wrong place are told at the door."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, wraps
from inspect import Parameter, signature
from os import PathLike
from pathlib import Path
from types import FunctionType, NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from cocsem.errors import CocsemError, UsageError

_PLACED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.VAR_POSITIONAL)
_WORDS = (str, PathLike, NoneType)


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Check the arguments that may be given by position and are each of a class, or one of several.

    Where the class is one of cocsem's, the wrong thing is refused before anything is computed. Where it is text or a path, the function
    has its say first: it knows the choices. What it cannot put into words is said here. Other arguments (tables, mappings, numbers,
    lists of names) are left to the functions.

    >>> @checked
    ... def shout(text: str) -> str:
    ...     return text.upper()
    >>> shout("ab")
    'AB'
    >>> shout(3)
    Traceback (most recent call last):
        ...
    cocsem.errors.UsageError: shout() takes text for 'text', but was given int.
    """

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        doubtful = ""
        for name, classes, given in _given(function, args, named):
            if not isinstance(given, classes):
                told = f"{function.__name__}() takes {_kinds(classes)} for '{name}', but was given {_kind(given)}."
                if not _are_words(classes):
                    raise UsageError(
                        f"{told} A Fit is what cfa(), sem(), growth() and fit_model() return, its .spec the ModelSpec; a Survey comes "
                        "from read_survey(), a Theory from load_theory(), a Figure from path_diagram()."
                    )
                doubtful = doubtful or told
        if not doubtful:
            return function(*args, **named)
        try:
            return function(*args, **named)
        except CocsemError:
            raise
        except Exception as fault:
            raise UsageError(doubtful) from fault

    return call


def _given(
    function: Any, args: tuple[Any, ...], named: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[type, ...], Any]]:
    """What was given for the parameters of plain classes: name, classes, value."""
    for place, (name, classes, several) in enumerate(_parameters(function)):
        found = args[place:] if several else args[place : place + 1] or tuple(named[n] for n in (name,) if n in named)
        yield from ((name, classes, value) for value in found if classes)


@cache
def _parameters(function: FunctionType) -> tuple[tuple[str, tuple[type, ...], bool], ...]:
    """The parameters that may be given by position: their names, the classes they may be of (none where something else is allowed
    too), and whether they take all that is left."""
    hints = get_type_hints(function)
    placed = [p for p in signature(function).parameters.values() if p.kind in _PLACED]
    return tuple((p.name, _plain(hints[p.name]), p.kind is Parameter.VAR_POSITIONAL) for p in placed)


def _plain(hint: Any) -> tuple[type, ...]:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    kinds = tuple(PathLike if kind is Path else kind for kind in kinds)
    ours = all(isinstance(kind, type) and (kind in _WORDS or kind.__module__.startswith("cocsem.")) for kind in kinds)
    return kinds if ours else ()


def _are_words(classes: tuple[type, ...]) -> bool:
    return set(classes) <= set(_WORDS)


def _kinds(classes: tuple[type, ...]) -> str:
    if _are_words(classes):
        return "text or a path" if PathLike in classes else "text"
    return ", ".join("text" if kind is str else kind.__name__ for kind in classes if kind is not NoneType)


def _kind(given: Any) -> str:
    return "None" if given is None else type(given).__name__
