"""What a scratch server lacks or writes otherwise: extensions and roles of somebody else, another version."""

from __future__ import annotations

import dataclasses

import pytest
from fixtures.drift import DriftProject, found

from toolkit.database import Job
from toolkit.migrate.drift import Cause, Scratch
from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.three_way import Sides, Table
from toolkit.schema import Snapshot, read_snapshot


def test_extensions_that_somebody_else_installed(drift_project: DriftProject) -> None:
    with drift_project.database.connect(Job.INSPECT) as connection:
        known = connection.exec_driver_sql("select name::text from pg_available_extensions").scalars().all()
    if "citext" not in known:
        pytest.skip("this server has no citext")
    drift_project.run("create extension citext")
    drift_project.second("op.execute('alter table authors add nick citext')")
    drift_project.models("\n    nick: Mapped[str | None] = mapped_column(sa.dialects.postgresql.CITEXT)\n")
    drift_project.upgrade()
    report = drift_project.drift()
    assert (found(report), report.unknowns) == ([], ())


def test_roles_that_somebody_else_made(drift_project: DriftProject) -> None:
    """An embedded server gets the names of the database's roles, but those that revisions make."""
    drift_project.run("drop role if exists drift_reader; drop role if exists drift_writer")
    drift_project.run("create role drift_reader")
    try:
        drift_project.second(
            "op.execute('create role drift_writer')\n"
            "op.execute('grant select on authors to drift_reader, drift_writer')"
        )
        drift_project.upgrade()
        report = drift_project.drift(scratch=Scratch.AUTO)
        assert (found(report), report.unknowns) == ([], ())
        drift_project.run("revoke select on authors from drift_reader")
        again = drift_project.drift(scratch=Scratch.AUTO)
        assert found(again) == [("table public.authors", "grants", Cause.BY_HAND)]
    finally:
        drift_project.run("drop owned by drift_reader; drop role drift_reader")
        drift_project.run("drop owned by drift_writer; drop role drift_writer")


def test_an_owner_of_its_own_is_no_drift(drift_project: DriftProject) -> None:
    """Who may make scratch databases is mostly not who owns the tables."""
    drift_project.run("drop role if exists drift_owner; create role drift_owner")
    try:
        drift_project.run("alter table authors owner to drift_owner")
        assert found(drift_project.drift()) == []
    finally:
        drift_project.run("reassign owned by drift_owner to current_user; drop role drift_owner")


def _snapshot(project: DriftProject) -> Snapshot:
    with project.database.connect(Job.INSPECT) as connection:
        return read_snapshot(connection)


def test_another_major_version(drift_project: DriftProject) -> None:
    """A text that only another version may write otherwise is unknown, everything else is told."""
    drift_project.run("alter table authors add constraint ck check (id > 0)")
    migrations = _snapshot(drift_project)
    drift_project.run("alter table authors drop constraint ck, add constraint ck check (id > 1)")
    drift_project.run("alter table authors alter name type text")
    live = _snapshot(drift_project)
    older = dataclasses.replace(live, server=dataclasses.replace(live.server, version_number=170004))
    same = Table(Sides(live, migrations, migrations, None, None, Filters()))
    assert len(same.rows()) == 2
    assert same.unknowns() == ()
    across = Table(Sides(older, migrations, migrations, None, None, Filters()))
    assert [row.object for row in across.rows()] == ["column public.authors.name"]
    (unknown,) = across.unknowns()
    assert unknown.subject == "constraint public.authors.ck expression"
    assert "18 and 17" in unknown.reason
