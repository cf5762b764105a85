"""What a program was heard to send, beside the verdicts, and the file that keeps it."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.findings import Report, Severity
from toolkit.isolation import Cell, Verb, Verdict
from toolkit.isolation.as_findings import as_findings
from toolkit.isolation.statements import StatementAnswer, statement_answers, with_statements
from toolkit.isolation.trace import Grounds, Heard, HeardStatements, StatementAudit, TraceFileError
from toolkit.isolation.trace.heard import load, save
from toolkit.isolation.verdict import IsolationReport, Layer, LayerAnswer, Subject
from toolkit.models import OwnershipRules, build_ownership
from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape

USERS = TableShape("public", "users", (ColumnShape("id", "integer", False),), ("id",))
TASKS = TableShape(
    "public",
    "tasks",
    (
        ColumnShape("id", "integer", False),
        ColumnShape("user_id", "integer", False),
        ColumnShape("title", "text", False),
    ),
    ("id",),
    (ForeignKeyShape(("user_id",), "public.users", ("id",)),),
)
BOUND = "SELECT * FROM tasks WHERE user_id = 1"
LEANS = "SELECT * FROM tasks WHERE title = 'x'"


@pytest.fixture
def audit() -> StatementAudit:
    graph = build_ownership((USERS, TASKS), OwnershipRules(owner_root="users"))
    return StatementAudit(Grounds.of(graph))


def test_what_was_heard_is_counted_by_table_and_verb(audit: StatementAudit) -> None:
    for statement, user in ((BOUND, "1"), (BOUND, "2"), (LEANS, "1"), (LEANS, None)):
        audit.hear(statement, (), user)
    audit.hear("UPDATE tasks SET user_id = 2 WHERE user_id = 1", (), "1")
    heard = audit.heard()
    assert (heard.statements, heard.of_users) == (5, 4)
    read = heard.of("public.tasks", Verb.READ)
    assert read is not None
    assert (read.bound, read.unbound, read.unknown, read.of_nobody) == (1, 2, 0, 1)
    assert all(place.rpartition(":")[0].endswith("test_statements.py") for place in read.places)
    update = heard.of("public.tasks", Verb.UPDATE)
    assert update is not None
    assert update.unbound == 1
    assert heard.of("public.users", Verb.READ) is None


def test_a_saved_trace_is_read_again(audit: StatementAudit, tmp_path: Path) -> None:
    audit.hear(LEANS, (), "1")
    save(audit.heard(), tmp_path / "trace.json")
    assert load(tmp_path / "trace.json") == audit.heard()
    assert "title" not in (tmp_path / "trace.json").read_text()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"made_by": "neonkit isolation trace", "version": 99}'])
def test_any_other_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text)
    with pytest.raises(TraceFileError):
        load(tmp_path / "other.json")


def test_a_file_that_cannot_be_there(tmp_path: Path) -> None:
    with pytest.raises(TraceFileError, match="cannot be read"):
        load(tmp_path / "none.json")
    with pytest.raises(TraceFileError, match="cannot be written"):
        save(HeardStatements(0, 0, ()), tmp_path / "no folder" / "trace.json")


def heard(**counts: int) -> HeardStatements:
    return HeardStatements(9, 9, (Heard("public.tasks", Verb.READ, **counts, places=("app.py:7",)),))


def cell(verdict: Verdict) -> Cell:
    layers = (LayerAnswer(Layer.POLICY, verdict, ""), LayerAnswer(Layer.STATEMENTS, None, ""))
    return Cell("public.tasks", Verb.READ, verdict, "a reason", layers=layers)


@pytest.mark.parametrize(
    ("database", "counts", "told"),
    [
        (Verdict.HELD, {"bound": 3}, Verdict.HELD),
        (Verdict.LEAK, {"bound": 3}, Verdict.HELD),
        (Verdict.HELD, {"bound": 3, "unbound": 1}, Verdict.CONDITIONAL),
        (Verdict.PROVEN, {"unbound": 1, "unknown": 1}, Verdict.CONDITIONAL),
        (Verdict.LEAK, {"bound": 3, "unbound": 1}, Verdict.LEAK),
        (Verdict.UNKNOWN, {"unbound": 1}, Verdict.UNKNOWN),
        (Verdict.HELD, {"bound": 3, "unknown": 1}, Verdict.UNKNOWN),
        (Verdict.HELD, {"of_nobody": 3}, None),
    ],
)
def test_what_a_trace_says_of_a_cell(database: Verdict, counts: dict[str, int], told: Verdict | None) -> None:
    (answer,) = statement_answers([cell(database)], heard(**counts))
    assert answer.verdict is told


def test_the_layer_is_filled_and_the_verdict_stays() -> None:
    subject = Subject("app", "given", False, (), "owner", True, "app.user_id")
    report = IsolationReport("db", subject, (cell(Verdict.HELD),), Report((), (), {}))
    (found,) = with_statements(report, heard(bound=3, unbound=1)).cells
    assert found.verdict is Verdict.HELD
    assert found.layers[0] == report.cells[0].layers[0]
    assert (found.layers[1].verdict, "app.py:7" in found.layers[1].says) == (Verdict.CONDITIONAL, True)


def test_a_statement_that_leans_on_the_database_is_a_finding_with_its_place() -> None:
    subject = Subject("app", "given", False, (), "owner", True, "app.user_id")
    report = IsolationReport("db", subject, (cell(Verdict.HELD),), Report((), (), {}))
    answers = statement_answers(report.cells, heard(bound=3, unbound=1))
    (finding,) = as_findings(report, answers).findings
    assert (finding.rule, finding.severity) == ("isolation.statement-unbound", Severity.WARNING)
    assert finding.location is not None
    assert (finding.location.path, finding.location.line) == ("app.py", 7)
    fine: tuple[StatementAnswer, ...] = statement_answers(report.cells, heard(bound=3))
    assert as_findings(report, fine).findings == ()
