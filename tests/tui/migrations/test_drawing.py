"""What mode 3 draws, without an app: the plan as a table, findings, revisions, a run's panes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from rich.cells import cell_len

from toolkit.events import Blocked, Blocker, RevisionStarted, Waiting
from toolkit.tui.facts.migrations import RevisionLine, Revisions
from toolkit.tui.facts.plan import PlanFacts, PlanFinding, PlanLoss, PlanStep, Rehearsed
from toolkit.tui.facts.runs import Queue, RunPlan, RunStep
from toolkit.tui.screens.migrations.details import finding_detail, plan_detail, script_detail, step_detail
from toolkit.tui.screens.migrations.folding import Ended, fold
from toolkit.tui.screens.migrations.plan_table import (
    above_text,
    finding_line,
    losses_text,
    plan_subtitle,
    plan_table,
    plan_title,
    too_old,
)
from toolkit.tui.screens.migrations.revision_list import revision_options, revision_text, standing_text
from toolkit.tui.screens.migrations.run_panes import bar_text, doing_text, steps_text, wait_text, wait_title

STEP = PlanStep(
    position=1,
    revision="b7d1aa00c001",
    short="b7d1aa",
    line=14,
    sql="ALTER TABLE orders ADD COLUMN tenant_id uuid DEFAULT gen_random_uuid()",
    times=1,
    transaction="1",
    lock="ACCESS EXCLUSIVE",
    relation="public.orders",
    more=5,
    blocks="R+W",
    work="rewrite",
    size="21,480,112 rows, 9.1 GB",
    estimate="~ 4 min",
    basis="9.1 GB against a throughput measured on the copy",
    risk="HIGH",
    locks=("ACCESS EXCLUSIVE on public.orders: reads and writes of others wait (seen and matrix)",),
)
INDEX = replace(
    STEP,
    position=2,
    sql="CREATE INDEX CONCURRENTLY ix ON orders (tenant_id)",
    transaction="own",
    lock="SHARE UPDATE EXCLUSIVE",
    more=0,
    blocks="DDL",
    work="index",
    risk="low",
)
FINDING = PlanFinding(
    "E",
    "column-add-volatile-default",
    "orders",
    "Adding tenant_id to [bold]orders[/bold] writes every row anew.",
    position=1,
    revision="b7d1aa00c001",
    place="b7d1.py:14",
    fix="add it nullable",
    sql=("ALTER TABLE orders ADD COLUMN tenant_id uuid",),
    operations=("op.execute('ALTER TABLE orders ADD COLUMN tenant_id uuid')",),
)
PLAN = PlanFacts(
    id="7f31c9aa00bb",
    target="head",
    made=1_000_000.0,
    until=1_000_900.0,
    ground="the live schema, made again from its catalog, without rows",
    revisions=(("b7d1aa00c001", "add tenant"),),
    steps=(STEP, INDEX),
    losses=(PlanLoss(1, "public.orders.notes", "the column goes, with its values", "about 21 M rows"),),
    findings=(FINDING,),
    forecasts=("orders.x: 3 rows hold a null.",),
    notes=("The copy was built on the database's server.",),
    asked=(("will run", "2 statements of 1 revision"),),
    names_to_lose=("public.orders.notes",),
    reversible=False,
    twin="neonkit upgrade --plan 7f31c9aa00bb --yes",
)


@pytest.mark.parametrize("columns", [56, 62, 76, 90, 120, 200])
def test_a_plan_fits_and_keeps_what_matters(columns: int) -> None:
    table = plan_table(PLAN, columns)
    lines = [table.heading, *(line.plain for line in table.lines)]
    assert max(cell_len(line) for line in lines) <= columns + 1  # a blank at the end
    for word in ("b7d1aa", "ACCESS EXCLUSIVE", "R+W", "~ 4 min", "HIGH"):
        assert word in lines[1]
    assert "SHARE UPDATE EXCL" in lines[2]
    assert ("9.1 GB" in lines[1]) == (columns >= 120)


def test_measured_times_replace_estimates() -> None:
    steps = (replace(STEP, measured="4.12 s", held="4.20 s"), INDEX)
    rehearsed = Rehearsed("a copy", "as many rows as live", ("b7d1  up  ok 4.30 s",), (), "rehearsed")
    plan = replace(PLAN, steps=steps, rehearsed=rehearsed)
    table = plan_table(plan, 100)
    assert "took" in table.heading
    assert "4.12 s" in table.lines[0].plain
    assert "~ 4 min" not in table.lines[0].plain
    assert "~ 4 min" in table.lines[1].plain
    assert "measured on as many rows as live" in plan_subtitle(plan, plan.findings)
    assert "measured 4.12 s, lock held 4.20 s; estimate ~ 4 min" in step_detail(plan, plan.steps[0]).plain
    assert "b7d1  up  ok 4.30 s" in plan_detail(plan).plain


def test_losses_stand_apart_with_rows() -> None:
    assert losses_text(PLAN).plain == (
        "LOSES  step 1  public.orders.notes  about 21 M rows: the column goes, with its values"
    )
    changed = replace(PLAN, changed="the schema was [b]changed[/b]")
    assert above_text(changed).plain.splitlines() == [
        "DOES NOT HOLD  the schema was [b]changed[/b]; p makes it anew",
        losses_text(PLAN).plain,
    ]


def test_a_plan_says_how_long_it_holds_and_what_was_found() -> None:
    made = time.strftime("%H:%M:%S", time.localtime(PLAN.made))
    head = f"Plan +1  7f31c9aa00bb  made {made}, "
    assert plan_title(PLAN, PLAN.made) == head + "holds 15 min"
    assert plan_title(PLAN, PLAN.until - 59) == head + "holds less than 1 min"
    assert plan_title(PLAN, PLAN.until) == head + "too old: p"
    assert plan_title(replace(PLAN, changed="x"), PLAN.made) == head + "does not hold: p"
    assert too_old(PLAN, PLAN.until - 1) == ""
    assert "was made 15 min ago and is too old" in too_old(PLAN, PLAN.until)
    assert plan_subtitle(PLAN, PLAN.findings) == "1 error"
    assert plan_subtitle(PLAN, ()) == "nothing found"


def test_markup_and_control_characters_are_shown() -> None:
    assert finding_line(FINDING).plain == (
        "E column-add-volatile-default step 1: Adding tenant_id to [bold]orders[/bold] writes every row anew."
    )
    assert "[bold]orders[/bold]" in finding_detail(FINDING).plain
    strange = replace(STEP, sql="SELECT '\x1b[31m [red]x[/red]'")
    assert "\\x1b[31m [red]x[/red]" in step_detail(PLAN, strange).plain


def test_details_hold_the_exact_statement_and_everything_known() -> None:
    text = step_detail(PLAN, STEP).plain
    assert text.startswith(STEP.sql)
    for word in ("transaction 1", "line 14", STEP.size, STEP.basis, STEP.locks[0], FINDING.sentence):
        assert word in text
    assert "commits by itself" in step_detail(PLAN, INDEX).plain
    found = finding_detail(FINDING).plain
    assert FINDING.sql[0] in found
    assert FINDING.operations[0] in found
    assert "fix: add it nullable" in found
    worded = replace(FINDING, sql=(), operations=(), example_sql="SELECT 1;", example_operations="op.f()")
    assert "the safe way" in finding_detail(worded).plain


MERGE = RevisionLine("m1", "join", "pending", "(merge, head)", "m1.py", "x = 1", "m1", "*", (), ("|\\",))
LEFT = RevisionLine(
    "l1", "left", "current", "", "l1.py", "", "l1", "| *", (), (), "The file of l1 was edited.", "2026-07-01"
)
GRAPH = Revisions((MERGE, LEFT), ("l1",), ("m1",), ("m1",))


def test_revisions_are_signs_and_words() -> None:
    assert revision_text(MERGE, 3).plain == "+   m1 pending join (merge, head)"
    assert revision_text(LEFT, 3).plain == "| * l1 current EDITED left"
    options = list(revision_options(GRAPH))
    assert [(option.id, option.disabled) for option in options] == [
        ("m1", False),
        (None, True),
        ("l1", False),
    ]
    assert "last run 2026-07-01" in script_detail(LEFT).plain
    assert "EDITED" in script_detail(LEFT).plain


def test_where_the_database_stands() -> None:
    assert standing_text(GRAPH) == "at l1  +1  1 head"
    assert standing_text(Revisions((), (), (), ())) == "at base  +0  no revisions"
    assert standing_text(replace(GRAPH, heads=("a", "b"))) == "at l1  +1  2 heads"


RUN = RunPlan("upgrade", "twin", (RunStep("b7d1", "b7d1", STEP.sql, STEP.sql, "1"),), "7f31", "apply again")
READER = Blocker(4121, "app_rw", "reports", "idle in transaction", 432.0, "SELECT .. FROM orders")
BEGUN = RevisionStarted("b7d1", "upgrade", "add")


def test_a_wait_says_who_since_when_and_what() -> None:
    view = fold(RUN, (BEGUN, Blocked("ALTER TABLE orders", 0.2, (READER,))), (100.0, 100.2))
    queue = Queue(5210, ("4121  reports  blocks 3", "`- 5210  US"), 3, (4121,))
    text = wait_text(view, queue, 101.6).plain
    assert "WAIT 1.6 s: blocked by 1 session, 3 queue behind us" in text
    assert "pid 4121  app_rw  'reports'  idle in transaction  transaction 07:13 old" in text
    assert "last statement: SELECT .. FROM orders" in text
    assert "`- 5210  US" in text
    assert wait_title(view, RUN) == "step 1 of 1  WAITING FOR A LOCK"
    assert "terminate pid 4121" in doing_text(view, RUN).plain
    assert "WAIT   1 b7d1" in steps_text(view, RUN, 31.0, "12:06:44", 5210).plain


def test_what_is_hidden_is_said_to_be() -> None:
    hidden = Blocker(7, None, None, None, None, None)
    view = fold(RUN, (BEGUN, Blocked("ALTER", 0.2, (hidden,))))
    text = wait_text(view, None, 0.0).plain
    assert "pid 7  role hidden  no application name  state hidden  transaction ? old" in text
    assert "queue" not in text


def test_a_back_off_says_how_long() -> None:
    view = fold(RUN, (BEGUN, Waiting("b7d1 gave way: lock timeout", 4.0, 3)), (100.0, 100.0))
    assert "3.0 s left; then try 4" in wait_text(view, None, 101.0).plain
    assert "t  try again now" in doing_text(view, RUN).plain
    assert "t  try again now" not in doing_text(fold(RUN, (BEGUN,)), RUN).plain


def test_the_restore_point_stands_beside_the_run() -> None:
    run = replace(RUN, restore_point="pre-7f31-20260723-120640")
    assert "restore  pre-7f31-20260723-120640" in steps_text(fold(run, (BEGUN,)), run, 1.0, "12", None).plain
    failed = fold(run, (BEGUN,), (), Ended(False, "It failed."))
    assert "to go back to: restore point pre-7f31-20260723-120640" in doing_text(failed, run).plain


@pytest.mark.parametrize(
    ("ended", "title", "word"),
    [
        (Ended(True, "upgraded"), "The end: done", "back to the revisions"),
        (Ended(False, "It failed.", "Mend it."), "The end: FAIL", "Mend it."),
        (Ended(False, "Stopped.", "", stopped=True), "The end: stopped", "apply again"),
    ],
)
def test_the_end_says_what_follows(ended: Ended, title: str, word: str) -> None:
    view = fold(RUN, (BEGUN,), (), ended)
    assert wait_title(view, RUN) == title
    assert wait_text(view, None, 0.0).plain == ended.sentence
    assert word in doing_text(view, RUN).plain


def test_how_far_it_is() -> None:
    assert bar_text(fold(RUN, (BEGUN,))) == "[                ] 0 %  0 of 1"
    assert bar_text(fold(RUN, (BEGUN,), (), Ended(True, "done"))) == "[################] 100 %  1 of 1"
    assert "unknown" in bar_text(fold(RunPlan("upgrade", "", ()), (BEGUN,)))
