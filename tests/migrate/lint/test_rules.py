"""Every rule: it speaks of its example, is silent about the safe way, and its text is whole."""

from __future__ import annotations

import ast

import pytest
from fixtures.linting import LintedFolder

from toolkit.findings import Finding, Severity
from toolkit.migrate.lint import Rule, World, lint_revision, rules
from toolkit.migrate.lint.project import Terms, lint_project
from toolkit.migrate.lint.reading.sql_file import written_of
from toolkit.migrate.lint.rule import Looks

IN_PYTHON = [rule for rule in rules() if rule.language == "python" and rule.looks_at is not Looks.HISTORY]
WITH_SQL = [rule for rule in rules() if rule.language == "sql" and rule.looks_at is not Looks.HISTORY]
SAFE_WITH_ERRORS = {
    "stats-lost": "the safe way keeps the statistics, the rewrite is another rule's",
    "combine-alters": "two rewrites become one, which is a rewrite still",
    "column-drop-blocked-by-view": "the view is no more in the way; the values are lost",
    "partition-drop": "the parent is not locked; the rows are lost",
}
"""Rules whose safe way another rule calls dangerous, and why that is right."""


def said(findings: tuple[Finding, ...]) -> set[str]:
    return {one.rule for one in findings}


def of_sql(text: str, world: World, rule: Rule) -> list[Finding]:
    """What is said of a text; `-- next revision` parts revisions."""
    found: list[Finding] = []
    for number, part in enumerate(text.split("-- next revision")):
        linted = lint_revision(
            written_of(part, in_transaction=True),
            revision_id=f"r{number}",
            path="r.py",
            world=world,
            server_major=rule.major,
        )
        world = linted.world
        found += linted.all
    return found


def test_there_are_enough_and_each_has_one_id() -> None:
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids)) >= 80


@pytest.mark.parametrize("rule", WITH_SQL, ids=lambda rule: rule.id)
def test_it_speaks_of_its_example(rule: Rule, example_world: World) -> None:
    found = [one for one in of_sql(rule.example, example_world, rule) if one.rule == rule.id]
    assert found
    for one in found:
        assert one.sentence.endswith(".")
        assert "\n" not in one.sentence
        assert one.fix is not None
        assert one.fix.text


@pytest.mark.parametrize("rule", [one for one in WITH_SQL if one.safe_sql], ids=lambda rule: rule.id)
def test_it_is_silent_about_the_safe_way(rule: Rule, example_world: World) -> None:
    found = of_sql(rule.safe_sql, example_world, rule)
    assert rule.id not in said(tuple(found))
    if rule.id not in SAFE_WITH_ERRORS:
        assert [one.rule for one in found if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize("rule", IN_PYTHON, ids=lambda rule: rule.id)
def test_it_speaks_of_its_example_revision(rule: Rule, linted: LintedFolder) -> None:
    linted.write("example", rule.example)
    if rule.id == "message-missing":
        linted.folder.replace("migrations/versions/example.py", '"""an example"""', "")
    linted.folder.write(
        "app/models.py",
        "import sqlalchemy as sa\n\n\nclass User:\n"
        '    __table__ = sa.Table("users", sa.MetaData(), sa.Column("name", sa.Text))\n',
    )
    report = lint_project(linted.folder.open(), lambda graph: graph.resolve("heads"), Terms(scratch=False))
    found = [one for one in report.findings if one.rule == rule.id]
    assert found
    for one in found:
        assert one.location is not None
        assert one.location.path == "migrations/versions/example.py"
        assert one.location.line is not None


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_its_text_is_whole(rule: Rule) -> None:
    for text in (rule.what, rule.why):
        assert text.endswith((".", ")")), text
    assert rule.name
    assert rule.safe
    assert bool(rule.safe_sql) == bool(rule.safe_operations)
    ast.parse(rule.safe_operations)
    if rule.language == "python":
        ast.parse(rule.example)
