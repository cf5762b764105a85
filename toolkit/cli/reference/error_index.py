"""Every error of every room, as a page: its code, what it means, what it says, what to do, its exit code.

What it says depends on its facts; the page shows the sentence with a name in `<>` where a text stands.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import toolkit
from toolkit.errors import NeonkitError, every_error

_PLAIN: Final[Mapping[Any, Any]] = {int: 1, float: 1.0, bool: True, bytes: b"", Any: ""}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """One error as its reader meets it."""

    code: str
    name: str
    room: str
    meaning: str
    """The first paragraph of what its class says."""
    sentence: str | None
    """What it says; None where that cannot be told without its facts."""
    hint: str | None
    exit_code: int
    exit_meaning: str
    facts: tuple[str, ...]


def error_pages() -> tuple[ErrorPage, ...]:
    """The pages of all errors, by code."""
    return tuple(_page(kind) for kind in _classes())


def _classes() -> list[type[NeonkitError]]:
    for module in pkgutil.walk_packages(toolkit.__path__, "toolkit."):
        if module.name.rpartition(".")[2].endswith("errors"):
            importlib.import_module(module.name)
    return [kind for kind in every_error() if kind.__module__.startswith("toolkit.")]


def _page(kind: type[NeonkitError]) -> ErrorPage:
    sentence, hint = _spoken(kind)
    return ErrorPage(
        code=kind.code,
        name=kind.__name__,
        room=".".join(kind.__module__.split(".")[1:-1]) or kind.__module__.rpartition(".")[2],
        meaning=" ".join((kind.__doc__ or "").strip().partition("\n\n")[0].split()),
        sentence=sentence,
        hint=hint,
        exit_code=int(kind.exit_code),
        exit_meaning=_family(kind),
        facts=tuple(field.name for field in dataclasses.fields(kind)),
    )


def _family(kind: type[NeonkitError]) -> str:
    """What the first class under the root says: the family that the exit code belongs to."""
    family = kind
    for ancestor in kind.__mro__:
        if ancestor is NeonkitError:
            break
        family = ancestor
    return (family.__doc__ or "").strip().partition("\n")[0]


def _spoken(kind: type[NeonkitError]) -> tuple[str | None, str | None]:
    hints = get_type_hints(kind)
    try:
        error = kind(
            **{field.name: _stand_in(hints[field.name], field.name) for field in dataclasses.fields(kind)}
        )
        return error.sentence, error.hint
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        # A fact that no stand-in can play; the meaning has to do.
        return None, None


def _stand_in(annotation: Any, name: str) -> Any:
    """A value of the annotated type that shows its name where it can."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is str:
        return f"<{name}>"
    if annotation is Path:
        return Path(f"<{name}>")
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if origin is Literal:
        return arguments[0]
    if origin in (Union, UnionType):
        return _stand_in(next(each for each in arguments if each is not type(None)), name)
    if origin in (tuple, list, frozenset, set):
        return origin(_stand_in(each, name) for each in arguments if each is not Ellipsis)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_stand_in(arguments[0], name): _stand_in(arguments[1], name)}
    if isinstance(annotation, type) and dataclasses.is_dataclass(annotation):
        hints = get_type_hints(annotation)
        fields = dataclasses.fields(annotation)
        return annotation(**{field.name: _stand_in(hints[field.name], field.name) for field in fields})
    if isinstance(annotation, type) and hasattr(annotation, "__members__"):
        return next(iter(annotation))  # type: ignore[call-overload]  # an enum's members, which typing cannot see
    return annotation()
