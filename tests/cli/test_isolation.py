"""`neonkit isolation`, run as a shell runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.command_line import Neonkit, Ran
from fixtures.isolation import World


@pytest.fixture
def declared(folder: Path) -> Path:
    """A project that declares its owners."""
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "mine"\nversion = "1"\n'
        '[tool.neonkit.isolation]\nowner_root = "users"\nowner_columns = ["user_id"]\n'
    )
    return folder


def run(neonkit: Neonkit, world: World, *arguments: str) -> Ran:
    return neonkit("isolation", *arguments, env={"DATABASE_URL": world.url.reveal_plain()})


def test_a_right_database_passes(neonkit: Neonkit, declared: Path, world: World) -> None:
    ran = run(neonkit, world)
    assert ran.code == 0, ran.err
    first, *_, last = ran.out.splitlines()
    assert first == f"Role {world.role} obeys policies."
    assert last == "1 PROVEN, 24 HELD, 0 CONDITIONAL, 0 LEAK, 0 UNKNOWN"
    assert "public.links" in ran.out
    assert run(neonkit, world, "audit", "--fail-on", "unknown").code == 0


def test_a_leak_is_exit_7(neonkit: Neonkit, declared: Path, world: World) -> None:
    world.run("ALTER POLICY notes_select ON notes USING (true)")
    ran = run(neonkit, world, "audit", "--json")
    assert ran.code == 7
    assert ran.json["totals"]["LEAK"] == 1
    (cell,) = [cell for cell in ran.json["report"]["cells"] if cell["verdict"] == "LEAK"]
    assert (cell["table"], cell["verb"]) == ("public.notes", "read")
    assert cell["evidence"]["keys"] == ["(4)", "(5)", "(6)"]
    text = run(neonkit, world)
    assert text.code == 7
    assert "LEAK public.notes (read): rows of others were reached" in text.out


def test_the_layers_behind_each_cell(neonkit: Neonkit, declared: Path, world: World) -> None:
    ran = run(neonkit, world, "audit", "--verbose")
    assert "public.links (references): PROVEN" in ran.out
    assert "  graph  PROVEN  every reference carries the owner in a valid key" in ran.out
    assert "  policy  HELD  every policy binds each row to the acting user" in ran.out


def test_an_unknown_fails_only_when_asked(neonkit: Neonkit, declared: Path, world: World) -> None:
    world.run("DELETE FROM comments")
    assert run(neonkit, world).code == 0
    ran = run(neonkit, world, "audit", "--fail-on", "unknown")
    assert ran.code == 5
    assert "UNKNOWN public.comments" in ran.out


def test_a_table_that_nobody_classified_is_no_pass(neonkit: Neonkit, declared: Path, world: World) -> None:
    world.run("CREATE TABLE stray (id int)")
    ran = run(neonkit, world)
    assert ran.code == 5
    assert "UNKNOWN public.stray (read, insert, update, delete, references): " in ran.out


def test_a_view_around_the_policies_is_no_pass(neonkit: Neonkit, declared: Path, world: World) -> None:
    world.run("CREATE VIEW all_notes AS SELECT * FROM notes", f"GRANT SELECT ON all_notes TO {world.role}")
    ran = run(neonkit, world)
    assert ran.code == 7
    assert "public.all_notes (view)  LEAK" in ran.out
    assert "LEAK public.all_notes (read): it reads public.notes as neonkit, past every policy" in ran.out


def test_a_role_that_ignores_policies_comes_first(neonkit: Neonkit, declared: Path, world: World) -> None:
    ran = run(neonkit, world, "audit", "--app-role", "neonkit")
    assert ran.code == 7
    assert ran.out.splitlines()[0].startswith("Role neonkit ignores every policy")


def test_a_role_that_is_not_there(neonkit: Neonkit, declared: Path, world: World) -> None:
    ran = run(neonkit, world, "audit", "--app-role", "ghost")
    assert (ran.code, ran.out) == (2, "")
    assert "error[E190]: There is no role ghost" in ran.err


def test_the_password_is_never_shown(neonkit: Neonkit, declared: Path, world: World) -> None:
    ran = run(neonkit, world, "audit", "--json", "--verbose")
    assert world.url.password is not None
    assert world.url.password.reveal() not in ran.out + ran.err
