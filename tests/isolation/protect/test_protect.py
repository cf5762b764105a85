"""What the compiler proposes for single faults, what it refuses, and what it leaves to a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit
from fixtures.isolation import IDENTITY, RULES, World

from toolkit.database import Database
from toolkit.isolation import Verdict
from toolkit.isolation.errors import BadIdentitySettingError
from toolkit.isolation.protect import (
    BadIdentityFunctionError,
    DoesNotApplyError,
    ExemptRoleError,
    NoApplicationRoleError,
    Protected,
    protect,
    script,
)
from toolkit.sql.classify import Role
from toolkit.sql.locks.modes import Blocked
from toolkit.sql.locks.verdict import Answer, verdict
from toolkit.sql.parse import parse_script


def protected(world: World, *, prove: bool = True, **how: str) -> Protected:
    return protect(Database.at(world.url), RULES, app_role=world.role, prove=prove, **how)  # type: ignore[arg-type]  # strings


def told(found: Protected) -> list[tuple[str, str]]:
    return [(step.subject, step.does) for step in found.protection.steps]


def leaks(found: Protected) -> tuple[int, int]:
    assert found.before is not None
    assert found.after is not None
    return len(found.before.leaks), len(found.after.leaks)


def test_a_right_database_misses_nothing_but_speed(world: World) -> None:
    found = protected(world)
    assert told(found) == [
        ("public.links", "index on (user_id)"),
        ("public.notes", "index on (user_id)"),
    ]
    assert leaks(found) == (0, 0)


WIDE = ("notes_select", "notes_update", "more")
GOES = "goes, for it lets others through"
FAULTS = {
    "ALTER TABLE comments DISABLE ROW LEVEL SECURITY": ("public.comments", "enable row security"),
    "ALTER TABLE users NO FORCE ROW LEVEL SECURITY": ("public.users", "force row security"),
    "ALTER POLICY notes_select ON notes USING (true)": (
        "public.notes",
        "policies for select, update; " + "; ".join(f"policy {name} {GOES}" for name in WIDE),
    ),
    f"ALTER POLICY notes_update ON notes USING (user_id = {IDENTITY}) WITH CHECK (true)": None,
    "CREATE POLICY more ON notes FOR DELETE USING (title <> '')": None,
    "GRANT TRUNCATE ON labels TO PUBLIC": ("public.labels", "nobody but its owner keeps TRUNCATE"),
}


def test_single_faults_are_mended_and_nothing_else(world: World) -> None:
    world.run(*FAULTS)
    found = protected(world)
    wanted = {each for each in FAULTS.values() if each is not None}
    assert {each for each in told(found) if not each[1].startswith("index")} == wanted
    before, after = leaks(found)
    assert (before > 5, after) == (True, 0)


def test_a_reference_past_its_owner_gets_a_key(world: World) -> None:
    world.run(
        "ALTER TABLE links DROP CONSTRAINT links_label",
        "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
    )
    found = protected(world)
    assert ("public.links", "(label_id, user_id) refers to public.labels with the owner") in told(found)
    assert found.after is not None
    references = [cell for cell in found.after.cells if cell.verb.value == "references"]
    assert {cell.verdict for cell in references} <= {Verdict.PROVEN, Verdict.HELD}
    world.run("INSERT INTO links SELECT min(n.id), max(l.id), 1 FROM notes AS n, labels AS l"
              " WHERE n.user_id = 1 AND l.user_id = 2")  # fmt: skip
    with pytest.raises(DoesNotApplyError, match="VALIDATE CONSTRAINT"):
        protected(world)


def test_a_view_and_privileges_to_come(world: World) -> None:
    world.run(
        "CREATE VIEW titles AS SELECT title FROM notes",
        "GRANT SELECT ON titles TO {app}",
        "CREATE MATERIALIZED VIEW stored AS SELECT title FROM notes",
        "GRANT SELECT ON stored TO {app}",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {app}",
    )
    found = protected(world, prove=False)
    assert ("public.titles", "the view reads as the user who asks") in told(found)
    assert ("every schema", "tables that neonkit will make are closed at first") in told(found)
    assert [each.subject for each in found.protection.left_open] == ["public.stored"]


def test_a_function_that_names_the_user(world: World) -> None:
    """Existing policies that ask it stay; ours ask it when told to."""
    world.run(
        "CREATE SCHEMA auth",
        "CREATE FUNCTION auth.user_id() RETURNS text STABLE LANGUAGE sql"
        " AS $$SELECT nullif(current_setting('app.user_id', true), '')$$",
        "GRANT USAGE ON SCHEMA auth TO {app}",
        "ALTER POLICY notes_select ON notes USING (user_id = (SELECT auth.user_id()::int))",
    )
    assert [each for each in told(protected(world)) if not each[1].startswith("index")] == []
    world.run("DROP POLICY notes_select ON notes", "ALTER TABLE notes DISABLE ROW LEVEL SECURITY")
    found = protected(world, identity_function="auth.user_id()")
    assert "notes.user_id = (SELECT auth.user_id()::integer)" in script(found.protection)
    assert "current_setting" not in script(found.protection)
    assert leaks(found)[1] == 0


def test_each_statement_that_makes_others_wait_is_short(world: World) -> None:
    """By the measured lock matrix: what works through a table's rows lets others read and write it."""
    world.run(
        *(f"DROP POLICY notes_{verb} ON notes" for verb in ("select", "insert", "update", "delete")),
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE links DROP CONSTRAINT links_label",
        "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
    )
    steps = protected(world, prove=False).protection.steps
    assert len(steps) >= 6
    for statement in (each for step in steps for sql in step.sql for each in parse_script(sql)):
        for part in verdict(statement, 18).parts:
            assert part.known, statement.text
            busy = Answer.NO not in (part.scans, part.rewrites) or part.builds_index is Answer.YES
            mode = max((lock.mode for lock in part.locks if lock.role is Role.TABLE), default=None)
            if busy and mode is not None:
                assert not mode.blocks & {Blocked.READS, Blocked.WRITES}, statement.text


