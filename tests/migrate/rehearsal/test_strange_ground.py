"""Projects that do things their own way are planned and rehearsed without a change to their files.

Slow: run with `pytest -m slow tests/migrate/rehearsal`.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import text

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.scratch import ScratchDatabases
from toolkit.migrate import upgrade
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.plan import PlanOptions, make_plan, verify_plan
from toolkit.migrate.rehearsal import RehearsalOptions, rehearse
from toolkit.migrate.trial import Grounds

GROUNDS = Grounds(Scratch.SERVER)
CONFIGURE = """        context.configure(
            connection=connection, target_metadata=target_metadata
        )"""
RUN = "\n\n        with context.begin_transaction():\n            context.run_migrations()"


def own_version_table(folder: ProjectFolder) -> None:
    folder.replace(
        folder.env_py,
        CONFIGURE,
        "        from sqlalchemy import text\n"
        "        connection.execute(text('CREATE SCHEMA IF NOT EXISTS ops'))\n"
        "        connection.commit()\n"
        "        context.configure(connection=connection, target_metadata=target_metadata,\n"
        "            version_table='versions', version_table_schema='ops')",
    )


def search_path(folder: ProjectFolder) -> None:
    folder.replace(
        folder.env_py,
        CONFIGURE,
        "        from sqlalchemy import text\n"
        "        connection.execute(text('CREATE SCHEMA IF NOT EXISTS tenant'))\n"
        "        connection.execute(text('SET search_path TO tenant'))\n"
        "        connection.commit()\n"
        "        connection.dialect.default_schema_name = 'tenant'\n"
        "        context.configure(connection=connection, target_metadata=target_metadata)",
    )


def tenants(folder: ProjectFolder) -> None:
    folder.replace(
        folder.env_py,
        CONFIGURE + RUN,
        "        from sqlalchemy import text\n"
        "        for tenant in ('red', 'blue'):\n"
        "            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS {tenant}'))\n"
        "            connection.execute(text(f'SET search_path TO {tenant}'))\n"
        "            connection.commit()\n"
        "            context.configure(connection=connection, version_table_schema=tenant)\n"
        "            with context.begin_transaction():\n"
        "                context.run_migrations()",
    )


def handed(folder: ProjectFolder) -> None:
    taken = "connection = config.attributes.get('connection')\n    if connection is not None:"
    folder.replace(folder.env_py, "with connectable.connect() as connection:", taken)


def worker_thread(folder: ProjectFolder) -> None:
    folder.replace(
        folder.env_py,
        "else:\n    run_migrations_online()",
        "else:\n    import threading\n    worker = threading.Thread(target=run_migrations_online)\n"
        "    worker.start()\n    worker.join()",
    )


def by_hand(folder: ProjectFolder) -> None:
    folder.replace(
        folder.env_py,
        "        with context.begin_transaction():\n            context.run_migrations()\n\n\nif",
        "        connection.begin()\n        context.run_migrations()\n        connection.commit()\n\n\nif",
    )


CUSTOMS: dict[str, Callable[[ProjectFolder], None]] = {
    "own version table": own_version_table,
    "search path": search_path,
    "tenants": tenants,
    "handed connection": handed,
    "worker thread": worker_thread,
    "commits by hand": by_hand,
}


def planned_and_rehearsed(folder: ProjectFolder, database: Database) -> None:
    """Both, from the first revision on; nothing in the project changes."""
    before = folder.digest()
    project = folder.open()
    upgrade(project, database, "a1")
    plan = make_plan(folder.open(), database, "heads", PlanOptions(GROUNDS))
    assert plan.failure is None
    assert [(one.revision, one.source) for one in plan.revisions] == [("a2", "recorded"), ("a3", "recorded")]
    own = [one for revision in plan.revisions for one in revision.statements if not one.bookkeeping]
    assert any("CREATE INDEX ix_authors_name" in one.sql for one in own)
    assert all(one.line for one in own)
    assert verify_plan(folder.open(), database, plan) == ()
    found = rehearse(folder.open(), database, "heads", RehearsalOptions(GROUNDS, rows=0))
    assert [one.failure for one in found.steps] == [None] * 6
    assert [one.rule for one in found.report.findings] == []
    assert folder.digest() == before


@pytest.mark.slow
@pytest.mark.parametrize("custom", CUSTOMS)
def test_a_custom_of_env_py(custom: str, make_project: MakeProject, database_url: DatabaseUrl) -> None:
    folder = make_project()
    CUSTOMS[custom](folder)
    planned_and_rehearsed(folder, Database.at(database_url))


@pytest.mark.slow
@pytest.mark.parametrize("template", ["async", "pyproject"])
def test_a_template_of_alembic(template: str, make_project: MakeProject, database_url: DatabaseUrl) -> None:
    planned_and_rehearsed(make_project(template), Database.at(database_url))


@pytest.mark.slow
def test_several_databases(
    make_project: MakeProject, database_url: DatabaseUrl, scratch: ScratchDatabases
) -> None:
    """Each database of the project gets a copy of its own; the live ones stay as they are."""
    folder = make_project("multidb")
    placeholder = "driver://user:pass@localhost/dbname"
    folder.replace(folder.ini, placeholder + "2", "postgresql://app:s3cret@prod.invalid/two")
    folder.replace(folder.ini, placeholder, "postgresql://app:s3cret@prod.invalid/one")
    up = "op.create_table(engine_name, sa.Column('id', sa.Integer, primary_key=True))"
    folder.revision("a1", None, up, "op.drop_table(engine_name)", arguments="engine_name")
    before = folder.digest()
    with scratch.create() as second:
        databases = {"engine1": database_url, "engine2": second}
        database = Database.at(database_url)
        plan = make_plan(folder.open(databases=databases), database, "heads", PlanOptions(GROUNDS))
        sql = "\n".join(one.sql for one in plan.revisions[0].statements)
        assert plan.failure is None
        assert "CREATE TABLE engine1" in sql
        assert "CREATE TABLE engine2" in sql
        with Database.at(second).connect(Job.INSPECT) as connection:
            assert connection.execute(text("SELECT to_regclass('engine2')")).scalar_one() is None
    assert folder.digest() == before
