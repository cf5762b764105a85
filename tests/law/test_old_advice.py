"""Advice that was once usual and is wrong by now: none of it is in the package or in the migrations.

Each rule looks at the syntax tree, and comes with a line that it must find.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*(ROOT / "toolkit").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")])

Rule = Callable[[ast.AST], bool]


def called(node: ast.AST, *names: str) -> bool:
    """A call of a function or method with one of the names."""
    return isinstance(node, ast.Call) and _last(node.func) in names


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def asks_legacy_query(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "query"
        and "session" in _last(node.func.value).lower()
    )


def dumps_by_dict(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "dict"


def counts_in_python(node: ast.AST) -> bool:
    return called(node, "len") and any(called(argument, "all") for argument in getattr(node, "args", []))


def configures_by_class(node: ast.AST) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        isinstance(each, ast.ClassDef) and each.name == "Config" for each in node.body
    )


def annotates_the_old_way(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and _last(node.value) in {"Optional", "List", "Dict"}


def overrides_the_users_tls(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg == "connect_args" and "sslmode" in ast.dump(node.value)


def puts_the_url_into_the_ini(node: ast.AST) -> bool:
    return called(node, "set_main_option") and "sqlalchemy.url" in ast.dump(node)


def is_made_on_import(node: ast.AST) -> bool:
    makers = ("create_engine", "make_engine", "create_async_engine", "Session", "sessionmaker", "Settings")
    return isinstance(node, ast.Module) and any(
        isinstance(each, ast.Assign | ast.AnnAssign)
        and each.value is not None
        and called(each.value, *makers)
        for each in node.body
    )


def blocks_an_event_loop(node: ast.AST) -> bool:
    return isinstance(node, ast.AsyncFunctionDef) and any(
        called(decorator, "get", "post", "put", "patch", "delete") for decorator in node.decorator_list
    )


RULES: dict[str, tuple[Rule, str]] = {
    "naive clock": (lambda node: _last(node) in {"utcnow", "utcfromtimestamp"}, "f(datetime.utcnow)"),
    "dict()": (dumps_by_dict, "task.dict()"),
    "session.query": (asks_legacy_query, "session.query(Task)"),
    "create_all": (lambda node: called(node, "create_all"), "SQLModel.metadata.create_all(engine)"),
    "class Config": (configures_by_class, "class S(BaseSettings):\n    class Config:\n        pass"),
    "Optional, List": (annotates_the_old_way, "x: Optional[int] = None"),
    "counting by loading": (counts_in_python, "len(session.exec(query).all())"),
    "sslmode in connect_args": (
        overrides_the_users_tls,
        "create_engine(u, connect_args={'sslmode': 'require'})",
    ),
    "a URL in the ini": (puts_the_url_into_the_ini, "config.set_main_option('sqlalchemy.url', url)"),
    "a global engine or session": (is_made_on_import, "engine = create_engine(url)"),
    "async routes on sync sessions": (blocks_an_event_loop, "@router.get('/')\nasync def tasks(): pass"),
}

ELSEWHERE = {
    # Models and migrations are compared in databases that are thrown away; no application meets them.
    "create_all": ("toolkit/migrate/drift/",),
}


@pytest.mark.parametrize("name", RULES)
def test_no_old_advice_is_followed(name: str) -> None:
    rule, sample = RULES[name]
    assert any(rule(node) for node in ast.walk(ast.parse(sample))), "the rule finds nothing at all"
    found = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if rule(node)
    ]
    found = [place for place in found if not place.startswith(ELSEWHERE.get(name, ()))]
    assert found == []


def test_much_was_looked_at() -> None:
    assert len(SOURCES) > 200
