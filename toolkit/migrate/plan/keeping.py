"""Plans kept as files under `.neonkit/plans`, one per id, written whole or not at all.

The form is JSON of the values' fields; reading follows the fields' types, so that a field that comes or goes
makes an old file unreadable instead of half read.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import tempfile
import types
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from toolkit.findings import Severity
from toolkit.migrate.plan.errors import PlanFileError, UnknownPlanError
from toolkit.migrate.plan.values import Plan

T = TypeVar("T")
FORM: Final = 1
_LOOKED_AT: Final = 10
_ID: Final = re.compile(r"[0-9a-f]{4,32}\Z")


def plans_folder(project_dir: Path) -> Path:
    """Where a project's plans are kept."""
    return project_dir / ".neonkit" / "plans"


def save_plan(folder: Path, plan: Plan) -> Path:
    """Write the plan; one of the same id is replaced. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    document = {"form": FORM, "plan": _plain(plan)}
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, ensure_ascii=False, indent=1)
    path = folder / f"{plan.id}.json"
    Path(name).replace(path)
    return path


def read_plan(folder: Path, id_: str) -> Plan:
    """The plan of that id, or of its unambiguous beginning. Raises UnknownPlanError, PlanFileError."""
    found = sorted(folder.glob(f"{id_}*.json")) if _ID.match(id_) else []
    if len(found) != 1:
        raise UnknownPlanError(id_, str(folder))
    path = found[0]
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.get("form") != FORM:
            raise PlanFileError(str(path), "another version of neonkit wrote it")
        plan: Plan = _value(document["plan"], Plan)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PlanFileError(str(path), str(error) or type(error).__name__) from error
    return plan


def newest_plan(folder: Path, current: Collection[str], place: str) -> Plan | None:
    """The plan made last that has not expired, of the database at `place` while it was at `current`.

    Whether it still holds in all that it stands on is for `verify_plan` to say. A file that cannot be read
    is passed over.
    """
    found = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[:_LOOKED_AT]:
        with suppress(UnknownPlanError, PlanFileError):
            plan = read_plan(folder, path.stem)
            fits = plan.database == place and set(plan.current) == set(current)
            if fits and plan.revisions and datetime.now(UTC) < plan.expires:
                return plan
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, Severity):
        return int(value)
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(one) for one in value]
    if dataclasses.is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    return str(value)


@cache
def _fields(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _value(value: Any, kind: Any) -> Any:
    """The plain value as a value of the type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any or origin is Literal:
        return value
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _value(value, next(one for one in arguments if one is not type(None)))
    if origin is tuple:
        return tuple(_value(one, arguments[0]) for one in value)
    if origin is not None:
        return {name: _value(one, arguments[1]) for name, one in value.items()}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        hints = _fields(kind)
        return kind(**{name: _value(one, hints[name]) for name, one in value.items()})
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is Severity:
        return Severity(value)
    return value
