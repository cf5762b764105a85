"""Fixes as revision files: behind them the advice has nothing to say; taken back, it has again."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import alembic
import pytest
from fixtures.advice import HIT, declared_of, schema_of, settings_of, statistics_of
from fixtures.command_line import ENV
from sqlalchemy import NullPool, create_engine

from toolkit.database import Database, DatabaseUrl
from toolkit.findings import Finding, Fix, Severity
from toolkit.migrate import AlembicProject, RevisionBody, downgrade, revision, upgrade
from toolkit.migrate.writing_errors import BrokenTemplateError
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.advice import (
    FixRevision,
    FixWithoutSqlError,
    Rule,
    Statistics,
    advise,
    has_sql,
    read_statistics,
    revision_of,
    rules,
)
from toolkit.sql.quoting import quote_identifier

pytestmark = pytest.mark.older
EXPECTED = tomllib.loads(Path(__file__).with_name("expected.toml").read_text("utf-8"))
WHOLE_SERVER = {"rls-bypass-role"}
"""Their fix changes what other databases of the server see, too; the bench runs them."""
RULES = [rule for rule in rules() if rule.id not in WHOLE_SERVER]


@dataclass
class Revised:
    """What the rules said before, behind the revisions, and when those were taken back."""

    snapshot: Snapshot
    before: Mapping[str, list[Finding]]
    revisions: Mapping[str, FixRevision]
    upgraded: Mapping[str, list[Finding]]
    downgraded: Mapping[str, list[Finding]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> AlembicProject:
    """An Alembic project with Alembic's own template and no revision."""
    return make_project(tmp_path_factory.mktemp("project"))


