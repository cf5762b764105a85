"""Read a mapping file and say everything that is wrong in it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from toolkit.transfer.errors import MappingInvalidError, MappingProblem, MappingUnreadableError
from toolkit.transfer.mapping.check import problems_of
from toolkit.transfer.mapping.model import TransferMapping


def read_mapping(path: Path) -> TransferMapping:
    """The mapping that stands in the TOML file `path`.

    Raises `MappingUnreadableError` (no file, no UTF-8, no TOML) and `MappingInvalidError` (all problems).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MappingUnreadableError(str(path), error.strerror or "it cannot be opened") from None
    except UnicodeDecodeError as error:
        raise MappingUnreadableError(str(path), f"byte {error.start} is not UTF-8") from None
    return mapping_of_text(text, name=str(path))


def mapping_of_text(text: str, *, name: str = "given") -> TransferMapping:
    """The mapping that the TOML text says; `name` is for errors.

    Raises `MappingUnreadableError` (no TOML) and `MappingInvalidError` (all problems).
    """
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise MappingUnreadableError(name, f"it is not TOML: {error}") from None
    return parse_mapping(content, name=name)


def parse_mapping(content: Mapping[str, Any], *, name: str = "given") -> TransferMapping:
    """The mapping in plain values, as TOML gives them. Raises `MappingInvalidError` with all problems."""
    try:
        mapping = TransferMapping.model_validate(content)
    except ValidationError as error:
        raise MappingInvalidError(name, tuple(_problem(detail) for detail in error.errors())) from None
    problems = problems_of(mapping)
    if problems:
        raise MappingInvalidError(name, problems)
    return mapping


def _problem(detail: Any) -> MappingProblem:
    sentence = {
        "missing": "this key is missing",
        "extra_forbidden": "there is no such key",
    }.get(detail["type"], detail["msg"].removeprefix("Value error, "))
    # Pydantic ends the place of a union or a validator with names of its own, which mean nothing to a reader.
    parts = [
        str(part)
        for part in detail["loc"]
        if not str(part).startswith(("function-", "is-instance", "Parent"))
    ]
    return MappingProblem(".".join(parts), sentence)
