"""Replays as files: the SQL gives the row back, the test is red, the change closes it, the test is green."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from fixtures.isolation import IDENTITY, RULES, World

from toolkit.database import Database
from toolkit.database.driver import open_connection
from toolkit.isolation.probing import probe_database
from toolkit.isolation.replay.errors import FileInTheWayError, NoSuchLeakError
from toolkit.isolation.replay.files import Shown, replays, write

FAULTS = (
    "ALTER POLICY users_select ON users USING (true)",
    f"ALTER POLICY comments_update ON comments USING (true) WITH CHECK (body <> '' OR {IDENTITY} IS NULL)",
    "ALTER POLICY labels_delete ON labels USING (true)",
    "ALTER POLICY labels_insert ON labels WITH CHECK (true)",
    "GRANT TRUNCATE ON comments TO {app}",
    "ALTER TABLE links DROP CONSTRAINT links_label",
    "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels ON DELETE CASCADE",
    "CREATE VIEW door AS SELECT id, title, '100%' AS \"per cent\" FROM notes",
    "GRANT SELECT, DELETE ON door TO {app}",
    "CREATE MATERIALIZED VIEW kept AS SELECT * FROM notes",
    "GRANT SELECT ON kept TO {app}",
    (
        "CREATE FUNCTION told(u int) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER"
        " AS 'SELECT count(*) FROM public.notes WHERE user_id = u'"
    ),
    """CREATE FUNCTION spill() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
    'BEGIN UPDATE labels SET name = name || ''!'' WHERE user_id <> 1; RETURN NEW; END'""",
    "CREATE TRIGGER spill BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION spill()",
)
"""Every kind of leak, in one database."""


def probed(world: World) -> tuple[Shown, ...]:
    return replays(probe_database(Database.at(world.url), RULES, app_role=world.role))


def run_tests(world: World, folder: Path) -> tuple[int, str]:
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:randomly",
            "--no-header",
            ".",
        ],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": world.url.reveal()},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return ran.returncode, ran.stdout


def gives_a_row(world: World, script: str) -> bool:
    """Runs a script as psql would, statement by statement; whether the last answer has a row."""
    rows: Sequence[object] = []
    with closing(open_connection(world.url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        lines = [line for line in script.splitlines() if not line.startswith("--")]
        for statement in "\n".join(lines).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
                if cursor.description is not None:
                    rows = cursor.fetchall()
    return bool(rows)


def test_every_kind_is_red_then_green(world: World, tmp_path: Path) -> None:
    world.run(*FAULTS)
    shown = write(probed(world), tmp_path / "replays")
    kinds = {(each.relation, each.action) for each in shown}
    assert {
        ("public.users", "read"),
        ("public.comments", "update"),
        ("public.comments", "truncate"),
        ("public.labels", "delete"),
        ("public.labels", "insert for another owner"),
        ("public.links", "reference"),
        ("public.notes", "update"),
        ("public.door", "read"),
        ("public.door", "delete"),
        ("public.kept", "read"),
        ("public.told(u integer)", "call"),
    } <= kinds
    for each in shown:
        assert gives_a_row(world, each.sql), each.sql
    code, out = run_tests(world, tmp_path / "replays")
    assert code == 1, out
    assert f"{len(shown)} failed" in out, out
    assert "passed" not in out, out
    closed: set[str] = set()
    for each in shown:
        for statement in set(each.closing) - closed:
            world.run(statement)
        closed |= set(each.closing)
    code, out = run_tests(world, tmp_path / "replays")
    assert code == 0, out
    assert f"{len(shown)} passed" in out, out
    assert probed(world) == ()


def test_a_replay_that_finds_no_row_is_red(world: World, tmp_path: Path) -> None:
    world.run("ALTER POLICY users_select ON users USING (true)")
    write(probed(world), tmp_path)
    world.run("DELETE FROM users WHERE id <> 1")
    code, out = run_tests(world, tmp_path)
    assert code == 1
    assert "probe again" in out


def test_the_ids_stay_and_files_of_others_are_left_alone(world: World, tmp_path: Path) -> None:
    world.run("ALTER POLICY users_select ON users USING (true)")
    database = Database.at(world.url)
    probe = probe_database(database, RULES, app_role=world.role)
    first = replays(probe)
    world.run("DELETE FROM users WHERE id = 3")
    assert [each.id for each in probed(world)] == [each.id for each in first]
    (one,) = replays(probe, first[0].id)
    assert one == first[0]
    with pytest.raises(NoSuchLeakError) as missing:
        replays(probe, "nothing")
    assert first[0].id in (missing.value.hint or "")
    files = write([one], tmp_path)[0].files
    assert [Path(name).exists() for name in files] == [True] * 3
    write([one], tmp_path)
    Path(files[0]).write_text("mine")
    with pytest.raises(FileInTheWayError):
        write([one], tmp_path)
    assert Path(files[0]).read_text() == "mine"
