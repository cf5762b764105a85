"""The panes of mode 4 as texts: the choice and how far it came, the shape of the data, the proof. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from toolkit.reports.table import printable, table, width
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.importing import ImportOutcome, ImportSource, PathLine, Scan, Shape, Terms
from toolkit.tui.widgets.labelled import labelled, wrapped
from toolkit.tui.widgets.words import bar, size

_WIDE = 76
_FILES = 6
_SAMPLES = 16
"""Columns that samples need beside the rest."""
_BAR = 10
_MODES = {
    None: "rows there: as mapped",
    "error": "rows there: rejected",
    "skip": "rows there: left as they are",
    "update-changed": "rows there: updated",
    "replace": "rows there: replaced",
    "insert-missing": "rows there: left, not compared",
}
_BAD = {
    None: "bad rows: as mapped",
    "refuse": "bad rows: nothing is written",
    "reject": "bad rows: set aside",
}
_TRANSACTIONS = {
    None: "transactions: as mapped",
    "atomic": "one transaction",
    "batched": "in batches, can be resumed",
}


def source_text(
    source: ImportSource,
    terms: Terms,
    scan: Scan | None,
    outcome: ImportOutcome | None,
    *,
    edited: bool,
    columns: int,
) -> Text:
    """What was chosen, on which terms it goes in, and which steps are done."""
    shapes = {shape.name.rpartition("/")[2]: shape for shape in scan.shapes} if scan is not None else {}
    told = [f"{name} {size(bytes_)}{_kind(shapes.get(name))}" for name, bytes_ in source.files]
    facts: list[tuple[str, str | Text]] = [("from", source.path)]
    if [name for name, _ in source.files] == [source.path]:
        facts = []
    facts += [("files" if number == 0 else "", one) for number, one in enumerate(told[:_FILES])]
    if more := told[_FILES:]:
        facts.append(("", f"and {len(more)} more"))
    facts += [
        ("steps", _steps(source, scan, outcome)),
        ("m", _MODES[terms.mode]),
        ("b", _BAD[terms.bad_rows]),
        ("t", _TRANSACTIONS[terms.transaction]),
        ("a", "earlier runs: do not count" if terms.again else "earlier runs: are gone on from"),
    ]
    if edited or not source.saved or source.undecided:
        facts.append(("mapping", mapping_words(source, edited=edited)))
    return labelled(facts, columns)


def _steps(source: ImportSource, scan: Scan | None, outcome: ImportOutcome | None) -> Text:
    told = Text()
    for word, step in steps(source, scan, outcome):
        style = {"ok": "green", "-": "dim"}.get(word, "bold red")
        told.append(f"{word}\N{NO-BREAK SPACE}{step}", style=style).append("  ")
    return told


def _kind(shape: Shape | None) -> str:
    if shape is None:
        return ""
    flawed = f", {shape.flawed:,} UNREADABLE" if shape.flawed else ""
    return f"  {shape.kind}, {shape.encoding}, {shape.records:,} records{flawed}"


def mapping_words(source: ImportSource, *, edited: bool) -> str:
    """How the mapping stands."""
    state = (
        "EDITED, not saved: s saves"
        if edited
        else "saved"
        if source.saved
        else "PROPOSED, not saved: s saves"
    )
    if not source.saved and not source.mapping:
        state = "none yet: g proposes one"
    left = len(source.undecided)
    return f"{state}; {left} to decide (??)" if left else state


def mapping_title(source: ImportSource, *, edited: bool) -> str:
    """The mapping's file and how it stands, short."""
    state = "EDITED" if edited else "saved" if source.saved else "PROPOSED" if source.mapping else "none"
    left = f"  {len(source.undecided)} ??" if source.undecided else ""
    return f"Mapping {source.mapping_path.rpartition('/')[2]}  {state}{left}"


def steps(
    source: ImportSource, scan: Scan | None, outcome: ImportOutcome | None
) -> tuple[tuple[str, str], ...]:
    """Each step with its state as a word."""
    validated = loaded = proven = "-"
    if outcome is not None and outcome.stage == "validated":
        validated = "FAIL" if outcome.rejected else "ok"
    elif outcome is not None:
        validated = "ok"
        loaded = "STOPPED" if outcome.stopped else "PART" if outcome.rejected else "ok"
        proven = "-" if outcome.stopped else "ok" if outcome.reconciles else "FAIL"
    return (
        ("ok" if scan is not None else "-", "scan"),
        ("??" if source.undecided else "ok" if source.saved else "-", "map"),
        (validated, "validate"),
        (loaded, "load"),
        (proven, "reconcile"),
    )


