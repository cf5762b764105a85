"""Every way in which the sides can move, on a real project: object, attribute and cause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from fixtures.drift import BORN, EMAIL, FIRST, DriftProject, found

from toolkit.migrate.drift import Acceptance, Cause


def test_no_drift(drift_project: DriftProject) -> None:
    report = drift_project.drift()
    assert not report.drifted
    assert report.unknowns == ()
    assert {side.name: side.objects > 3 for side in report.sides} == dict.fromkeys(
        ("models", "migrations", "pending", "live"), True
    )


def test_models_moved(drift_project: DriftProject) -> None:
    drift_project.models(EMAIL)
    report = drift_project.drift()
    assert found(report) == [("column public.authors.email", "existence", Cause.MODELS_MOVED)]
    (row,) = report.differences
    assert (row.models.state, row.migrations.state, row.live.state) == ("said", "absent", "absent")


def test_changed_by_hand(drift_project: DriftProject) -> None:
    drift_project.run("alter table authors alter name type text")
    report = drift_project.drift()
    assert found(report) == [("column public.authors.name", "type", Cause.BY_HAND)]
    (row,) = report.differences
    assert row.models.value == row.migrations.value == row.pending.value == "character varying(80)"
    assert row.live.value == "text"


def test_not_applied(drift_project: DriftProject) -> None:
    drift_project.second()
    drift_project.models(BORN)
    report = drift_project.drift()
    assert found(report) == [("column public.authors.born", "existence", Cause.NOT_APPLIED)]
    (row,) = report.differences
    assert (row.migrations.state, row.pending.state) == ("absent", "said")


def test_done_but_not_recorded(drift_project: DriftProject) -> None:
    drift_project.second()
    drift_project.models(BORN)
    drift_project.run("alter table authors add born date")
    drift_project.run("comment on column authors.born is 'day'")
    assert found(drift_project.drift()) == [("column public.authors.born", "existence", Cause.NOT_RECORDED)]


def test_done_otherwise_than_the_pending_revision(drift_project: DriftProject) -> None:
    drift_project.second("op.alter_column('authors', 'name', type_=sa.Text())")
    drift_project.run("alter table authors alter name type varchar(90)")
    assert found(drift_project.drift()) == [("column public.authors.name", "type", Cause.BOTH_SIDES)]


def test_models_and_database_agree(drift_project: DriftProject) -> None:
    drift_project.models(EMAIL)
    drift_project.run("alter table authors add email varchar")
    assert found(drift_project.drift()) == [
        ("column public.authors.email", "existence", Cause.REVISION_MISSING)
    ]


def test_models_went_on_from_a_pending_revision(drift_project: DriftProject) -> None:
    drift_project.second("op.alter_column('authors', 'name', type_=sa.Text())")
    drift_project.models("")
    drift_project.folder.replace("models.py", "sa.String(80)", "sa.String(99)")
    assert found(drift_project.drift()) == [("column public.authors.name", "type", Cause.MODELS_WENT_ON)]


def test_models_stayed_behind_a_pending_revision(drift_project: DriftProject) -> None:
    drift_project.second("op.alter_column('authors', 'name', type_=sa.Text())")
    assert found(drift_project.drift()) == [("column public.authors.name", "type", Cause.MODELS_STAYED)]


def test_both_sides_moved(drift_project: DriftProject) -> None:
    drift_project.folder.replace("models.py", "sa.String(80)", "sa.String(99)")
    drift_project.run("alter table authors alter name type text")
    assert found(drift_project.drift()) == [("column public.authors.name", "type", Cause.BOTH_SIDES)]


def test_database_is_empty(drift_project: DriftProject) -> None:
    drift_project.run("drop table authors")
    drift_project.run("drop table alembic_version")
    report = drift_project.drift()
    assert found(report) == [("table public.authors", "existence", Cause.NOT_APPLIED)]
    assert report.differences[0].followers


def test_revision_of_the_database_is_unknown(drift_project: DriftProject) -> None:
    drift_project.run("update alembic_version set version_num = 'lost'")
    drift_project.run("alter table authors alter name type text")
    report = drift_project.drift()
    assert found(report) == [("column public.authors.name", "type", Cause.SOMEBODY)]
    assert "lost" in report.unknowns[0].reason


def test_migrations_that_do_not_run_leave_models_and_database(drift_project: DriftProject) -> None:
    drift_project.folder.revision("a1", None, "op.execute('insert into nowhere values (1)')", "pass")
    drift_project.folder.revision("a1", None, FIRST + "op.execute('insert into nowhere values (1)')", "pass")
    drift_project.models(EMAIL)
    report = drift_project.drift()
    assert found(report) == [("column public.authors.email", "existence", Cause.NOT_TRACED)]
    assert any("do not run" in unknown.reason for unknown in report.unknowns)


def test_pending_revisions_that_do_not_run(drift_project: DriftProject) -> None:
    drift_project.second("op.execute('insert into nowhere values (1)')")
    drift_project.run("alter table authors alter name type text")
    report = drift_project.drift()
    assert found(report) == [("column public.authors.name", "type", Cause.BY_HAND)]
    assert [unknown.subject for unknown in report.unknowns] == ["pending"]


def test_what_models_cannot_say_is_held_against_the_migrations_only(drift_project: DriftProject) -> None:
    drift_project.second(
        """
