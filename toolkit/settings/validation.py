"""Pydantic's complaints as our errors: which setting, from where, what is wrong, never the value."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from toolkit.settings.errors import BadSettingError, UnknownSettingError
from toolkit.settings.lines import line_of
from toolkit.settings.model import Origin

Model = TypeVar("Model", bound=BaseModel)


def validated(kind: type[Model], raw: Mapping[str, Any], origin: Callable[[str], Origin]) -> Model:
    """The model made from `raw`. Raises `UnknownSettingError` or `BadSettingError` for its first fault."""
    private = next((key for key in raw if key.startswith("_")), None)
    if private is not None:
        # Pydantic's settings classes take such names as arguments of their own.
        path = origin(private).path
        key = f"tool.neonkit.{private}"
        raise UnknownSettingError(key, path or Path("pyproject.toml"), line=line_of(path, key))
    try:
        return kind(**raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
    # An unknown key explains more than what its absence elsewhere causes, so it is told first.
    first = next((each for each in details if each["type"] == "extra_forbidden"), details[0])
    raise _ours(kind, first, origin)


def _ours(
    kind: type[BaseModel], details: ErrorDetails, origin: Callable[[str], Origin]
) -> UnknownSettingError | BadSettingError:
    location = [str(part) for part in details["loc"]]
    where = origin(location[0])
    if details["type"] == "extra_forbidden":
        known = sorted(_keys(kind, location[:-1]))
        nearest = difflib.get_close_matches(location[-1], known, n=1)
        key = ".".join(("tool.neonkit", *location))
        return UnknownSettingError(
            key=key,
            path=where.path or Path("pyproject.toml"),
            nearest=nearest[0] if nearest else None,
            line=line_of(where.path, key),
        )
    complaint = details["msg"].removeprefix("Value error, ").removeprefix("Input should be ").rstrip(".")
    if details["msg"].startswith("Input should be "):
        complaint = f"it should be {complaint}"
    line = line_of(where.path, ".".join((where.name, *location[1:])))
    return BadSettingError(".".join(location), where.words, complaint, line)


def _keys(kind: type[BaseModel], location: list[str]) -> set[str]:
    """The keys known at `location`, found by walking the models' fields."""
    current: Any = kind
    for part in location:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(part)
            current = field.annotation if field else None
            continue
        current = next(
            (each for each in get_args(current) if isinstance(each, type) and each is not str), None
        )
    return (
        set(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else set()
    )
