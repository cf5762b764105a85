"""A fix written into a revision's file: the operations of a finding instead of the call that it is about.

Pure: text in, text out. Everything else in the file stays as it is, to the letter.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Sequence


def rewritten(text: str, line: int, operations: Sequence[str]) -> str | None:
    """The file with `operations` instead of the call that stands at `line` of its `upgrade`.

    None where no rewriting is safe: the file does not parse, the line is not in `upgrade`, or what stands
    there is more than one call whose value nobody uses.
    """
    try:
        tree = ast.parse(text)
        wanted = ast.parse("\n".join(operations)).body
    except SyntaxError:
        return None
    call = _call_at(tree, line)
    if call is None or not wanted or call.end_lineno is None:
        return None
    lines = text.splitlines(keepends=True)
    if _shares_a_line(lines, call):
        return None
    indent = " " * call.col_offset
    block = "\n".join(textwrap.indent(operation, indent) for operation in operations)
    end = "\n" if lines[call.end_lineno - 1].endswith("\n") else ""
    return "".join([*lines[: call.lineno - 1], block + end, *lines[call.end_lineno :]])


def _call_at(tree: ast.Module, line: int) -> ast.Expr | None:
    """The innermost statement around the line, if it is a call alone."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    found = [
        node
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    innermost = max(found, key=lambda node: (node.lineno, node.col_offset), default=None)
    alone = isinstance(innermost, ast.Expr) and isinstance(innermost.value, ast.Call)
    return innermost if alone and isinstance(innermost, ast.Expr) else None


def _shares_a_line(lines: Sequence[str], call: ast.Expr) -> bool:
    """Whether something else stands before or behind it on its lines."""
    before = lines[call.lineno - 1].encode()[: call.col_offset]
    behind = lines[(call.end_lineno or 1) - 1].encode()[call.end_col_offset :]
    return bool(before.strip()) or bool(behind.strip())
