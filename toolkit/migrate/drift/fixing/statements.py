"""Statements of a revision: run, made harmless where their change is made already, and written as Python."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import make_url, text

from toolkit.schema.ddl.alter import Step

DONE_ALREADY: Final = {
    "42P07": "duplicate_table",
    "42710": "duplicate_object",
    "42701": "duplicate_column",
    "42723": "duplicate_function",
    "42P06": "duplicate_schema",
    "42P16": "invalid_table_definition",
    "42P01": "undefined_table",
    "42703": "undefined_column",
    "42704": "undefined_object",
    "42883": "undefined_function",
    "3F000": "invalid_schema_name",
    "55000": "object_not_in_prerequisite_state",
}
"""What the server answers to a change that is made already, and PL/pgSQL's name for it."""

_BIND: Final = re.compile(r"(?<![:\w\\]):(?=\w+(?![:\w]))")
_ESCAPED_BIND: Final = re.compile(r"\\(?=:\w*(?![:\w]))")
"""As `sqlalchemy.sql.compiler` reads them."""
_NEW_LABEL: Final = re.compile(r"(ALTER TYPE .+? ADD VALUE )(?='|E')", re.DOTALL)
_DIALECT: Final = make_url("postgresql+psycopg2://").get_dialect()()
FUNCTIONS_LATER: Final = "SET LOCAL check_function_bodies = off"
_ROUTINE: Final = re.compile(r"CREATE (OR REPLACE )?(FUNCTION|PROCEDURE)\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """A step of the revision."""

    step: Step
    guard: str | None = None
    """PL/pgSQL's name of what the server answers where it is done already."""

    @property
    def sql(self) -> str:
        """The statement as it is run and written."""
        if self.guard is None:
            return self.step.sql
        if _NEW_LABEL.match(self.step.sql):
            return _NEW_LABEL.sub(r"\1IF NOT EXISTS ", self.step.sql, count=1)
        tag = "$neonkit$"
        while tag in self.step.sql:
            tag = f"{tag[:-1]}_$"
        body = f"BEGIN\n  {self.step.sql};\nEXCEPTION WHEN {self.guard} THEN NULL;\nEND"
        return f"DO {tag}\n{body}\n{tag}"


def as_python(statements: tuple[Statement, ...]) -> tuple[str, ...]:
    """The lines of a revision that run the statements. Offline, they are written into the script."""
    lines: list[str] = []
    if any(_ROUTINE.match(each.step.sql) for each in statements):
        lines.append(f"op.execute({FUNCTIONS_LATER!r})")
    for each in statements:
        call = f"op.execute({_literal(escaped(each.sql))})"
        if each.step.commit_after:
            # The server lets nobody use a new label before it is committed.
            inner = textwrap.indent(call, "    ")
            call = f"with op.get_context().autocommit_block():\n{inner}"
        lines.append(call)
    return tuple(lines)


def escaped(sql: str) -> str:
    """The SQL as `op.execute` takes it: there a colon before a word begins a parameter."""
    found = _BIND.sub(r"\:", _ESCAPED_BIND.sub(r"\\\\", sql))
    read = _compiled(found)
    if read != sql:
        raise ValueError(f"SQLAlchemy cannot be told this text: {sql}")
    return found


def _compiled(written: str) -> str:
    compiled: Any = text(written).compile(dialect=_DIALECT)
    return str(compiled).replace("%%", "%")


def _literal(sql: str) -> str:
    """A Python literal; of several lines, one for each."""
    lines = sql.splitlines(keepends=True)
    if len(lines) == 1:
        return repr(sql)
    return "\n".join(["", *(f"    {line!r}" for line in lines), ""])
