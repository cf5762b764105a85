"""A project's `env.py` as a syntax tree, for what only its order of calls tells. Nothing is executed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.migrate.lint.reading.source import Source, calls_in, dotted


@dataclass(frozen=True)
class EnvironmentFile:
    """One `env.py`."""

    source: Source

    @classmethod
    def read(cls, path: Path) -> EnvironmentFile | None:
        """The file, or None if it does not parse or is not there."""
        source = Source.read(path)
        return None if source is None else cls(source)

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.source.path

    @cached_property
    def before_configure(self) -> tuple[ast.Call, ...]:
        """The calls that come before `context.configure(...)` in the functions that configure a
        connection.
        """
        found: list[ast.Call] = []
        for function in ast.walk(self.source.tree):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            calls = sorted(calls_in(function), key=lambda call: (call.lineno, call.col_offset))
            places = [at for at, call in enumerate(calls) if _configures_a_connection(call)]
            if places:
                found += calls[: places[0]]
        return tuple(found)

    def configures_with(self, name: str) -> bool:
        """Whether `context.configure` is given the keyword."""
        return any(
            any(one.arg == name or one.arg is None for one in call.keywords)
            for call in self.source.calls
            if dotted(call.func).endswith("context.configure")
        )


def _configures_a_connection(call: ast.Call) -> bool:
    named = dotted(call.func)
    given = {one.arg for one in call.keywords}
    return named.endswith("context.configure") and ("connection" in given or bool(call.args))
