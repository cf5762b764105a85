"""What is left behind, found and mended, on one database that has all of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.alembic_projects import MakeProject
from fixtures.command_line import Neonkit
from sqlalchemy import Engine, text

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.migrate.repair.looking import look
from toolkit.migrate.repair.mending import mend
from toolkit.migrate.running import upgrade

LEFT = (
    "CREATE INDEX gone_bad ON authors (id)",
    "CREATE INDEX ix_copy_ccnew ON authors (id)",
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'gone_bad'::regclass",
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_copy_ccnew'::regclass",
    "CREATE TYPE lonely AS ENUM ('a', 'b')",
    "CREATE TYPE used AS ENUM ('a')",
    "CREATE TABLE uses (one used, many used[])",
)


@pytest.fixture
def folder(make_project: MakeProject, database_url: DatabaseUrl, engine: Engine) -> Path:
    """A project whose database has one of each kind, and one file that was edited."""
    project = make_project()
    (project.root / ".git").mkdir()
    upgrade(project.open(), Database.at(database_url))
    project.replace("migrations/versions/a1_first_tables.py", "'name'", "'nam_'")
    with engine.begin() as connection:
        for statement in LEFT:
            connection.execute(text(statement))
    return project.root


def test_everything_is_found_and_mended(
    folder: Path, neonkit: Neonkit, database_url: DatabaseUrl, engine: Engine
) -> None:
    env = {"DATABASE_URL": database_url.reveal_plain()}
    dry = neonkit("repair", "--json", cwd=folder, env=env)
    assert dry.code == 5, dry.err
    assert [(one["rule"], one["subject"]) for one in dry.json["report"]["findings"]] == [
        ("index-invalid", "gone_bad"),
        ("index-copy-left", "ix_copy_ccnew"),
        ("enum-orphan", "lonely"),
        ("revision-edited-after-apply", "a1"),
    ]
    refused = neonkit("repair", "--apply", cwd=folder, env=env)
    assert (refused.code, "--allow-data-loss lonely" in refused.err) == (6, True)
    given = ("--apply", "--accept", "a1", "--yes", "--allow-data-loss", "lonely")
    mended = neonkit("repair", *given, cwd=folder, env=env)
    assert mended.code == 0, mended.err
    assert mended.out.splitlines()[0] == "ok gone_bad: REINDEX INDEX CONCURRENTLY gone_bad"
    clean = neonkit("repair", cwd=folder, env=env)
    assert (clean.code, clean.out) == (0, "Nothing is left behind.\n")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT to_regtype('used') IS NOT NULL")).scalar_one()


def test_an_unknown_revision_is_named(
    make_project: MakeProject, database_url: DatabaseUrl, engine: Engine
) -> None:
    project = make_project().open()
    upgrade(project, Database.at(database_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'feedbeef'"))
    (finding,) = look(project, Database.at(database_url)).report.findings
    assert (finding.rule, finding.subject) == ("unknown-revision", "feedbeef")


def test_a_pending_detach_is_finished(
    make_project: MakeProject, database_url: DatabaseUrl, engine: Engine
) -> None:
    project, database = make_project().open(), Database.at(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE p (i int) PARTITION BY RANGE (i)"))
        connection.execute(text("CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9)"))
        connection.execute(
            text("UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = 'p1'::regclass")
        )
    upgrade(project, database)
    (finding,) = look(project, database).report.findings
    assert (finding.rule, finding.subject) == ("detach-pending", "p1")
    (mended,) = mend(database, "alembic_version", (finding,))
    assert mended.done, mended.sentence
    assert look(project, database).report.findings == ()