op.execute("create function f() returns trigger language plpgsql as 'begin return new; end'")
op.execute("create trigger t before insert on authors for each row execute function f()")
op.execute("alter table authors enable row level security")
op.execute("create policy p on authors using (true)")
op.execute("grant select on authors to public")
op.execute("create view names as select name from authors")
op.execute("alter table authors set (fillfactor = 70)")
op.execute("alter table authors alter name set statistics 500")
op.execute("create table beside (i int primary key)")
op.execute("create type mood as enum ('a')")
"""
    )
    drift_project.upgrade()
    report = drift_project.drift()
    assert found(report) == []
    assert report.outside_models == ("public.beside",)
    drift_project.run(
        "alter table authors disable row level security; drop policy p on authors; drop table beside"
    )
    assert found(drift_project.drift()) == [
        ("table public.authors", "row_security", Cause.BY_HAND),
        ("table public.beside", "existence", Cause.BY_HAND),
        ("policy public.authors.p", "existence", Cause.BY_HAND),
    ]


def test_a_schema_of_somebody_else_is_one_difference(drift_project: DriftProject) -> None:
    drift_project.run(
        "create schema theirs; create table theirs.a (i int primary key); create view theirs.b as select 1 x"
    )
    report = drift_project.drift()
    assert found(report) == [("schema theirs", "existence", Cause.BY_HAND)]
    assert "table theirs.a" in [str(key) for key in report.differences[0].followers]


def test_accepted_differences(drift_project: DriftProject) -> None:
    drift_project.run("alter table authors alter name type text")
    entry = Acceptance("column public.authors.name", "type", "on trial", dt.date(2030, 1, 2))
    unused = Acceptance("table public.gone", "*", "was there once")
    before = drift_project.drift(accepted=(entry, unused), today=dt.date(2030, 1, 1))
    assert not before.drifted
    assert [each.acceptance for each in before.accepted] == [entry]
    assert before.unused == (unused,)
    after = drift_project.drift(accepted=(entry,), today=dt.date(2030, 1, 2))
    assert after.drifted
    assert after.expired == (entry,)


def test_second_run_is_read_from_disk(drift_project: DriftProject, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = drift_project.drift(cache=cache)
    again = drift_project.drift(cache=cache)
    assert {side.source for side in first.sides} == {"read", "built on the database's server"}
    assert {side.source for side in again.sides} == {"read", "cache"}
    assert (cache / ".gitignore").read_text() == "*\n"
    drift_project.models(EMAIL)
    moved = drift_project.drift(cache=cache)
    sources = {side.name: side.source for side in moved.sides}
    assert sources["migrations"] == sources["pending"] == "cache"
    assert sources["models"] == "built on the database's server"
    assert found(moved) == [("column public.authors.email", "existence", Cause.MODELS_MOVED)]


def test_a_spoiled_cache_is_built_again(drift_project: DriftProject, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    drift_project.drift(cache=cache)
    for path in cache.glob("*.json"):
        path.write_text("{}")
    assert not drift_project.drift(cache=cache).drifted


def test_a_changed_revision_is_run_again(drift_project: DriftProject, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    drift_project.drift(cache=cache)
    drift_project.folder.revision("a1", None, FIRST.replace("80", "70"), "pass")
    report = drift_project.drift(cache=cache)
    assert found(report) == [("column public.authors.name", "type", Cause.REVISION_MISSING)]
