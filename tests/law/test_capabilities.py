"""docs/capabilities.md names only what there is, and what it promises of the tables holds."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.exc import IntegrityError
from typer.core import TyperGroup
from typer.main import get_command

from toolkit.cli.main import build
from toolkit.database import PoolSettings
from toolkit.demo.models import metadata
from toolkit.models import ModelRegistry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")
SUSPEND_SECONDS = 300
"""After how much idleness a Neon compute falls asleep by default."""


def cells(title: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head."""
    section = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


THERE, NOT_THERE = cells("What there is"), cells("What must not be there")
NAMED = sorted(
    {name for row in [*THERE, *NOT_THERE] for cell in row[2:] for name in re.findall("`([^`]+)`", cell)}
)
WORDS = {"select", "exec", "model_dump", "def", "require"}
"""Words in code spans that name nothing of ours."""


def test_none_is_lost() -> None:
    assert [int(row[0]) for row in THERE] == list(range(1, 61))
    assert [int(row[0]) for row in NOT_THERE] == list(range(1, 36))
    assert all(re.search("`.+`", row[-1]) for row in [*THERE, *NOT_THERE])


@pytest.mark.parametrize("name", [name for name in NAMED if name not in WORDS])
def test_what_is_named_is_there(name: str) -> None:
    if name.startswith("neonkit "):
        command = get_command(build())
        for word in name.split()[1:]:
            assert isinstance(command, TyperGroup)
            command = command.commands[word]
    elif name.startswith("toolkit.") and ":" in name:
        module, _, attribute = name.partition(":")
        found = importlib.import_module(module)
        for part in attribute.split("."):
            declared = getattr(found, "__dataclass_fields__", {}) | getattr(found, "model_fields", {})
            found = declared[part] if part in declared else getattr(found, part)
    else:
        path, _, test = name.partition("::")
        assert (ROOT / path).exists()
        if test:
            tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
            assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_pools_recycle_before_a_compute_suspends() -> None:
    pool = PoolSettings()
    assert 0 < pool.recycle < SUSPEND_SECONDS
    assert pool.pre_ping


def test_a_table_has_one_model() -> None:
    registry = ModelRegistry.of([metadata])
    assert sorted(registry.classes) == sorted(registry.tables)


def test_references_have_the_type_of_their_key() -> None:
    pairs = [
        (element.parent.type, element.column.type) for table in metadata.tables.values()
        for element in (each for key in table.foreign_key_constraints for each in key.elements)
    ]  # fmt: skip
    assert len(pairs) > 4
    assert [pair for pair in pairs if repr(pair[0]) != repr(pair[1])] == []


def test_no_index_begins_another_and_every_reference_has_one() -> None:
    for table in metadata.tables.values():
        indexes = [
            tuple(column.name for column in index.columns)
            for index in table.indexes
            if index.dialect_options["postgresql"]["where"] is None
        ]
        keys = [
            tuple(column.name for column in each.columns)
            for each in table.constraints
            if isinstance(each, UniqueConstraint | PrimaryKeyConstraint)
        ]
        ways = [*indexes, *keys]
        doubled = [(a, b) for a in indexes for b in ways if a is not b and b[: len(a)] == a]
        assert doubled == [], table.name
        for key in table.foreign_key_constraints:
            columns = set(key.column_keys)
            assert any(set(way[: len(columns)]) == columns for way in ways), f"{table.name}: {columns}"
            assert key.ondelete, f"{table.name}: {columns}"


def test_the_database_refuses_a_status_nobody_declared(demo_engine: Engine) -> None:
    with demo_engine.connect() as connection:
        _insert(connection, "todo")
        with pytest.raises(IntegrityError, match="status"):
            _insert(connection, "whatever")


def _insert(connection: Connection, status: str) -> None:
    connection.execute(
        text(
            "WITH u AS (INSERT INTO users (id, email, name)"
            " VALUES (gen_random_uuid(), :s || '@example.org', 'x') RETURNING id)"
            " INSERT INTO tasks (id, user_id, title, status, priority)"
            " SELECT gen_random_uuid(), id, 't', :s, 'low' FROM u"
        ),
        {"s": status},
    )
