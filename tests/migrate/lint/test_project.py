"""Whole projects: lines, ranges, what cannot be written offline, comments, live sizes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from fixtures.linting import LintedFolder

from toolkit.database.embedded import RunningServer
from toolkit.findings import Finding, Report, Severity
from toolkit.migrate.graph import Revision, RevisionGraph
from toolkit.migrate.lint import Live, LiveTable, NotInGitError, UnreadableSqlError
from toolkit.migrate.lint.project import JUDGED_NEWEST, Terms, lint_file, lint_project
from toolkit.migrate.lint.ranges import chosen, new_since
from toolkit.migrate.project import AlembicProject
from toolkit.suppression import BadSuppressionError

ROOT = Path(__file__).parents[3]
NO_SCRATCH = Terms(scratch=False)


def everything(graph: RevisionGraph) -> tuple[Revision, ...]:
    return graph.revisions


def newest(graph: RevisionGraph) -> tuple[Revision, ...]:
    return graph.resolve("heads")


def lint(folder: ProjectFolder, terms: Terms = NO_SCRATCH) -> Report:
    return lint_project(folder.open(), newest, terms)


def of(report: Report, rule: str) -> list[Finding]:
    return [one for one in report.findings if one.rule == rule]


def lines(report: Report, rule: str) -> list[int | None]:
    return [one.location.line if one.location else None for one in of(report, rule)]


def line_of(folder: ProjectFolder, name: str, text: str) -> int:
    written = (folder.root / "migrations/versions" / name).read_text().splitlines()
    return next(number for number, line in enumerate(written, 1) if text in line)


def test_every_finding_has_the_line_of_its_call(linted: LintedFolder) -> None:
    linted.add(
        "one",
        "first",
        """
        def index(name):
            op.create_index(
                f"ix_{name}",
                "tasks", [name])

        op.drop_column(
            "tasks", "done"
        )
        index("due")
        op.execute("SELECT 1; DROP TABLE notes")
        """,
    )
    report = lint(linted.folder)
    for rule, text in (
        ("column-drop", "op.drop_column("),
        ("index-create-blocking", "op.create_index("),
        ("table-drop", "SELECT 1; DROP"),
    ):
        assert lines(report, rule) == [line_of(linted.folder, "one_one.py", text)]
    assert all(one.location and one.location.line and one.location.path for one in report.findings)


def test_a_revision_is_judged_by_those_before_it(linted: LintedFolder) -> None:
    linted.add("one", "first", "op.create_table('new', sa.Column('id', sa.Integer, primary_key=True))")
    linted.add("two", "one", "op.create_index('ix', 'new', ['id'])", message="two")
    report = lint_project(linted.folder.open(), everything, NO_SCRATCH)
    assert [one.location.path for one in of(report, "index-create-blocking") if one.location] == [
        "migrations/versions/two_two.py"
    ]


LOOKS = "if sa.inspect(op.get_bind()).has_table('tasks'):\n    op.drop_column('notes', 'body')"


def test_what_cannot_be_written_is_recorded(linted: LintedFolder, server: RunningServer) -> None:
    linted.add("one", "first", LOOKS)
    before = linted.folder.digest()
    report = lint(linted.folder, Terms(scratch_server=server.url))
    assert lines(report, "column-drop") == [line_of(linted.folder, "one_one.py", "op.drop_column")]
    assert report.unknowns == ()
    assert linted.folder.digest() == before


def test_what_can_be_neither_written_nor_recorded_is_unknown(
    linted: LintedFolder, server: RunningServer
) -> None:
    linted.add("one", "first", "op.get_bind().execute(sa.text('SELECT * FROM nowhere')).one()")
    report = lint(linted.folder, Terms(scratch_server=server.url))
    (unknown,) = report.unknowns
    at = line_of(linted.folder, "one_one.py", "nowhere")
    assert unknown.subject == f"migrations/versions/one_one.py:{at}"
    assert "scratch database" in unknown.reason
    assert [one.rule for one in lint(linted.folder).unknowns] == ["statements-not-known"]


def test_an_earlier_revision_that_cannot_be_read_is_told(linted: LintedFolder) -> None:
    linted.add("one", "first", LOOKS)
    linted.add("two", "one", "op.drop_column('notes', 'code')", message="two")
    (unknown,) = lint(linted.folder).unknowns
    assert "one_one.py" in unknown.subject
    assert "as if it changed nothing" in unknown.reason


def test_passwords_are_not_shown(linted: LintedFolder) -> None:
    secret = "correct horse"
    mapping = f"CREATE USER MAPPING FOR app SERVER s OPTIONS (password '{secret}')"
    statement = f"ALTER ROLE app PASSWORD '{secret}'; {mapping}"
    linted.add("one", "first", f"op.execute({statement!r})\nop.drop_column('notes', 'body')")
    report = lint(linted.folder, JUDGED_NEWEST)
    assert report.findings
    assert report.unknowns
    assert secret not in repr(report)


def test_binds_are_seen(linted: LintedFolder) -> None:
    up = "op.execute(sa.text('DELETE FROM notes WHERE :yes').bindparams(yes=True))"
    linted.add("one", "first", up)
    assert len(of(lint(linted.folder), "dml-tautology")) == 1


def test_commit_modes(linted: LintedFolder) -> None:
    linted.add(
        "one",
        "first",
        """
        with op.get_context().autocommit_block():
            op.create_index("ix_due", "tasks", ["due"], postgresql_concurrently=True)
        op.create_index("ix_price", "tasks", ["price"], postgresql_concurrently=True)
        """,
    )
    assert lines(lint(linted.folder), "not-in-transaction") == [
        line_of(linted.folder, "one_one.py", "ix_price")
    ]


def test_ranges(linted: LintedFolder) -> None:
    for id_, parent in (("one", "first"), ("two", "one"), ("three", "two")):
        linted.add(id_, parent, "pass", message=id_)
    graph = linted.folder.open().graph()

    def ids(written: str | None) -> list[str]:
        return [one.id for one in chosen(graph, written, lambda: ("two",))]

    assert ids(None) == ["first", "one", "two", "three"]
    assert ids("one:three") == ["two", "three"]
    assert ids(":one") == ["first", "one"]
    assert ids("two:") == ids("pending") == ids("current:") == ids("heads") == ["three"]
    assert ids("one") == ["one"]


def test_what_is_new_in_git(linted: LintedFolder) -> None:
    root = linted.folder.root

    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)

    with pytest.raises(NotInGitError):
        new_since("main", root)
    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "first")
    git("checkout", "-b", "feature")
    linted.add("one", "first", "pass")
    git("add", ".")
    git("commit", "-m", "one")
    linted.add("two", "one", "pass", message="two")
    names = {path.name for path in new_since("main", root) if path.parent.name == "versions"}
    assert names == {"one_one.py", "two_two.py"}
    with pytest.raises(NotInGitError) as caught:
        new_since("nothing", root)
    assert "nothing" in caught.value.sentence


def test_comments_silence_with_a_reason(linted: LintedFolder) -> None:
    linted.add(
        "one",
        "first",
        """
        op.drop_column("tasks", "done")  # neonkit: ignore[column-drop] not read since March
        # neonkit: ignore[column-drop, column-drop-collateral] nobody sets it
        op.drop_column(
            "tasks",
            "status",
        )
        op.drop_column("tasks", "due")
        op.execute("SELECT 1")  # neonkit: ignore[table-drop] nothing is dropped here
        """,
    )
    report = lint(linted.folder)
    assert lines(report, "column-drop") == [line_of(linted.folder, "one_one.py", '"due"')]
    assert {one.reason for one in report.suppressed} == {"not read since March", "nobody sets it"}
    assert lines(report, "suppression-unused") == [line_of(linted.folder, "one_one.py", "SELECT 1")]


def test_a_comment_without_a_reason_is_refused(linted: LintedFolder) -> None:
    linted.add("one", "first", 'op.drop_column("tasks", "done")  # neonkit: ignore[column-drop]')
    with pytest.raises(BadSuppressionError):
        lint(linted.folder)


WEIGHTS = [
    (LiveTable(0, 0), None),
    (LiveTable(100, 8192), Severity.INFO),
    (LiveTable(100, 8192, reads=10**6), Severity.WARNING),
    (LiveTable(10**7, 10**9), Severity.ERROR),
]


@pytest.mark.parametrize(("size", "severity"), WEIGHTS)
def test_severity_follows_live_size_and_use(
    size: LiveTable, severity: Severity | None, linted: LintedFolder
) -> None:
    linted.add("one", "first", "op.create_index('ix', 'tasks', ['due'])")
    found = of(
        lint(linted.folder, Terms(scratch=False, live=Live({("", "tasks"): size}))), "index-create-blocking"
    )
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_short_lock_on_a_busy_table_is_a_warning(linted: LintedFolder) -> None:
    linted.add("one", "first", "op.add_column('tasks', sa.Column('colour', sa.Text()))")
    busy = Live({("", "tasks"): LiveTable(10**7, 10**9, writes=10**6)})
    (found,) = of(lint(linted.folder, Terms(scratch=False, live=busy)), "strong-lock")
    assert found.severity is Severity.WARNING
    assert "tasks" in found.evidence


def test_a_sql_file(tmp_path: Path) -> None:
    path = tmp_path / "change.sql"
    path.write_text(
        "BEGIN;\n-- neonkit: ignore[table-drop] empty since May\nDROP TABLE old;\nCOMMIT;\n\n"
        "CREATE INDEX CONCURRENTLY a ON t (x);\nVACUUM FULL t;\n"
    )
    report = lint_file(path)
    errors = {one.rule for one in report.findings if one.severity is Severity.ERROR}
    assert errors == {"table-rewrite-command"}
    assert [one.finding.rule for one in report.suppressed] == ["table-drop"]
    inside = lint_file(path, Terms(in_transaction=True))
    assert "not-in-transaction" not in {one.rule for one in report.findings}
    assert report.looked_at["statements"] == inside.looked_at["statements"] == 3
    with pytest.raises(UnreadableSqlError):
        lint_file(tmp_path / "nowhere.sql")


def test_the_reference_application_has_no_error() -> None:
    report = lint_project(AlembicProject.open(ROOT), everything, JUDGED_NEWEST)
    assert [(one.rule, one.subject) for one in report.findings if one.severity is Severity.ERROR] == []
    assert {one.rule for one in report.unknowns} == {"statement-not-measured"}
    assert report.looked_at["revisions"] >= 16


@pytest.mark.parametrize("version", [15, 18])
def test_a_whole_template_project(version: int, make_project: MakeProject) -> None:
    report = lint_project(make_project().open(), everything, Terms(version, scratch=False))
    assert report.unknowns == ()
    assert "index-create-blocking" in {one.rule for one in report.findings}
