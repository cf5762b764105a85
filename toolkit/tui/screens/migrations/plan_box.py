"""The plan's box: what can be lost, the statements as a table that fits, and what was found."""

from __future__ import annotations

import time

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static
from textual.widgets.option_list import Option

from toolkit.reports.table import printable
from toolkit.tui.facts.plan import PlanFacts, PlanFinding, PlanStep
from toolkit.tui.screens.migrations.plan_table import (
    above_text,
    finding_line,
    plan_subtitle,
    plan_table,
    plan_title,
)
from toolkit.tui.widgets.option_list import OptionList

TOLD_AGAIN = 15.0
"""Seconds after which the plan's age is told again."""
NARROWEST = 40
"""Columns for which the table is made at least, whatever the box has before its first layout."""


class PlanBox(Vertical):
    """Shows a plan, or words where there is none. Its two lists take the focus."""

    def __init__(self) -> None:
        super().__init__(id="plan")
        self.plan: PlanFacts | None = None
        self._words = ""
        self._width = 0

    def compose(self) -> ComposeResult:
        yield Static(id="losses")
        yield Static(id="plan-heading")
        yield OptionList(id="steps")
        yield OptionList(id="findings")
        yield Static(id="restore")

    @property
    def findings(self) -> tuple[PlanFinding, ...]:
        """Those of the plan, then those of its rehearsal."""
        if self.plan is None:
            return ()
        measured = self.plan.rehearsed
        return (*self.plan.findings, *(() if measured is None else measured.findings))

    @property
    def step(self) -> PlanStep | None:
        """The statement under the cursor."""
        at = self.query_one("#steps", OptionList).highlighted
        return None if self.plan is None or at is None else self.plan.steps[at]

    @property
    def finding(self) -> PlanFinding | None:
        """The finding under the cursor."""
        at = self.query_one("#findings", OptionList).highlighted
        return None if at is None else self.findings[at]

    def go_to_finding(self, step: PlanStep) -> bool:
        """Put the cursor on the worst finding of a statement; False if there is none."""
        own = [number for number, one in enumerate(self.findings) if one.position == step.position]
        if own:
            self.query_one("#findings", OptionList).highlighted = own[0]
        return bool(own)

    def tell(self, plan: PlanFacts | None, words: str) -> bool:
        """Show a plan, or `words` in its place; whether that is another plan than before."""
        if (plan, words) == (self.plan, self._words):
            return False
        other = plan is not self.plan
        self.plan, self._words = plan, words
        self.set_class(plan is not None, "-planned")
        above = plan is not None and bool(plan.losses or plan.changed)
        self.query_one("#losses").display = above
        if plan is None:
            self.border_title, self.border_subtitle = "Plan", ""
            self.query_one("#plan-heading", Static).update(Text(words))
            self._fill("#steps", [])
            self._fill("#findings", [])
            return False
        self.tell_age()
        self.border_subtitle = Text(plan_subtitle(plan, self.findings))
        self.query_one("#losses", Static).update(above_text(plan))
        self.query_one("#restore", Static).update(
            Text(printable(f"restore point: {plan.restore_words}"), no_wrap=True, overflow="ellipsis")
        )
        self._fill("#findings", [Option(finding_line(one)) for one in self.findings])
        self._fit()
        return other

    def on_mount(self) -> None:
        self.set_interval(TOLD_AGAIN, self.tell_age)

    def tell_age(self) -> None:
        """Say how long the plan may still be applied."""
        if self.plan is not None:
            self.border_title = Text(plan_title(self.plan, time.time()))

    def on_resize(self) -> None:
        """With another width other columns fit."""
        if self.content_size.width != self._width:
            self._fit()

    def _fit(self) -> None:
        self._width = self.content_size.width
        if self.plan is not None:
            # The scroll bar of the list takes a column.
            table = plan_table(self.plan, max(self._width - 1, NARROWEST))
            self.query_one("#plan-heading", Static).update(Text(table.heading, style="bold", no_wrap=True))
            self._fill("#steps", [Option(line) for line in table.lines])

    def _fill(self, selector: str, options: list[Option]) -> None:
        listing = self.query_one(selector, OptionList)
        kept = listing.highlighted or 0
        listing.clear_options()
        listing.add_options(options)
        listing.display = bool(options)
        if options:
            listing.highlighted = min(kept, len(options) - 1)
