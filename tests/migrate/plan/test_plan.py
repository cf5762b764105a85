"""Plans made from live databases: what runs, what it locks and loses, what the rows say, and what holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, text

from toolkit.database import Database, DatabaseUrl
from toolkit.migrate import upgrade
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.plan import (
    Plan,
    PlanChangedError,
    PlanFileError,
    PlanOptions,
    UnknownPlanError,
    make_plan,
    newest_plan,
    read_plan,
    require_holding,
    save_plan,
    verify_plan,
)
from toolkit.migrate.trial import Grounds

ROWS = """
CREATE TABLE parents (id int PRIMARY KEY);
INSERT INTO parents SELECT generate_series(1, 3);
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE facts (
    id int PRIMARY KEY, a text, b text, c text, price numeric(10, 4), big bigint, parent int,
    seen timestamptz, word text, m mood);
INSERT INTO facts
SELECT n, CASE WHEN mod(n, 5) > 0 THEN 'x' END, 'b' || n / 2, repeat('c', n), n + 0.1234,
       n * 1000000000::bigint,
       n, '2026-01-01 00:00:00.123456'::timestamptz,
       CASE WHEN n = 7 THEN 'seven' ELSE n::text END,
       CASE WHEN n < 3 THEN 'ok' ELSE 'happy' END::mood
  FROM generate_series(1, 10) AS n;
