"""A title in a border is read as markup where it is a plain string: what carries data is a `Text`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import toolkit.tui

TITLES = ("border_title", "border_subtitle")
FILES = sorted(Path(toolkit.tui.__file__).parent.rglob("*.py"))


def titles(tree: ast.Module) -> Iterator[tuple[int, ast.expr]]:
    """Line and value of every title that is set."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _set(target, node.value)


def _set(target: ast.expr, value: ast.expr) -> Iterator[tuple[int, ast.expr]]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, two in zip(target.elts, value.elts, strict=True):
            yield from _set(one, two)
    elif isinstance(target, ast.Attribute) and target.attr in TITLES:
        yield target.lineno, value


def is_literal(value: ast.expr) -> bool:
    """Whether nothing in a title can be taken for markup."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, str) and "[" not in value.value
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "Text"


def test_no_title_with_data_is_markup() -> None:
    seen = 0
    for file in FILES:
        for line, value in titles(ast.parse(file.read_text("utf-8"))):
            seen += 1
            assert is_literal(value), f"{file.name}:{line} sets a title that is not a Text"
    assert seen > 20


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ('self.border_title = "Log"', True),
        ("self.border_title = Text(name)", True),
        ('self.border_title = "[b]"', False),
        ("self.border_title = name", False),
        ('self.border_title, box.border_subtitle = "a", f"{x}"', False),
    ],
)
def test_the_law_sees_what_breaks_it(line: str, allowed: bool) -> None:
    assert all(is_literal(value) for _, value in titles(ast.parse(line))) is allowed
