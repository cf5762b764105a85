"""Mode 1: is it healthy, and what needs me."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal

from toolkit.reports.table import table
from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.isolation import Isolation
from toolkit.tui.facts.migrations import Revisions
from toolkit.tui.facts.schema import Schema
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane
from toolkit.tui.widgets.words import bar, count, size


class OverviewScreen(ModeScreen):
    """Health, migrations, sizes, isolation and the log, each from the facts; nothing is asked from here."""

    mode: ClassVar[str] = "overview"
    twin = "neonkit status"

    def panes(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield TextPane("Health", id="health")
            yield TextPane("Migrations", id="migrations")
        with Horizontal(classes="row"):
            yield TextPane("Size", id="size", columns=True)
            yield TextPane("Isolation", id="isolation")
        yield TextPane("Log", id="log")

    def show(self) -> None:
        app = self.cockpit
        width = self.app.size.width
        self.query_one("#health", TextPane).tell(health(app.board.identity, app.board.schema))
        self.query_one("#migrations", TextPane).tell(migrations(app.board.revisions))
        self.query_one("#size", TextPane).tell(sizes(app.board.schema, bar_width=max(4, width // 4 - 18)))
        self.query_one("#isolation", TextPane).tell(isolation(app.board.isolation))
        log = self.query_one("#log", TextPane)
        log.tell("\n".join(app.board.history))
        log.scroll_end(animate=False)


def health(identity: Identity | Failure | None, schema: Schema | Failure | None) -> str:
    """Connection, role and counts in words."""
    if identity is None:
        return "connecting ..."
    if isinstance(identity, Failure):
        return identity.text
    bypass = "BYPASSES row-level security" if identity.bypasses_policies else "bound by row-level security"
    lines = [
        f"connect   ok   {identity.milliseconds:.0f} ms",
        f"server    PostgreSQL {identity.version}",
        f"host      {identity.host} ({'pooled' if identity.pooled else 'direct'})",
        f"role      {identity.role}: {bypass}",
        f"session   {'READ-ONLY' if identity.read_only else 'writes on'}",
    ]
    if isinstance(schema, Schema):
        lines.append("holds     " + ", ".join(schema.counts))
        lines.append(f"digest    {schema.digest[:16]}")
    elif isinstance(schema, Failure):
        lines.append(schema.text)
    else:
        lines.append("holds     reading the catalog ...")
    return "\n".join(lines)


def migrations(revisions: Revisions | Failure | None) -> str:
    """Where the version table stands against the graph."""
    if revisions is None:
        return "reading the revisions ..."
    if isinstance(revisions, Failure):
        return revisions.text
    applied = sum(line.state != "pending" for line in revisions.lines)
    lines = [
        f"applied {applied}   current {', '.join(revisions.current) or 'base'}",
        f"heads   {len(revisions.heads)}   {', '.join(revisions.heads)}",
    ]
    if revisions.unknown:
        lines.append(f"E  in the database but in no file: {', '.join(revisions.unknown)}")
    if not revisions.pending:
        lines.append("ok at head, nothing is pending")
    else:
        lines.append(f"W  {len(revisions.pending)} pending  (press 3, then a)")
        messages = {line.revision: line.message for line in revisions.lines}
        lines.extend(f"   {revision}  {messages.get(revision, '')}" for revision in revisions.pending)
    return "\n".join(lines)


def sizes(schema: Schema | Failure | None, *, bar_width: int) -> str:
    """The largest relations with bars."""
    if schema is None:
        return "reading the catalog ..."
    if isinstance(schema, Failure):
        return schema.text
    tables = sorted(schema.tables, key=lambda line: (-(line.size_bytes or 0), line.name))[:12]
    if not tables:
        return "no tables"
    largest = max(line.size_bytes or 0 for line in tables)
    rows = tuple(
        (
            line.name,
            size(line.size_bytes).rjust(9),
            count(line.rows).rjust(9),
            bar(line.size_bytes or 0, largest, bar_width),
        )
        for line in tables
    )
    return table(("table", "size".rjust(9), "rows".rjust(9), ""), rows)


def isolation(result: Isolation | Failure | None) -> str:
    """The totals of the first isolation result."""
    if result is None:
        return "not checked yet (press 5, then p)"
    if isinstance(result, Failure):
        return result.text
    totals = "   ".join(f"{verdict} {number}" for verdict, number in result.totals)
    return "\n".join([result.first, totals, *result.findings])
