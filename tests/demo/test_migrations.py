"""The history: it leads to the models, and every step of it can be taken back and taken again, with data."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from fixtures.demo import APP_ROLE, ROOT
from sqlalchemy import Connection, Engine, text

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.embedded import find_binaries
from toolkit.demo.models import metadata
from toolkit.migrate import AlembicProject, downgrade, upgrade, upgrade_sql
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.objects import Enum, Table

FILES = sorted((ROOT / "migrations" / "versions").glob("*.py"))
REVISIONS = [re.findall(r'^revision: str = "(\w+)"$', path.read_text(), re.MULTILINE)[0] for path in FILES]
LIST_INDEXES = "0e6f3b82d9c7"
"""The revision that builds the indexes of task lists."""

OLD_ROWS = """
INSERT INTO users (id, email, name) VALUES
  ('00000000-0000-0000-0000-00000000000a', 'ann@example.org', 'Ann'),
  ('00000000-0000-0000-0000-00000000000b', 'bob@example.org', 'Bob');
INSERT INTO tasks (user_id, title, status, completed_at, updated_at)
SELECT ('00000000-0000-0000-0000-00000000000' || CASE n % 2 WHEN 0 THEN 'a' ELSE 'b' END)::uuid, 'task ' || n,
       (ARRAY['todo', 'doing', 'done', 'completed', 'in_progress'])[1 + n % 5],
       CASE WHEN n % 7 = 0 THEN timestamptz '2025-01-01 12:00+00' END, timestamptz '2025-02-02 12:00+00'
