"""Rules on whole histories and on env.py."""

from __future__ import annotations

import textwrap

import pytest
from fixtures.alembic_projects import ProjectFolder
from fixtures.linting import LintedFolder

from toolkit.findings import Finding, Severity
from toolkit.migrate.lint import rule_named
from toolkit.migrate.lint.project import lint_project


def lint(folder: ProjectFolder) -> list[Finding]:
    return list(lint_project(folder.open(), lambda graph: graph.revisions).findings)


def of(findings: list[Finding], rule: str) -> list[Finding]:
    return [one for one in findings if one.rule == rule]


def test_two_heads(linted: LintedFolder) -> None:
    for id_ in ("left", "right"):
        linted.add(id_, "first", "op.execute('SELECT 1')")
    (found,) = of(lint(linted.folder), "heads-multiple")
    assert "left, right" in found.sentence


def test_a_constraint_that_no_revision_validates(linted: LintedFolder) -> None:
    add = "op.create_check_constraint('ck', 'tasks', 'price >= 0', postgresql_not_valid=True)"
    linted.add("one", "first", add, "op.drop_constraint('ck', 'tasks')")
    (found,) = of(lint(linted.folder), "not-valid-never-validated")
    assert found.location is not None
    assert found.location.path.endswith("one_one.py")
    linted.add("two", "one", "op.execute('ALTER TABLE tasks VALIDATE CONSTRAINT ck')", message="two")
    assert of(lint(linted.folder), "not-valid-never-validated") == []


@pytest.mark.parametrize(
    "id_",
    ["env-executes-before-configure", "env-lock-on-migration-connection", "env-one-transaction-for-all"],
)
def test_env_py(id_: str, linted: LintedFolder) -> None:
    example = textwrap.indent(rule_named(id_).example, "    ")
    env = linted.folder.env_py
    text = env.read_text()
    start, end = text.index("def run_migrations_online"), text.index("if context.is_offline_mode")
    env.write_text(f"{text[:start]}def run_migrations_online():\n{example}\n\n{text[end:]}")
    (found,) = of(lint(linted.folder), id_)
    assert found.location is not None
    assert found.location.path == "migrations/env.py"


def test_a_commit_before_configure_is_no_error(linted: LintedFolder) -> None:
    linted.folder.replace(
        linted.folder.env_py,
        "        context.configure(\n            connection",
        "        connection.exec_driver_sql('SET x.y = 1')\n        connection.commit()\n"
        "        context.configure(\n            connection",
    )
    assert of(lint(linted.folder), "env-executes-before-configure") == []
    linted.folder.replace(linted.folder.env_py, "        connection.commit()\n", "")
    (found,) = of(lint(linted.folder), "env-executes-before-configure")
    assert found.severity is Severity.ERROR
