"""From an exception while models were loaded to an error that names the module, the class, the field and the
fix.

The place is found in the traceback: the innermost frame that belongs to no library, and the class statement
around its line. Invariant: of a foreign error only the first line is told, with passwords masked.
"""

from __future__ import annotations

import ast
import inspect
import re
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolkit.errors import UsageError
from toolkit.models.loading_errors import BrokenModelError, ModelImportError
from toolkit.models.symptoms import MAPPER_SYMPTOMS, SYMPTOMS

_LIBRARIES: Final = frozenset(
    {"sqlalchemy", "sqlmodel", "pydantic", "pydantic_core", "importlib", "typing", "toolkit"}
)
_FIELD: Final = re.compile(
    r"(?:for|inside) the '(\w+)' attribute|annotation for \"\w+\.(\w+)\"|Column object '(\w+)'"
)
_CREDENTIALS: Final = re.compile(
    r"(://[^:/@\s]*:)[^@\s]+@|((?:password|api_key|token)\s*[=:]\s*)\S+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the user's code it happened, as far as that can be told."""

    path: str | None = None
    line: int | None = None
    model: str | None = None
    field: str | None = None
    annotation: str = ""


def diagnose_import(module: str, error: BaseException) -> UsageError:
    """The error to show for an exception while `module` was imported."""
    place = _place(error)
    message = _first_line(error)
    if place.model is not None:
        for symptom in SYMPTOMS:
            groups = symptom.match(str(error), place.annotation)
            if groups is not None:
                field = groups.pop("field", "") or place.field
                words = {
                    "other": "",
                    **groups,
                    "field": field or "",
                    "annotation": place.annotation or "its own",
                }
                return BrokenModelError(
                    module=module,
                    model=place.model,
                    field=place.field,
                    problem=_fill(symptom.problem, words),
                    fix=_fill(symptom.fix, words),
                    path=place.path,
                    line=place.line,
                )
    return ModelImportError(
        module=module,
        problem=f"{type(error).__name__}: {message}" if message else type(error).__name__,
        path=place.path,
        line=place.line,
        fix=_import_fix(error),
    )


def diagnose_mappers(error: Exception, classes: Iterable[type[Any]]) -> BrokenModelError | None:
    """The error to show for an exception while relationships were resolved; None if it is no known one."""
    for symptom in MAPPER_SYMPTOMS:
        groups = symptom.match(str(error), "")
        if groups is None:
            continue
        model = groups["model"]
        found = next((each for each in classes if each.__name__ == model), None)
        field = groups.get("field") or None
        place = _source(found, field)
        return BrokenModelError(
            module=found.__module__ if found else "the models",
            model=model,
            field=field,
            problem=_fill(symptom.problem, groups),
            fix=_fill(symptom.fix, groups),
            path=place.path,
            line=place.line,
        )
    return None


def _fill(text: str, groups: dict[str, str]) -> str:
    return text.format(**groups)


def _first_line(error: BaseException) -> str:
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    lines = said.strip().splitlines() or [""]
    return _CREDENTIALS.sub(
        lambda found: f"{found[1] or found[2]}***{'@' if found[1] else ''}", lines[0][:300]
    ).rstrip(".")


def _import_fix(error: BaseException) -> str | None:
    if isinstance(error, ModuleNotFoundError):
        return f"install {error.name}, or start in the folder that holds it (also searched: src/)"
    if isinstance(error, ImportError) and "circular import" in str(error):
        return "two modules import each other: import the other model inside `if TYPE_CHECKING:`"
    if isinstance(error, SyntaxError):
        return "correct the line; nothing of the module was loaded"
    if isinstance(error, SystemExit):
        return (
            "a module with models must not end the program; put its start under `if __name__ == '__main__':`"
        )
    return None


def _place(error: BaseException) -> _Place:
    if isinstance(error, SyntaxError):
        return _Place(error.filename, error.lineno)
    frames = list(traceback.walk_tb(error.__traceback__))
    own = [(frame, line) for frame, line in frames if not _is_library(frame.f_globals.get("__name__", ""))]
    if not own:
        return _Place()
    frame, line = own[-1]
    path = frame.f_code.co_filename
    in_progress = next((_field_in_progress(each.f_locals) for each, _ in frames if _makes_class(each)), None)
    return _in_source(path, line, in_progress or _field_in_message(str(error)))


def _is_library(module: str) -> bool:
    return module.partition(".")[0] in _LIBRARIES or module.startswith("_frozen")


def _makes_class(frame: Any) -> bool:
    return frame.f_code.co_name == "__new__" and "new_cls" in frame.f_locals and "k" in frame.f_locals


def _field_in_progress(local: dict[str, Any]) -> str | None:
    """The field SQLModel was making a column of: its loop variable."""
    return local["k"] if isinstance(local["k"], str) else None


def _field_in_message(message: str) -> str | None:
    """The field that SQLAlchemy names in its message."""
    found = _FIELD.search(message)
    return found[found.lastindex or 0] if found else None


def _in_source(path: str, line: int, field: str | None) -> _Place:
    """The class around a line, and the field on it."""
    try:
        tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return _Place(path, line, None, field)
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and _first_line_of(node) <= line <= (node.end_lineno or 0)
    ]
    if not around:
        return _Place(path, line, None, field)
    model = max(around, key=lambda node: node.lineno)
    for node in model.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            on_line = node.lineno <= line <= (node.end_lineno or 0)
            if node.target.id == field or (field is None and on_line):
                return _Place(path, node.lineno, model.name, node.target.id, ast.unparse(node.annotation))
    return _Place(path, line, model.name, field)


def _first_line_of(node: ast.ClassDef) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _source(model: type[Any] | None, field: str | None) -> _Place:
    """Where a class, or a field of it, is written."""
    try:
        path, line = inspect.getsourcefile(model or object), inspect.getsourcelines(model or object)[1]
    except (OSError, TypeError):
        return _Place()
    return _in_source(path, line, field) if path else _Place()
