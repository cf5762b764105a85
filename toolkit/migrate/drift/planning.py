"""Under which keys the scratch sides are kept, and which tables are Alembic's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from toolkit.database.embedded import find_binaries
from toolkit.findings import Unknown
from toolkit.migrate.captured import CapturedEnvironment
from toolkit.migrate.drift.building import RULE, Plan
from toolkit.migrate.drift.fingerprint import chain_digest, digest, models_ddl
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.graph import RevisionGraph
from toolkit.schema import Snapshot
from toolkit.schema.objects import Qualified, Table

_VERSION_COLUMNS = ["version_num"]


def keyed(
    plan: Plan, graph: RevisionGraph | None, place: Scratch, live: Snapshot
) -> tuple[Plan, Unknown | None]:
    """The plan with a key for each side that is to be built; and why the models cannot be, if so."""
    server = server_digest(place, live)
    chain = server
    if plan.project is not None and graph is not None:
        chain = digest(server, chain_digest(plan.project, graph))
        pending = digest(chain, sorted(plan.heads))
        at = None if plan.at is None else digest(chain, sorted(plan.at))
        plan = replace(plan, migrations_key=at, pending_key=pending)
    if plan.models is None:
        return plan, None
    try:
        ddl = models_ddl(plan.models.tables.values())
    except (SQLAlchemyError, NotImplementedError) as error:
        reason = f"the models' tables cannot be written as SQL: {error}"
        return replace(plan, models=None), Unknown(RULE, "models", reason.splitlines()[0])
    return replace(plan, models_key=digest("models", chain, sorted(plan.heads), ddl)), None


def server_digest(place: Scratch, live: Snapshot) -> str:
    """What tells the scratch server from others that may write texts otherwise."""
    if place is Scratch.SERVER:
        return digest(live.server.version, live.server.version_number)
    program = find_binaries().program("postgres")
    facts = Path(program).stat()
    return digest(program, facts.st_mtime_ns, facts.st_size)


def version_tables(side: Snapshot, environment: CapturedEnvironment | None) -> frozenset[Qualified]:
    """The tables in which Alembic keeps its revisions."""
    names = {"alembic_version"}
    if environment is not None:
        names = {each.version_table for each in environment.configurations}
    return frozenset(
        table.qualified
        for table in side.of(Table)
        if table.name in names
        and [column.name for column in side.parts(table.qualified).columns] == _VERSION_COLUMNS
    )
