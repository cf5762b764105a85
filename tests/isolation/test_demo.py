"""The reference application with its seeds: the verdicts a newcomer sees."""

from __future__ import annotations

import time

from fixtures.demo import APP_ROLE

from toolkit.database import Database, DatabaseUrl
from toolkit.isolation import Verb, Verdict, judge_database
from toolkit.models.ownership import OwnershipRules


def test_the_reference_application_holds(demo_url: DatabaseUrl) -> None:
    began = time.monotonic()
    report = judge_database(Database.at(demo_url), OwnershipRules(owner_root="users"))
    assert time.monotonic() - began < 20
    assert report.subject.role == APP_ROLE
    verdicts = {(cell.table, cell.verb): cell.verdict for cell in report.cells}
    assert set(verdicts.values()) == {Verdict.HELD, Verdict.PROVEN}, verdicts
    assert verdicts["public.task_tag_links", Verb.REFERENCES] is Verdict.PROVEN
    assert {table for table, _ in verdicts} == {
        f"public.{t}" for t in ("users", "tasks", "tags", "task_tag_links")
    }


def test_without_rows_nothing_is_proved_by_trying(demo_head_url: DatabaseUrl) -> None:
    report = judge_database(Database.at(demo_head_url), OwnershipRules(owner_root="users"))
    reading = {cell.verdict for cell in report.cells if cell.verb is Verb.READ}
    assert reading == {Verdict.UNKNOWN}