def shape_text(scan: Scan | Failure | None, columns: int) -> Text:
    """What stands at each path of the data: types, in how many records, nulls, different values, samples."""
    if scan is None:
        return Text("not scanned yet: g reads all of it once, and writes nothing")
    if isinstance(scan, Failure):
        return Text("\n".join(printable(line) for line in scan.text.splitlines()))
    lines: list[Text] = []
    if scan.refused:
        lines.append(Text(printable(f"no mapping is proposed: {scan.refused}"), style="bold"))
    for shape in scan.shapes:
        lines += _shape(shape, columns, named=len(scan.shapes) > 1)
    return Text("\n").join(lines)


def _shape(shape: Shape, columns: int, *, named: bool) -> Iterator[Text]:
    if named:
        yield Text(printable(shape.name), style="bold")
    if shape.digest:
        yield Text(f"sha256 {shape.digest[:8]}..{shape.digest[-8:]}  {size(shape.size)}", style="dim")
    yield from (Text(printable(f"note: {notice}")) for notice in shape.notices)
    if columns >= _WIDE:
        yield from _as_table(shape.paths, columns)
    else:
        for path in shape.paths:
            yield from _in_two_lines(path, columns)
    if shape.cut:
        yield Text("and more paths")


def _as_table(paths: tuple[PathLine, ...], columns: int) -> Iterator[Text]:
    """A line for each path, its samples beside it; below each other where that leaves no room for them."""
    headings = ("path", "types", "in", "", "null", "distinct")
    rows = [
        (p.path, p.kinds, percent(p.share), share_bar(p.share), f"{p.null:,}", distinct(p)) for p in paths
    ]
    lines = table(headings, rows, right=("in", "null", "distinct")).splitlines()
    edge = max(map(width, lines)) + 2
    if columns - edge < _SAMPLES:
        for path in paths:
            yield from _in_two_lines(path, columns)
        return
    for line, samples in zip(lines, ("samples", *(path.samples for path in paths)), strict=True):
        first, *rest = wrapped(Text(printable(samples)), columns - edge)
        yield Text(f"{line}{' ' * (edge - width(line))}{first.plain}")
        yield from (Text(f"{' ' * edge}{piece.plain}") for piece in rest)


def _in_two_lines(path: PathLine, columns: int) -> Iterator[Text]:
    kinds = printable(path.kinds)
    room = columns - width(kinds) - _BAR - 8
    name = printable(path.path)
    first = Text(f"{name}  ", style="bold")
    first.append(f"{kinds}  ", style="not bold")
    if width(name) <= room:
        first.append(f"{percent(path.share)} {share_bar(path.share)}", style="not bold")
        yield first
    else:
        yield first
        yield Text(f"  {percent(path.share)} {share_bar(path.share)}")
    words = [f"{path.null:,} null"] if path.null else []
    words += [f"{distinct(path)} distinct"] if path.distinct is not None else []
    if path.samples:
        words.append(printable(path.samples))
    yield labelled([("", Text("  ".join(words), style="dim"))], columns)


def percent(share: float) -> str:
    """A share in per cent; what is there at all is at least 1, and what is not always there at most 99."""
    if share in (0.0, 1.0):
        return f"{share:.0%}"
    return f"{min(99, max(1, round(share * 100)))}%"


def share_bar(share: float) -> str:
    """A share as a bar of ten columns."""
    return bar(round(share * 1000), 1000, _BAR)


def distinct(path: PathLine) -> str:
    """How many different values, where there are plain ones."""
    return "-" if path.distinct is None else f"{path.distinct:,}"


def proof_text(outcome: ImportOutcome | Failure | None, columns: int) -> Text:
    """What the last import did, and the sums of both sides."""
    if outcome is None:
        return Text("not run yet: v validates without writing, l loads")
    if isinstance(outcome, Failure):
        return labelled([("FAIL", outcome.text)], columns)
    bad = outcome.rejected or outcome.stopped or not outcome.reconciles
    said = Text(printable(outcome.sentence), style="bold")
    facts: list[tuple[str, str | Text]] = [("FAIL" if bad else "ok", said), *outcome.proof]
    return labelled([*facts, *(("why", reason) for reason in outcome.rejects)], columns)
