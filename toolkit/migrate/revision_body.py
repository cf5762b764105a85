"""What a new revision is told to do: lines of Python for its two functions, and whether they got there."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.script import Script


@dataclass(frozen=True, slots=True)
class RevisionBody:
    """Operations as Python over `op` and `sa`; lines of comment may stand between them."""

    upgrade: tuple[str, ...]
    downgrade: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    """Beside `op` and `sa`, which every template imports."""

    @property
    def template_args(self) -> dict[str, str]:
        """What a template is given for the bodies of its two functions."""
        found = {"upgrades": _body(self.upgrade), "downgrades": _body(self.downgrade)}
        return found | ({"imports": "\n".join(self.imports)} if self.imports else {})

    def complaint(self, script: Script) -> str | None:
        """Why the loaded file does not do what it was told; None if it does."""
        tree = ast.parse(Path(script.path).read_bytes())
        wanted = {"upgrade": self.upgrade, "downgrade": self.downgrade}
        functions = {node.name: node.body for node in tree.body if isinstance(node, ast.FunctionDef)}
        for name, lines in wanted.items():
            told = ast.parse("\n".join(lines)).body
            found = [node for node in functions.get(name, []) if not _says_nothing(node)]
            if _dumped(found) != _dumped(told):
                return f"it has no place in {name}() for what the revision is told to do"
        used = {node.id for lines in wanted.values() for node in _names(lines)} & {"op", "sa"}
        missing = sorted(name for name in used if not hasattr(script.module, name))
        return f"it does not import {' and '.join(missing)}" if missing else None


def _body(lines: Sequence[str]) -> str:
    # A function of nothing but comments is no Python.
    whole = [*lines] if ast.parse("\n".join(lines)).body else [*lines, "pass"]
    return "\n".join(f"    {part}" for line in whole for part in line.splitlines()).removeprefix("    ")


def _names(lines: Sequence[str]) -> list[ast.Name]:
    return [node for node in ast.walk(ast.parse("\n".join(lines))) if isinstance(node, ast.Name)]


def _says_nothing(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _dumped(nodes: Sequence[ast.stmt]) -> list[str]:
    return [ast.dump(node) for node in nodes]
