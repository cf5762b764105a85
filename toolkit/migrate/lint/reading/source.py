"""A revision's file as a syntax tree: its functions, its calls, where they stand. Nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One revision's file."""

    path: Path
    text: str
    tree: ast.Module

    @classmethod
    def read(cls, path: Path) -> Source | None:
        """The file, or None if it is not Python text that parses."""
        try:
            text = path.read_text(encoding="utf-8")
            return cls.of(text, path)
        except (OSError, UnicodeDecodeError, SyntaxError, ValueError):
            return None

    @classmethod
    def of(cls, text: str, path: Path = Path("revision.py")) -> Source:
        """The text of a file. Raises SyntaxError."""
        return cls(path, text, ast.parse(text))

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The functions at the file's top level."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @property
    def upgrade(self) -> ast.FunctionDef | None:
        """`def upgrade`."""
        return self.functions.get("upgrade")

    @property
    def downgrade(self) -> ast.FunctionDef | None:
        """`def downgrade`."""
        return self.functions.get("downgrade")

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """Every call in the file, in the order of lines."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return tuple(sorted(found, key=lambda call: (call.lineno, call.col_offset)))

    @cached_property
    def upgrade_calls(self) -> tuple[ast.Call, ...]:
        """The calls of `upgrade` and of the functions of the file that it calls."""
        return tuple(call for node in self.reached("upgrade") for call in calls_in(node))

    def reached(self, name: str) -> tuple[ast.FunctionDef, ...]:
        """The function of that name and those of the file that it calls, directly or not."""
        found: dict[str, ast.FunctionDef] = {}
        todo = [name]
        while todo:
            function = self.functions.get(todo.pop())
            if function is None or function.name in found:
                continue
            found[function.name] = function
            todo += [dotted(call.func) for call in calls_in(function)]
        return tuple(found.values())

    @cached_property
    def modules(self) -> tuple[tuple[str, int], ...]:
        """The modules that are imported, with their lines; a relative one begins with a full stop."""
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                found.append(("." * node.level + (node.module or ""), node.lineno))
        return tuple(found)


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """The calls inside a piece of code."""
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))


def dotted(node: ast.AST) -> str:
    """The name of what is called: `op.create_table`; a call in it counts as `()`. Empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    if isinstance(node, ast.Call):
        before = dotted(node.func)
        return f"{before}()" if before else ""
    return ""


def body_of(function: ast.FunctionDef) -> list[ast.stmt]:
    """The statements of a function without its docstring."""
    body = function.body
    first = body[0] if body else None
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return body[1:]
    return body


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """The value of a keyword argument."""
    return next((one.value for one in call.keywords if one.arg == name), None)


def text_of(node: ast.expr | None) -> str | None:
    """The value of a text constant."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None