def make_project(folder: Path, template: str | None = None) -> AlembicProject:
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n")
    (folder / "migrations" / "env.py").write_text(ENV)
    mako = folder / "migrations" / "script.py.mako"
    shutil.copy(Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako", mako)
    if template is not None:
        mako.write_text(template)
    return AlembicProject.open(folder)


@pytest.fixture(scope="module")
def revised(cases_url: DatabaseUrl, project: AlembicProject) -> Revised:
    """One revision with the fixes of all rules that have SQL: run, taken back, run again."""
    database = Database.at(cases_url)
    snapshot, statistics = read(cases_url)
    before = said(snapshot, statistics, after=False)
    revisions = {
        rule: revision_of(snapshot, fixable)
        for rule, found in before.items()
        if (fixable := [one for one in found if has_sql(one)])
    }
    whole = revision_of(snapshot, [one for found in before.values() for one in found if has_sql(one)])
    revision(project, message="fix all", body=RevisionBody(whole.upgrade, whole.downgrade))
    upgrade(project, database)
    upgraded = said(*read(cases_url), after=True)
    downgrade(project, database, "base")
    downgraded = said(*read(cases_url), after=False)
    upgrade(project, database)
    database.dispose()
    return Revised(snapshot, before, revisions, upgraded, downgraded)


def read(url: DatabaseUrl) -> tuple[Snapshot, Statistics]:
    with create_engine(url.sqlalchemy, poolclass=NullPool).connect() as connection:
        return read_snapshot(connection), read_statistics(connection)


def said(snapshot: Snapshot, statistics: Statistics, *, after: bool) -> dict[str, list[Finding]]:
    """What each rule says about its own schema, or about what lies in none."""
    found: dict[str, list[Finding]] = {}
    for rule in RULES:
        if rule.since > snapshot.server.major:
            continue
        report = advise(
            snapshot,
            statistics=statistics_of(rule.id, statistics, after=after),
            settings=settings_of(rule.id),
            declared=declared_of(rule.id),
        )
        schema = quote_identifier(schema_of(rule.id, HIT))
        outside = any(subject.startswith("=") for subject in EXPECTED[rule.id]["found"])
        found[rule.id] = [
            one
            for one in report.findings
            if (not one.subject.startswith('"') if outside else one.subject.split(".")[0] == schema)
            or one.subject.startswith(f"{schema}.")
        ]
    return found


def subjects(findings: list[Finding]) -> set[str]:
    return {one.subject for one in findings if has_sql(one)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_revision_closes_it_and_is_taken_back(revised: Revised, rule: Rule) -> None:
    fixes = revised.revisions.get(rule.id)
    if fixes is None:
        assert [one for one in revised.before.get(rule.id, []) if has_sql(one)] == []
        return
    wanted = subjects(revised.before[rule.id])
    assert wanted
    assert subjects(revised.upgraded[rule.id]) & wanted == set()
    if not fixes.not_taken_back and fixes.downgrade:
        assert subjects(revised.downgraded[rule.id]) >= wanted


PRIVILEGES = {
    "definer-function-public-execute",
    "foreign-table-exposed",
    "default-privileges-open",
    "public-table-grant",
    "matview-exposed",
    "grant-with-grant-option",
    "public-can-create-in-schema",
    "rls-partition-not-covered",
}
FOR_GOOD = {
    "constraint-not-validated",
    "index-bloat",
    "index-invalid",
    "matview-unpopulated",
    "sequence-behind-data",
    "table-never-analyzed",
    "xid-age-high",
}


def test_all_but_privileges_are_taken_back(revised: Revised) -> None:
    left = {rule for rule, fixes in revised.revisions.items() if fixes.not_taken_back}
    assert left - {"extension-outdated"} == PRIVILEGES
    assert {rule for rule, fixes in revised.revisions.items() if not fixes.downgrade} == FOR_GOOD
    assert len(revised.revisions) >= 65


def finding(operation: str = "", sql: str = "", rule: str = "some-rule") -> Finding:
    fix = Fix("do it", (sql,) if sql else (), (operation,) if operation else ())
    return Finding(rule, Severity.WARNING, "public.a\nb", "It is so.", fix=fix)


def test_what_needs_no_transaction_comes_first_and_the_same_once(revised: Revised) -> None:
    plain = finding("op.execute('x')", "ALTER TABLE a.b ADD COLUMN c int")
    alone = finding(
        "with op.get_context().autocommit_block():\n    op.execute('y')",
        "CREATE INDEX CONCURRENTLY i ON a.b (c)",
    )
    made = revision_of(revised.snapshot, [plain, alone, plain])
    assert [line for line in made.upgrade if not line.startswith("#")] == [
        "with op.get_context().autocommit_block():\n    op.execute('y')",
        "op.execute('x')",
    ]
    assert [line for line in made.downgrade if not line.startswith("#")] == [
        "op.execute('ALTER TABLE a.b DROP COLUMN c')",
        "with op.get_context().autocommit_block():\n    op.execute('DROP INDEX CONCURRENTLY a.i')",
    ]
    assert all("\n" not in line for line in made.upgrade if line.startswith("#"))


def test_what_only_a_person_can_close_is_refused(revised: Revised) -> None:
    with pytest.raises(FixWithoutSqlError, match="no SQL that closes some-rule") as caught:
        revision_of(revised.snapshot, [finding("op.execute('x')", "x"), finding()])
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("def upgrade():\n    pass\ndef downgrade():\n    pass\n", "no place in upgrade"),
        (
            "def upgrade():\n    ${upgrades}\ndef downgrade():\n    ${downgrades}\n",
            "does not import op",
        ),
        (
            "from alembic import op\ndef upgrade():\n    ${upgrades}\ndef downgrade():\n    pass\n",
            "no place in downgrade",
        ),
    ],
)
def test_a_template_without_room_for_it_is_refused(tmp_path: Path, template: str, told: str) -> None:
    ids = "revision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n"
    project = make_project(tmp_path, ids + template)
    with pytest.raises(BrokenTemplateError, match=told):
        revision(project, message="x", body=RevisionBody(("op.execute('x')",), ("op.execute('y')",)))
    assert [*(tmp_path / "migrations" / "versions").glob("*.py")] == []
