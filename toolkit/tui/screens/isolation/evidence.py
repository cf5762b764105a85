"""What stands behind one verdict, and how the judged role stands: facts to text. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from toolkit.reports.table import printable
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.isolation import SHARED, Isolation, Leak, VerdictLine
from toolkit.tui.widgets.coloured import highlighted
from toolkit.tui.widgets.labelled import labelled

STYLES = {
    "LEAK": "bold red",
    "UNKNOWN": "yellow",
    "CONDITIONAL": "yellow",
    "HELD": "green",
    "PROVEN": "bold green",
    SHARED: "dim",
}
"""Colour repeats the word."""
SHORT = {"CONDITIONAL": "CONDIT.", "references": "refs"}


def verdict_text(verdict: str, *, short: bool = False) -> Text:
    """A verdict as its word."""
    return Text(SHORT.get(verdict, verdict) if short else verdict, style=STYLES.get(verdict, ""))


def first_text(result: Isolation, *, short: bool = False) -> Text:
    """The first thing to know, in words before colours: whether anything is proven, and how much."""
    if result.refusal:
        first = Text(printable(result.refusal), style="bold red")
    else:
        first = Text(printable(result.first), style="bold")
    for verdict, number in result.totals:
        if short and not number:
            continue
        first.append("  ")
        first.append(f"{verdict}\N{NO-BREAK SPACE}{number}", style=STYLES[verdict] if number else "dim")
    return first


def unjudged_text(failed: Failure | None, columns: int) -> Text:
    """What can be done where nothing has been judged, and why it could not be."""
    facts: list[tuple[str, str | Text]] = []
    if failed is not None:
        facts += [("FAIL", failed.sentence), ("hint", failed.hint or ""), ("", " ")]
    facts += [
        ("p", "two users try every verb on every table, in a transaction that is rolled back"),
        ("u", "chooses who acts, and whose rows are the prey"),
        ("w", "while the session is READ-ONLY nothing is executed: policies and plans decide; w arms writes"),
        ("f", "compiles what is missing to keep users apart, as revisions"),
        ("x", "exports the proof for one user, as JSON and text"),
    ]
    return labelled(facts, columns)


def standing_text(result: Isolation, columns: int) -> Text:
    """Every check of a way past the policies, failed ones first; who acted, and how."""
    facts: list[tuple[str, str | Text]] = [
        ("ok" if passed else "FAIL", words) for passed, words in sorted(result.standing)
    ]
    facts += [
        ("role", f"{result.role or '?'} ({result.found})"),
        ("via", f"{result.identity}, by {result.observer}"),
    ]
    if result.explained:
        facts.append(("how", result.explained))
        return labelled(facts, columns)
    for name, user in zip(("A", "B"), result.users, strict=False):
        facts.append((name, f"{user}, where it has rows"))
    facts.append(("how", "tried in a transaction that was rolled back"))
    if not result.users:
        facts.append(("users", "chosen by their rows; u chooses others"))
    return labelled(facts, columns)


def evidence_text(cell: VerdictLine, columns: int) -> Text:
    """Why a cell has its verdict, what was tried, what came back, and the smallest change that closes it."""
    facts: list[tuple[str, str | Text]] = [("why", cell.reason)]
    leak = cell.leak
    if leak is not None:
        facts += _shown(cell, leak)
    elif cell.keys:
        facts.append(("got", f"rows of others: {', '.join(cell.keys)}"))
    if cell.plan is not None:
        facts.append(("plan", highlighted(_bare(cell.plan))))
        facts.append(("", "y copies it, e saves it; nothing of it is executed"))
    elif cell.unplanned is not None:
        facts.append(("replay", f"none: {cell.unplanned}"))
    facts += _layers(cell)
    facts += _tries(cell, leak)
    facts += [("audit" if number == 0 else "", finding) for number, finding in enumerate(cell.findings)]
    return labelled(facts, columns)


def _shown(cell: VerdictLine, leak: Leak) -> Iterator[tuple[str, str | Text]]:
    tried = next(each for each in cell.tried if each.leak is leak)
    fix = "\n".join(f"{statement};" for statement in leak.closing)
    yield "got", f"{leak.key}, a row of another user"
    yield "object", leak.responsible
    yield "fix", highlighted(fix) if fix else "nobody could tell what closes it"
    yield "probe", highlighted(leak.statement)
    yield "as", f"{leak.role}, {leak.identity}: {tried.title}"
    yield "who", tried.who
    yield "same", f"neonkit isolation replay {leak.id}"


def _bare(script: str) -> str:
    """A script without its remarks."""
    return "\n".join(line for line in script.splitlines() if not line.startswith("--"))


def _layers(cell: VerdictLine) -> Iterator[tuple[str, str | Text]]:
    for layer, verdict, says in cell.layers:
        if says and not says.startswith("not asked here"):
            yield layer, f"{verdict}  {says}" if verdict != "-" else says


def _tries(cell: VerdictLine, shown: Leak | None) -> Iterator[tuple[str, str | Text]]:
    rest = [each for each in cell.tried if each.leak is None or each.leak is not shown]
    for number, each in enumerate(rest):
        name = f" {each.leak.id}" if each.leak is not None else ""
        yield "tried" if number == 0 else "", f"{each.verdict}{name}  {each.title}: {each.reason}"
