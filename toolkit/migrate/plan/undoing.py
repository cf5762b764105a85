"""Whether a revision has a way back, as far as its file and its losses tell; only a rehearsal proves it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

from toolkit.migrate.plan.values import Loss, Undo


def undo_of(path: Path, losses: Sequence[Loss], *, does_something: bool) -> Undo:
    """What the file's `downgrade` and the losses of its statements say."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, SyntaxError, ValueError):
        return Undo("unknown", "the file could not be read")
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "downgrade"]
    if not found:
        return Undo("no", "it has no downgrade")
    body = [node for node in found[0].body if not _is_text(node)]
    if body and isinstance(body[0], ast.Raise):
        return Undo("no", "its downgrade raises")
    if all(isinstance(node, ast.Pass) for node in body):
        if does_something:
            return Undo("no", "its downgrade does nothing")
        return Undo("yes", "there is nothing to undo")
    if losses:
        return Undo("schema only", "its downgrade brings no rows back")
    return Undo("yes", "it has a downgrade; `neonkit rehearse` tries it")


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
