"""`neonkit lint` and `neonkit rule` at the command line, run in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fixtures.command_line import Ran
from fixtures.linting import LintedFolder
from sqlalchemy import Engine

from toolkit.cli.main import main
from toolkit.database import DatabaseUrl
from toolkit.migrate.lint.examples import WORLD_SQL

DROPS = 'op.drop_column("notes", "body")'


Run = Callable[..., Ran]


@pytest.fixture
def neonkit(
    project: LintedFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command line in the project's folder."""
    monkeypatch.chdir(project.folder.root)
    capsys.readouterr()

    def run(*line: str) -> Ran:
        code = main(line)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


@pytest.fixture
def project(linted: LintedFolder) -> LintedFolder:
    """A repository of its own, with a revision after the first."""
    (linted.folder.root / ".git").mkdir()
    linted.add("one", "first", f"op.create_index('ix', 'tasks', ['due'])\n{DROPS}")
    return linted


def test_findings_end_with_five(neonkit: Run) -> None:
    ran = neonkit("lint", "heads")
    assert ran.code == 5
    assert "migrations/versions/one_one.py:18: error index-create-blocking tasks: " in ran.out
    assert ran.out.splitlines()[-1].endswith("looked at 1 revisions, 2 statements, 151 rules")
    assert neonkit("lint", "first", "--fail-on", "error", "--off", "schema-drop").code == 0
    assert neonkit("lint", "first:one", "--fail-on", "error").code == 5
    off = ("--off", "index-create-blocking", "--off", "column-drop")
    assert neonkit("lint", "heads", *off).code == 0


def test_json_and_other_formats(neonkit: Run) -> None:
    ran = neonkit("lint", "heads", "--min-severity", "error", "--json")
    assert [one["rule"] for one in ran.json["findings"]] == ["index-create-blocking", "column-drop"]
    github = neonkit("lint", "heads", "--format", "github")
    assert github.code == 5
    assert "::error" in github.out
    assert "one_one.py" in github.out


def test_ignored_in_the_settings_and_a_baseline(project: LintedFolder, neonkit: Run) -> None:
    project.folder.write(
        "pyproject.toml",
        """
        [[tool.neonkit.ignore]]
        rule = "column-drop"
        subject = "notes.*"
        reason = "nobody has read it since March"
        """,
    )
    ran = neonkit("lint", "--min-severity", "error", "--json")
    assert [one["rule"] for one in ran.json["findings"]] == ["index-create-blocking"]
    written = neonkit("lint", "--write-baseline")
    assert written.code == 0
    assert neonkit("lint", "--baseline", "neonkit-baseline.json").code == 0
    project.add("two", "one", "op.drop_table('diaries')", message="two")
    ran = neonkit("lint", "--baseline", "neonkit-baseline.json", "--min-severity", "error", "--json")
    assert [one["rule"] for one in ran.json["findings"]] == ["table-drop"]


def test_live_sizes_and_pending(neonkit: Run, engine: Engine, database_url: DatabaseUrl) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(WORLD_SQL)
        connection.exec_driver_sql(
            "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('first');"
            "INSERT INTO tasks SELECT i, NULL, 'x' FROM generate_series(1, 20000) i; ANALYZE tasks"
        )
    url = ("--url", database_url.reveal_plain())
    ran = neonkit("lint", "pending", "--live", "--json", *url)
    errors = {one["rule"]: one for one in ran.json["findings"] if one["severity"] == "error"}
    assert set(errors) == {"index-create-blocking"}
    assert errors["index-create-blocking"]["evidence"]["tasks"]["rows"] == 20000
    assert ran.code == 5


def test_sql_files(neonkit: Run, project: LintedFolder) -> None:
    project.folder.write("a.sql", "CREATE INDEX CONCURRENTLY i ON t (x);\n")
    project.folder.write("b.sql", "DROP TABLE t;\n")
    assert neonkit("lint", "a.sql").code == 0
    assert neonkit("lint", "a.sql", "--in-transaction").code == 5
    ran = neonkit("lint", "a.sql", "b.sql")
    assert ran.code == 5
    assert "b.sql:1: error table-drop t: " in ran.out
    for line in (("a.sql", "heads"), ("heads", "first"), ("heads", "--write-baseline")):
        assert neonkit("lint", *line).code == 2
    assert neonkit("lint", "--off", "nothing").code == 2


def test_rules_are_explained(neonkit: Run) -> None:
    ran = neonkit("rule", "not-null-unproven")
    assert ran.code == 0
    assert "SET NOT NULL" in ran.out
    assert neonkit("rule", "fk-without-index", "--json").json["id"] == "fk-without-index"
    wrong = neonkit("rule", "not-null-unprovan")
    assert wrong.code == 2
    assert "not-null-unproven" in wrong.err