ANALYZE;
"""
STRICTER = """
op.alter_column('facts', 'a', nullable=False)
op.create_index('uq_b', 'facts', ['b'], unique=True)
op.alter_column('facts', 'c', type_=sa.String(4))
op.alter_column('facts', 'price', type_=sa.Numeric(6, 2))
op.alter_column('facts', 'big', type_=sa.Integer)
op.create_foreign_key('fk_parent', 'facts', 'parents', ['parent'], ['id'])
op.create_check_constraint('ck_id', 'facts', 'id < 9')
op.execute("ALTER TABLE facts ALTER COLUMN seen TYPE timestamptz(3)")
op.execute("ALTER TABLE facts ALTER COLUMN word TYPE int USING word::int")
op.drop_column('facts', 'm')
"""
EXPECTED = {
    ("public.facts.a", "nulls", 2, True),
    ("public.facts uq_b", "duplicates", 4, True),
    ("public.facts.c", "too long", 6, True),
    ("public.facts.price", "out of range", 0, True),
    ("public.facts.price", "rounded", 10, False),
    ("public.facts.big", "out of range", 8, True),
    ("public.facts fk_parent", "orphans", 7, True),
    ("public.facts ck_id", "violations", 2, True),
    ("public.facts.seen", "rounded", 10, False),
    ("public.facts.word", "no cast", 1, True),
}
OPTIONS = PlanOptions(Grounds(Scratch.SERVER))


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.fixture
def folder(make_project: MakeProject, database: Database) -> ProjectFolder:
    """A project whose database is at its head."""
    made = make_project()
    upgrade(made.open(), database)
    return made


def test_what_the_rows_say(folder: ProjectFolder, database: Database, engine: Engine) -> None:
    nothing = make_plan(folder.open(), database, options=OPTIONS)
    assert (nothing.revisions, nothing.report.findings) == ((), ())
    with engine.begin() as connection:
        connection.exec_driver_sql(ROWS)
    path = folder.revision("a4", "a3", STRICTER)
    plan = make_plan(folder.open(), database, options=OPTIONS)
    assert plan.failure is None
    assert {(one.subject, one.question, one.count, one.fails) for one in plan.forecasts} == EXPECTED
    lines = path.read_text().splitlines()
    by_subject = {one.subject: one for one in plan.forecasts}
    assert by_subject["public.facts ck_id"].samples == ("9", "10")
    assert set(by_subject["public.facts uq_b"].samples) == {"b1", "b2", "b3", "b4"}
    assert "'ck_id'" in lines[(by_subject["public.facts ck_id"].line or 0) - 1]
    assert [(loss.subject, loss.rows) for loss in plan.losses if "column goes" in loss.sentence] == [
        ("public.facts.m", 10)
    ]
    assert plan.revisions[0].undo.answer == "no"
    rules = {(one.rule, one.severity.word) for one in plan.report.findings if one.rule == "plan-forecast"}
    assert rules == {("plan-forecast", "error"), ("plan-forecast", "warning")}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM facts WHERE a IS NULL")).scalar_one() == 2


def test_a_question_that_takes_too_long_is_unknown(
    folder: ProjectFolder, database: Database, engine: Engine
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION slow(int) RETURNS bool LANGUAGE plpgsql AS"
            " $$BEGIN PERFORM pg_sleep(1); RETURN true; END$$;"
            "CREATE TABLE s (id int PRIMARY KEY); INSERT INTO s VALUES (1)"
        )
    folder.revision("a4", "a3", "op.create_check_constraint('ck', 's', 'slow(id)')")
    options = dataclasses.replace(OPTIONS, forecast_timeout=0.1)
    plan = make_plan(folder.open(), database, options=options)
    (found,) = plan.forecasts
    assert (found.count, found.reason) == (None, "the statement timeout ended the count")
    assert [one.rule for one in plan.report.unknowns if one.rule == "plan-forecast"] == ["plan-forecast"]


def test_locks_work_and_estimates(folder: ProjectFolder, database: Database, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE wide AS SELECT n AS id, repeat('x', 200) AS t FROM generate_series(1, 20000) AS n;"
            "ANALYZE wide"
        )
    folder.revision(
        "a4",
        "a3",
        "op.alter_column('wide', 'id', type_=sa.BigInteger)\n"
        "op.add_column('wide', sa.Column('n', sa.Integer))\n"
        "op.execute('UPDATE wide SET n = 1')\n"
        "with op.get_context().autocommit_block():\n"
        "    op.create_index('ix_n', 'wide', ['n'], postgresql_concurrently=True)",
    )
    plan = make_plan(folder.open(), database, options=OPTIONS)
    retype, add, fill, index = [one for one in plan.revisions[0].statements if not one.bookkeeping]
    assert [(lock.mode, lock.relation, lock.basis) for lock in retype.locks] == [
        ("ACCESS EXCLUSIVE", "public.wide", "seen and matrix")
    ]
    assert {"reads", "writes"} <= set(retype.locks[0].blocks)
    assert (retype.rewrites, add.rewrites, index.builds_index) == ("yes", "no", "yes")
    assert retype.tables[0].rows == 20000
    assert retype.estimate.seconds is not None
    assert 0 < retype.estimate.seconds < 60
    assert "measured on the database's server" in retype.estimate.basis
    assert (add.estimate.seconds, fill.estimate.seconds) == (0.0, None)
    assert [(lock.mode, lock.basis) for lock in index.locks] == [("SHARE UPDATE EXCLUSIVE", "matrix")]
    assert (retype.transaction == add.transaction, index.autocommit) == (True, True)
    assert plan.revisions[0].transactions == 3
    assert [loss.rows for loss in fill.losses] == [20000]


def test_offline_text_where_no_run_is_possible(folder: ProjectFolder, database: Database) -> None:
    folder.revision("a4", "a3", "op.execute('ALTER TABLE nowhere ADD COLUMN a int')")
    folder.revision("a5", "a4", "op.get_bind().execute(sa.text('SELECT 1')).one()")
    plan = make_plan(folder.open(), database, options=OPTIONS)
    assert plan.failure is not None
    assert [(one.revision, one.source) for one in plan.revisions] == [("a4", "offline"), ("a5", "none")]
    assert plan.revisions[0].statements[0].sql == "ALTER TABLE nowhere ADD COLUMN a int"
    assert {one.subject for one in plan.report.unknowns if one.rule == "plan"} == {"a4", "a5"}
    assert [one.rule for one in plan.report.findings if one.rule == "plan-trial-failed"]


def test_a_file_without_an_offline_branch_has_no_text_to_fall_back_on(
    folder: ProjectFolder, database: Database
) -> None:
    folder.replace(folder.env_py, "if context.is_offline_mode():", "if False:")
    folder.revision("a4", "a3", "op.execute('ALTER TABLE nowhere ADD COLUMN a int')")
    plan = make_plan(folder.open(), database, options=OPTIONS)
    assert [(one.revision, one.source) for one in plan.revisions] == [("a4", "none")]
    assert "env.py" in (plan.revisions[0].reason or "")


Edit = Callable[[ProjectFolder, Engine], object]


def by_hand(folder: ProjectFolder, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE byhand (id int)"))


def stamp_back(folder: ProjectFolder, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'a2'"))


CHANGES: dict[str, tuple[Edit, str]] = {
    "script": (lambda f, _: f.replace("migrations/versions/a4_more.py", "Integer", "Text"), "a4 was changed"),
    "env": (
        lambda f, _: f.replace(f.env_py, "target_metadata = Base", "target_metadata = None or Base"),
        "env.py was changed",
    ),
    "new revision": (lambda f, _: f.revision("a5", "a4"), "revision a5 is new"),
    "by hand": (by_hand, "schema was changed"),
    "revision": (stamp_back, "current revisions: planned a3, found a2"),
}


@pytest.fixture
def planned(folder: ProjectFolder, database: Database) -> Plan:
    """A plan for one pending revision."""
    folder.revision("a4", "a3", "op.add_column('authors', sa.Column('x', sa.Integer))", message="more")
    return make_plan(folder.open(), database, options=OPTIONS)


def test_a_plan_says_what_changed(
    planned: Plan, folder: ProjectFolder, database: Database, engine: Engine
) -> None:
    assert verify_plan(folder.open(), database, planned) == ()
    expected: set[str] = set()
    for edit, sentence in CHANGES.values():
        edit(folder, engine)
        expected.add(sentence)
        with pytest.raises(PlanChangedError) as caught:
            require_holding(folder.open(), database, planned)
        said = "; ".join(caught.value.changes)
        assert [one for one in expected if one not in said] == [], said


def test_a_plan_is_kept_expires_and_has_one_id(
    planned: Plan, folder: ProjectFolder, database: Database, tmp_path: Path
) -> None:
    save_plan(tmp_path, planned)
    assert read_plan(tmp_path, planned.id) == planned
    assert read_plan(tmp_path, planned.id[:6]).id == planned.id
    later = datetime.now(UTC) + timedelta(hours=25)
    (changed,) = verify_plan(folder.open(), database, planned, now=later)
    assert changed.sentence.startswith("it expired at")
    again = make_plan(folder.open(), database, options=OPTIONS)
    assert again.id == planned.id
    (tmp_path / "abcd.json").write_text("{}")
    assert newest_plan(tmp_path, planned.current, planned.database) == planned
    assert newest_plan(tmp_path, ("a4",), planned.database) is None
    assert newest_plan(tmp_path, planned.current, "elsewhere:5432/app") is None
    with pytest.raises(UnknownPlanError):
        read_plan(tmp_path, "abcdef")
    (tmp_path / f"{planned.id}.json").write_text("{}")
    with pytest.raises(PlanFileError):
        read_plan(tmp_path, planned.id)