FROM generate_series(1, 2500) AS n;
"""
OLD_LINKS = """
INSERT INTO tags (user_id, name) SELECT id, 'work' FROM users;
INSERT INTO task_tag_links (task_id, tag_id)
SELECT task.id, tag.id FROM tasks AS task JOIN tags AS tag USING (user_id);
INSERT INTO task_tag_links (task_id, tag_id)  -- one user's tag on another's task
SELECT task.id, tag.id FROM tasks AS task JOIN tags AS tag ON tag.user_id <> task.user_id LIMIT 3;
"""


def rows(connection: Connection, sql: str) -> list[Any]:
    return [tuple(row) for row in connection.execute(text(sql))]


def snapshot(database: Database) -> Snapshot:
    with database.connect(Job.INSPECT) as connection:
        return read_snapshot(connection)


def structure(found: Snapshot) -> dict[str, object]:
    """Tables with their columns, constraints and indexes; what metadata cannot say is left out."""
    tables: dict[str, object] = {}
    for table in found.own(Table):
        if table.name == "alembic_version":
            continue
        parts = found.parts(table.qualified)
        things = (*parts.columns, *parts.constraints, *parts.indexes)
        tables[table.name] = {str(thing.key): thing for thing in things}
    return {**tables, "enums": {enum.name: enum.labels for enum in found.own(Enum)}}


@pytest.fixture
def database(database_url: DatabaseUrl) -> Iterator[Database]:
    database = Database.at(database_url)
    yield database
    database.dispose()


def test_the_history_is_long_enough_and_in_order() -> None:
    assert len(FILES) >= 8
    downs = [re.findall(r"^down_revision.* = (.*)$", path.read_text(), re.MULTILINE)[0] for path in FILES]
    assert downs == ["None", *(f'"{revision}"' for revision in REVISIONS[:-1])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[9:])
def test_a_revision_depends_on_no_code_of_the_application(path: Path) -> None:
    content = path.read_text()
    assert not re.search(r"^\s*(import|from) (toolkit|sqlmodel)", content, re.MULTILINE)
    assert "sqlmodel" not in content
    assert not re.search(r"_constraint\(\s*None", content)


def test_it_leads_to_the_models(demo_head_url: DatabaseUrl, database: Database, engine: Engine) -> None:
    metadata.create_all(engine)
    by_models, by_history = structure(snapshot(database)), structure(snapshot(Database.at(demo_head_url)))
    assert by_history == by_models


def test_alembic_itself_upgrades(
    demo_head_url: DatabaseUrl, database: Database, database_url: DatabaseUrl
) -> None:
    """The plain command, with a `%` in the URL, which the ini file's interpolation would choke on."""
    url = f"{database_url.reveal_plain()}?application_name=50%25"
    ran = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={"PATH": "", "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.count("Running upgrade") == len(REVISIONS)
    assert snapshot(database).hash == snapshot(Database.at(demo_head_url)).hash


def test_alembic_finds_nothing_to_do(demo_head_url: DatabaseUrl) -> None:
    with Database.at(demo_head_url).connect(Job.INSPECT) as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_the_sql_of_the_history_is_the_history(
    demo_head_url: DatabaseUrl, database: Database, database_url: DatabaseUrl, demo_project: AlembicProject
) -> None:
    """Written without a connection, run by psql."""
    psql = find_binaries().program("psql")
    arguments = [psql, "--no-psqlrc", "--quiet", "-v", "ON_ERROR_STOP=1", "-d", database_url.reveal_plain()]
    ran = subprocess.run(arguments, input=upgrade_sql(demo_project), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert snapshot(database).hash == snapshot(Database.at(demo_head_url)).hash


def test_every_revision_goes_up_down_and_up_with_data(
    database: Database, demo_project: AlembicProject, engine: Engine
) -> None:
    before = snapshot(database)
    for revision in REVISIONS:
        upgrade(demo_project, database, revision)
        above = snapshot(database)
        downgrade(demo_project, database, "-1")
        # The version table is Alembic's: it appears with the first revision and stays.
        if revision != REVISIONS[0]:
            assert snapshot(database).hash == before.hash, f"down from {revision}"
        upgrade(demo_project, database, revision)
        assert snapshot(database).hash == above.hash, f"up again to {revision}"
        before = above
        _fill(engine, revision)
    with engine.connect() as connection:
        assert rows(connection, "SELECT count(*) FROM tasks") == [(2500,)]
        assert rows(connection, "SELECT count(*) FROM task_tag_links") == [(2500,)]


def _fill(engine: Engine, revision: str) -> None:
    """The rows that a program of that time would have written."""
    filling = {REVISIONS[0]: OLD_ROWS, REVISIONS[1]: OLD_LINKS}.get(revision)
    if filling is not None:
        with engine.begin() as connection:
            connection.execute(text(filling))


@pytest.fixture
def head_with_old_data(database: Database, demo_project: AlembicProject, engine: Engine) -> Engine:
    for revision in REVISIONS[:2]:
        upgrade(demo_project, database, revision)
        _fill(engine, revision)
    upgrade(demo_project, database)
    return engine


def test_old_rows_are_mended(head_with_old_data: Engine) -> None:
    with head_with_old_data.connect() as connection:
        statuses = dict(rows(connection, "SELECT status, count(*) FROM tasks GROUP BY 1"))
        assert statuses == {"todo": 500, "in_progress": 1000, "completed": 1000}
        times = dict(
            rows(
                connection,
                "SELECT completed_at::date::text, count(*) FROM tasks WHERE status = 'completed' GROUP BY 1",
            )
        )
        # The known time where there was one, the last change elsewhere.
        assert set(times) == {"2025-01-01", "2025-02-02"}
        assert sum(times.values()) == 1000
        assert rows(connection, "SELECT DISTINCT priority FROM tasks") == [("medium",)]


def test_links_to_another_users_tag_are_gone(head_with_old_data: Engine) -> None:
    with head_with_old_data.connect() as connection:
        assert rows(connection, "SELECT count(*) FROM task_tag_links") == [(2500,)]
        pairs = "SELECT count(*) FROM task_tag_links AS link JOIN tags AS tag ON tag.id = link.tag_id"
        assert rows(connection, f"{pairs} WHERE tag.user_id <> link.user_id") == [(0,)]


def test_a_batched_revision_stopped_half_way_goes_on(
    database: Database, demo_project: AlembicProject, engine: Engine
) -> None:
    mend = next(revision for path, revision in zip(FILES, REVISIONS, strict=True) if "mend" in path.stem)
    upgrade(demo_project, database, REVISIONS[0])
    _fill(engine, REVISIONS[0])
    with engine.begin() as connection:
        last = "(SELECT id FROM tasks ORDER BY id DESC LIMIT 1)"
        connection.execute(text(f"UPDATE tasks SET status = 'broken', completed_at = NULL WHERE id = {last}"))
        # Stops the run at the last row, after two batches were committed.
        connection.execute(
            text("ALTER TABLE tasks ADD CONSTRAINT trap CHECK (status <> 'completed' OR title <> 'trap')")
        )
        connection.execute(
            text(f"UPDATE tasks SET title = 'trap', status = 'done', completed_at = NULL WHERE id = {last}")
        )
    with pytest.raises(Exception, match="trap"):
        upgrade(demo_project, database, mend)
    with engine.begin() as connection:
        mended, left = rows(
            connection,
            "SELECT count(*) FILTER (WHERE status = 'completed' AND completed_at IS NOT NULL),"
            " count(*) FILTER (WHERE status = 'done') FROM tasks",
        )[0]
        assert mended > 0
        assert left > 0
        connection.execute(text("ALTER TABLE tasks DROP CONSTRAINT trap"))
    upgrade(demo_project, database, mend)
    with engine.connect() as connection:
        assert rows(connection, "SELECT count(*) FROM tasks WHERE status IN ('done', 'doing')") == [(0,)]


def test_an_invalid_index_that_a_failed_build_left_is_replaced(
    database: Database, demo_project: AlembicProject, engine: Engine
) -> None:
    upgrade(demo_project, database, REVISIONS[REVISIONS.index(LIST_INDEXES) - 1])
    with engine.begin() as connection:
        connection.execute(text("CREATE INDEX ix_tasks_live_due ON tasks (due_at)"))
        connection.execute(
            text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_tasks_live_due'::regclass")
        )
    upgrade(demo_project, database, LIST_INDEXES)
    with engine.connect() as connection:
        found = rows(
            connection,
            "SELECT indisvalid, indnkeyatts FROM pg_index WHERE indexrelid = 'ix_tasks_live_due'::regclass",
        )
    assert found == [(True, 2)]


def test_the_role_goes_with_the_last_database_that_uses_it(
    database: Database, demo_project: AlembicProject, engine: Engine, demo_head_url: DatabaseUrl
) -> None:
    there = f"SELECT count(*) FROM pg_roles WHERE rolname = '{APP_ROLE}'"
    upgrade(demo_project, database)
    downgrade(demo_project, database, "base")
    with engine.connect() as connection:
        assert rows(connection, there) == [(1,)], "another database uses it"
        grants = "SELECT count(*) FROM pg_class WHERE relacl::text LIKE :role"
        assert connection.scalar(text(grants), {"role": f"%{APP_ROLE}%"}) == 0
    upgrade(demo_project, database)


def test_a_harmful_role_of_that_name_is_refused(
    database: Database, demo_project: AlembicProject, engine: Engine, demo_head_url: DatabaseUrl
) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"ALTER ROLE {APP_ROLE} BYPASSRLS"))
    try:
        with pytest.raises(Exception, match="could log in or bypass"):
            upgrade(demo_project, database)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"ALTER ROLE {APP_ROLE} NOBYPASSRLS"))