def test_what_is_refused(world: World) -> None:
    database = Database.at(world.url)
    with pytest.raises(ExemptRoleError, match="neonkit is a superuser"):
        protect(database, RULES, app_role="neonkit")
    with pytest.raises(BadIdentitySettingError):
        protected(world, identity_setting="user")
    with pytest.raises(BadIdentityFunctionError):
        protected(world, identity_function="auth.user_id('x')")
    world.run(*(f"DROP POLICY {t}_{v} ON {t}" for t in ("users", "notes", "comments", "labels", "links")
                for v in ("select", "insert", "update", "delete")))  # fmt: skip
    with pytest.raises(NoApplicationRoleError, match="no policy names one"):
        protect(database, RULES)


def test_a_second_try_after_a_failure(world: World) -> None:
    """What commits by itself can be run again as it is."""
    world.run(
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY", "ALTER POLICY notes_select ON notes USING (true)"
    )
    steps = protected(world, prove=False).protection.steps
    again = [step for step in steps if step.stage.commits_each and "index" not in step.does]
    assert again
    for _ in range(2):
        world.run(*(sql for step in again for sql in step.sql))
    assert [each for each in told(protected(world)) if not each[1].startswith("index")] == []


def test_the_command(neonkit: Neonkit, world: World) -> None:
    env = {"DATABASE_URL": world.url.reveal_plain()}
    world.run("ALTER TABLE notes DISABLE ROW LEVEL SECURITY")
    shown = neonkit("isolation", "protect", env=env)
    assert shown.code == 5, shown.err
    assert "LEAK -> HELD" in shown.out
    assert "public.notes: enable row security" in shown.out
    printed = neonkit("isolation", "protect", "--sql", env=env)
    assert (printed.code, printed.out.splitlines()[0]) == (0, "\\set ON_ERROR_STOP on")
    plain = re.sub(r"^(\\|--).*\n", "", printed.out, flags=re.MULTILINE)
    world.run(*(each.text for each in parse_script(plain) if "CONCURRENTLY" not in each.text))
    assert [each for each in told(protected(world, prove=False)) if not each[1].startswith("index")] == []


def test_what_would_still_leak_is_not_written(neonkit: Neonkit, world: World) -> None:
    world.run("CREATE MATERIALIZED VIEW stored AS SELECT * FROM notes", "GRANT SELECT ON stored TO {app}")
    ran = neonkit("isolation", "protect", "--write-revision", env={"DATABASE_URL": world.url.reveal_plain()})
    assert (ran.code, ran.out) == (6, "")
    assert "error[E694]: With all of it applied there would still be a leak: read of public.stored" in ran.err


def test_production_is_not_locked_unasked(neonkit: Neonkit, world: World, folder: Path) -> None:
    (folder / "pyproject.toml").write_text('[tool.neonkit]\nenvironment = "production"\n', encoding="utf-8")
    world.run("ALTER TABLE notes DISABLE ROW LEVEL SECURITY")
    env = {"DATABASE_URL": world.url.reveal_plain()}
    asked = neonkit("isolation", "protect", "--proof", env=env)
    assert (asked.code, asked.out) == (6, "")
    assert str(world.url.database) in asked.err
