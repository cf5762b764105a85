"""A first `drift`, one after a change by hand, and one with nothing changed, beside Alembic's comparison.

    python -m benchmarks.drift_again --tables 1000 --rounds 3 --write

One revision makes the tables of benchmarks/catalog_schema.py; there are no models, so that the migrations and
the database are compared. Alembic gets a reflected `MetaData`. Contenders take turns, medians are told.
`--write` puts the table into the section "drift" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, NullPool, create_engine

from benchmarks.catalog import write_section
from benchmarks.catalog_schema import statements
from toolkit.database import Database, DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.migrate import AlembicProject, upgrade
from toolkit.migrate.drift import DriftReport, Options, Scratch, drift

ENV_PY = """
from alembic import context
from sqlalchemy import MetaData, NullPool, create_engine

target_metadata = MetaData()
url = "postgresql+psycopg2://nobody@prod.invalid/app"
if context.is_offline_mode():
    context.configure(url=url, target_metadata=target_metadata)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()
"""
REVISION = """
from alembic import op
from pathlib import Path

revision = "a1"
down_revision = None


def upgrade():
    for statement in {statements!r}:
        op.get_bind().exec_driver_sql(statement)


def downgrade():
    pass
"""


def main() -> None:
    """Build, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--tables", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        url = server.start().url
        try:
            text = measured(Path(folder), url, given.tables, given.rounds)
        finally:
            server.destroy()
    print(text)
    if given.write:
        write_section("drift", text)


def project_in(folder: Path, tables: int) -> AlembicProject:
    """A project of one revision."""
    scripts = folder / "project" / "migrations"
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text(ENV_PY, "utf-8")
    (scripts / "script.py.mako").write_text("", "utf-8")
    ini = "[alembic]\nscript_location = %(here)s/migrations\n"
    (scripts.parent / "alembic.ini").write_text(ini, "utf-8")
    (scripts / "versions" / "a1.py").write_text(REVISION.format(statements=list(statements(tables))), "utf-8")
    return AlembicProject.open(scripts.parent)


def measured(folder: Path, admin: DatabaseUrl, tables: int, rounds: int) -> str:
    """The section as Markdown."""
    engine = create_engine(admin.sqlalchemy, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("create database live")
    project = project_in(folder, tables)
    database = Database.at(admin.with_database("live"))
    upgrade(project, database)
    live = create_engine(admin.with_database("live").sqlalchemy, poolclass=NullPool)
    models = MetaData()
    models.reflect(live)
    options = Options(scratch=Scratch.SERVER, cache=folder / "cache")

    def run() -> DriftReport:
        return drift(project, database, (), options)

    def alembic() -> None:
        with live.connect() as connection:
            assert not compare_metadata(MigrationContext.configure(connection), models)

    def changed(number: int) -> None:
        with live.begin() as connection:
            connection.exec_driver_sql(f"create or replace view moved as select {number} as number")

    seconds: dict[str, list[float]] = {"first": [timed(run)], "changed": [], "again": [], "alembic": []}
    for number in range(rounds):
        changed(number)
        seconds["changed"].append(timed(run))
        with live.begin() as connection:
            connection.exec_driver_sql("drop view moved")
        run()
        seconds["again"].append(timed(run))
        seconds["alembic"].append(timed(alembic))
    database.dispose()
    return table(tables, rounds, {name: statistics.median(found) for name, found in seconds.items()})


def table(tables: int, rounds: int, medians: dict[str, float]) -> str:
    """The medians in words."""
    words = {
        "first": "first `drift`: the revision is run in scratch (once)",
        "changed": "`drift` after a change by hand: the database is read, the other sides are kept",
        "again": "`drift` with nothing changed: the digest of the database",
        "alembic": "Alembic's `compare_metadata` with a reflected `MetaData`, no difference",
    }
    again = medians["again"]
    lines = [
        f"{tables:,} tables, medians of {rounds}:",
        "",
        "| what | seconds | times `drift` with nothing changed |",
        "| --- | ---: | ---: |",
        *(f"| {words[name]} | {found:.2f} | {found / again:.1f} |" for name, found in medians.items()),
        "",
        f"Load of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.",
        "",
        "Repeat: `python -m benchmarks.drift_again --write`.",
    ]
    return "\n".join(lines)


def timed(run: Callable[[], object]) -> float:
    """Seconds of one run."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
