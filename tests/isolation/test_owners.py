"""The tree of owners: every table is in it once, or named as one without a known owner."""

from __future__ import annotations

from fixtures.isolation import RULES, World

from toolkit.cli.isolation_owners import owners_text
from toolkit.database import Database
from toolkit.isolation import OwnedNode, owners_of_database


def flat(nodes: tuple[OwnedNode, ...]) -> list[str]:
    return [name for node in nodes for name in (node.table, *flat(node.children))]


def test_every_table_once(world: World) -> None:
    found = owners_of_database(Database.at(world.url), RULES)
    assert sorted(flat(found.tree)) == [
        f"public.{name}" for name in ("comments", "labels", "links", "notes", "users")
    ]
    (users,) = found.tree
    assert (users.table, users.kind, users.path) == ("public.users", "root", "id")
    notes = next(node for node in users.children if node.table == "public.notes")
    assert [(node.table, node.path) for node in notes.children] == [("public.comments", "note_id.user_id")]


def test_as_text(world: World) -> None:
    world.run("CREATE TABLE stray (id int)")
    lines = owners_text(owners_of_database(Database.at(world.url), RULES)).splitlines()
    assert lines[0] == "public.users  root: id, declared"
    assert "    public.comments  path: note_id.user_id" in lines
    assert any(line.startswith("public.stray  unclassified: ") for line in lines)
    assert lines[-1] == "5 owned, 0 shared, 1 unclassified"


def test_a_table_without_owner_is_a_finding(world: World) -> None:
    world.run("CREATE TABLE stray (id int)")
    found = owners_of_database(Database.at(world.url), RULES)
    assert set(found.unclassified) == {"public.stray"}
    assert {finding.rule for finding in found.audit.findings} >= {"ownership.unclassified"}
