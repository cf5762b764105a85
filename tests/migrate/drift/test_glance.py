"""Drift at a glance: what the last comparison found, for as long as it holds, and unknown from then on."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from fixtures.drift import EMAIL, DriftProject
from sqlalchemy import Column, Index, Integer, MetaData, Table, event

from toolkit.database import Job
from toolkit.migrate.drift import Acceptance, Glance, GlanceState, Options, Scratch, glance
from toolkit.migrate.drift.fingerprint import models_ddl

NONE, DRIFTED, UNKNOWN = GlanceState


def look(project: DriftProject, folder: Path | None, **more: object) -> Glance:
    """A glance, as a process of its own would have it."""
    opened = project.folder.open()
    try:
        return glance(opened, project.database, None, Options(cache=folder, **more))  # type: ignore[arg-type]  # the test's own keywords
    finally:
        opened.forget()


def test_nothing_is_asked_before_the_first_comparison(drift_project: DriftProject, tmp_path: Path) -> None:
    sent: list[str] = []
    engine = drift_project.database.engine(Job.INSPECT)
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    for folder in (None, tmp_path / "cache"):
        assert look(drift_project, folder) == Glance(UNKNOWN, reason="it was never compared here")
    assert sent == []


def test_it_holds_until_a_side_moves(drift_project: DriftProject, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    drift_project.drift(cache=folder)
    same = look(drift_project, folder)
    assert (same.state, same.differences, same.reason) == (NONE, 0, None)
    assert same.compared is not None
    assert dt.datetime.fromisoformat(same.compared).tzinfo is not None
    drift_project.models(EMAIL)
    moved = look(drift_project, folder)
    assert (moved.state, moved.differences) == (UNKNOWN, 0)
    assert "models, revisions" in str(moved.reason)
    drift_project.models("")
    assert look(drift_project, folder).state == NONE
    drift_project.second()
    assert look(drift_project, folder).state == UNKNOWN
    drift_project.drift(cache=folder)
    pending = look(drift_project, folder)
    assert pending.state == DRIFTED
    assert pending.differences
    drift_project.upgrade()
    assert look(drift_project, folder).reason == "the database was changed since"


def test_a_change_by_hand_and_its_acceptance(drift_project: DriftProject, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    drift_project.drift(cache=folder)
    drift_project.run("create table extra (i int)")
    assert look(drift_project, folder).reason == "the database was changed since"
    drift_project.drift(cache=folder, fresh=True)
    assert look(drift_project, folder).state == DRIFTED
    accepted = (Acceptance("table public.extra", "*", "tried out", dt.date(2999, 1, 1)),)
    assert look(drift_project, folder, accepted=accepted).reason == "the accepted differences changed since"
    drift_project.drift(cache=folder, accepted=accepted)
    assert look(drift_project, folder, accepted=accepted).state == NONE
    later = look(drift_project, folder, accepted=accepted, today=dt.date(2999, 1, 1))
    assert later.state == UNKNOWN


def test_where_the_comparison_was_made_does_not_matter(drift_project: DriftProject, tmp_path: Path) -> None:
    drift_project.drift(cache=tmp_path, production=True)
    for scratch in Scratch:
        assert look(drift_project, tmp_path, scratch=scratch).state == NONE


def test_what_was_not_compared_is_not_none(drift_project: DriftProject, tmp_path: Path) -> None:
    drift_project.second("raise RuntimeError('not today')")
    assert drift_project.drift(cache=tmp_path).unknowns
    assert look(drift_project, tmp_path).reason == "not everything could be compared"


def test_a_spoiled_note_counts_as_none(drift_project: DriftProject, tmp_path: Path) -> None:
    drift_project.drift(cache=tmp_path)
    for spoiled in ("{", "[]", '{"live": 1}', "3"):
        for path in tmp_path.glob("last-*.json"):
            path.write_text(spoiled, "utf-8")
        assert look(drift_project, tmp_path).reason == "it was never compared here"


def test_models_are_recognised_by_another_process() -> None:
    """A table keeps its indexes in a set, by where they lie in memory."""

    def made() -> MetaData:
        metadata = MetaData()
        columns = [Column(f"c{number}", Integer) for number in range(8)]
        Table("t", metadata, *columns, *(Index(f"i{number}", f"c{number}") for number in range(8)))
        return metadata

    kept = [made() for _ in range(20)]
    assert len({models_ddl(one.tables.values()) for one in kept}) == 1
