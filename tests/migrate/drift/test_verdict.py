"""A second run with nothing changed asks the database for its digest only; whatever changes is seen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from fixtures.drift import EMAIL, DriftProject, found
from sqlalchemy import event

from toolkit.database import Job
from toolkit.events import StepFinished
from toolkit.migrate.drift import Acceptance, Cause, DriftReport, Options, Scratch, drift

NO_CHANGE = "nothing changed"


def run(project: DriftProject, folder: Path, **more: object) -> tuple[DriftReport, list[str], list[str]]:
    """The report, the notes of finished steps, and what was sent to the database."""
    notes: list[str] = []
    sent: list[str] = []
    engine = project.database.engine(Job.INSPECT)

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    opened = project.folder.open()
    options = Options(**{"scratch": Scratch.SERVER, "cache": folder, **more})  # type: ignore[arg-type]  # the test's own keywords
    try:
        report = drift(
            opened,
            project.database,
            None,
            options,
            emit=lambda each: notes.append(str(each.detail)) if isinstance(each, StepFinished) else None,
        )
    finally:
        event.remove(engine, "before_cursor_execute", note)
        opened.forget()
    return report, notes, sent


def test_nothing_changed(drift_project: DriftProject, tmp_path: Path) -> None:
    first, notes, sent = run(drift_project, tmp_path / "cache")
    assert NO_CHANGE not in notes
    again, notes, fewer = run(drift_project, tmp_path / "cache")
    assert notes == [NO_CHANGE]
    assert len(fewer) < len(sent) / 2
    assert sum("hashtextextended" in statement for statement in fewer) == 1
    assert (again.differences, again.outside_models, again.not_compared) == ((), (), first.not_compared)
    assert [(side.name, side.source, side.objects) for side in again.sides] == [
        (side.name, "read" if side.name == "live" else "cache", side.objects) for side in first.sides
    ]


def test_what_changes_is_seen(drift_project: DriftProject, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    run(drift_project, folder)
    drift_project.run("alter table authors alter name type text")
    assert found(run(drift_project, folder)[0]) == [("column public.authors.name", "type", Cause.BY_HAND)]
    drift_project.run("alter table authors alter name type varchar(80)")
    assert found(run(drift_project, folder)[0]) == []
    drift_project.models(EMAIL)
    assert [row.cause for row in run(drift_project, folder)[0].differences] == [Cause.MODELS_MOVED]
    drift_project.models("")
    drift_project.second("op.execute('create view v as select 1 as one')")
    assert [row.cause for row in run(drift_project, folder)[0].differences] == [Cause.NOT_APPLIED]
    drift_project.run("update alembic_version set version_num = 'a2'")
    assert [row.cause for row in run(drift_project, folder)[0].differences] == [Cause.BY_HAND]


def test_differences_and_unknowns_are_told_each_time(drift_project: DriftProject, tmp_path: Path) -> None:
    drift_project.run("create table extra (i int)")
    for _ in range(2):
        report, notes, _sent = run(drift_project, tmp_path / "cache")
        assert report.drifted
        assert NO_CHANGE not in notes


def test_acceptances_are_weighed_each_day(drift_project: DriftProject, tmp_path: Path) -> None:
    until = Acceptance("table public.gone", "*", "why not", dt.date(2027, 1, 1))
    for day, expired, unused in (
        (dt.date(2026, 1, 1), (), (until,)),
        (dt.date(2026, 1, 2), (), (until,)),
        (dt.date(2027, 1, 1), (until,), ()),
    ):
        report, _, _ = run(drift_project, tmp_path / "cache", accepted=(until,), today=day)
        assert (report.expired, report.unused) == (expired, unused)


def test_a_broken_file_counts_as_none(drift_project: DriftProject, tmp_path: Path) -> None:
    run(drift_project, tmp_path / "cache")
    (file,) = (tmp_path / "cache").glob("verdict-*.json")
    for broken in ("", "{", "[]", '{"sides": [1]}'):
        file.write_text(broken, encoding="utf-8")
        assert run(drift_project, tmp_path / "cache")[1] != [NO_CHANGE]
