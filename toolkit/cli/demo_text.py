"""The result of `neonkit demo` as text."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from toolkit.reports.table import printable, table
from toolkit.schema.spelling import bytes_text, plural

if TYPE_CHECKING:
    from toolkit.demo.tour import TourResult
    from toolkit.isolation import IsolationReport

_COUNTED: Final = ("table", "column", "constraint", "index", "policy", "enum")


def tour_text(found: TourResult, here: Path) -> str:
    """What was done, the schema, the rows of owners, the isolation result, and how to go on from `here`."""
    blocks = [
        "\n".join(_done(found)),
        f"Schema\n{_schema(found)}",
        f"Rows of {found.owners.count:,} owners, those with most tasks\n{_owners(found)}",
        f"Isolation: {printable(found.isolation.headline)}\n{_isolation(found.isolation)}",
        "\n".join(_onward(found, here)),
    ]
    return "\n\n".join(blocks)


def _done(found: TourResult) -> Iterator[str]:
    if not found.changed:
        yield "Nothing changed: the database has the structure and the rows it had before."
    started = "started" if found.server_started else "was running"
    yield f"{'project':10}{found.project}{' (made)' if found.project_made else ''}"
    yield f"{'server':10}PostgreSQL {found.server_version}, {started}"
    made = "created" if found.database_created else "was there"
    yield f"{'database':10}{found.schema.database}, {made}"
    ran = plural("revision", len(found.applied)) + " ran" if found.applied else "at head already"
    yield f"{'revision':10}{found.facts.revision}, {ran}"
    rows = sum(facts.rows for facts in found.facts.tables.values())
    yield f"{'rows':10}{rows:,}, {'imported from seeds' if found.imported else 'were there'}"


def _schema(found: TourResult) -> str:
    counts = found.schema.counts
    kinds = ", ".join(plural(kind, counts[kind]) for kind in _COUNTED if kind in counts)
    facts = found.facts.tables
    rows = [
        (
            line.name,
            facts[line.name].rows if line.name in facts else line.rows,
            None if line.total_bytes is None else bytes_text(line.total_bytes),
            line.indexes,
            line.foreign_keys,
            line.policies,
            line.row_security,
        )
        for line in found.schema.tables
    ]
    headings = ("table", "rows", "size", "indexes", "foreign keys", "policies", "row security")
    return f"{kinds}\n{table(headings, rows, right=headings[1:6])}"


def _owners(found: TourResult) -> str:
    rows: list[tuple[object, ...]] = [
        (owner.email, owner.tasks, owner.tags, owner.links) for owner in found.owners.most
    ]
    tables = found.facts.tables
    rows.append(("all", *(tables[name].rows for name in ("tasks", "tags", "task_tag_links"))))
    headings = ("owner", "tasks", "tags", "links")
    return table(headings, rows, right=headings[1:])


def _isolation(report: IsolationReport) -> str:
    verbs = list(dict.fromkeys(cell.verb for cell in report.cells))
    verdicts = {(cell.table, cell.verb): cell.verdict.value for cell in report.cells}
    tables = list(dict.fromkeys(cell.table for cell in report.cells))
    rows = [(name, *(verdicts.get((name, verb)) for verb in verbs)) for name in tables]
    totals = ", ".join(f"{count} {verdict.value}" for verdict, count in report.totals.items() if count)
    return f"{table(('table', *(verb.value for verb in verbs)), rows)}\nin all {totals}"


def _onward(found: TourResult, here: Path) -> Iterator[str]:
    lines = [(found.reveal_command, "shows the password"), *found.next_commands]
    inside = here.absolute().is_relative_to(found.project)
    program = _program(here.absolute() if inside else None)
    shown = [(command.replace("neonkit", program, 1), purpose) for command, purpose in lines]
    size = max(len(command) for command, _ in shown) + 2
    (reveal, *onward) = (f"  {command:{size}}{purpose}" for command, purpose in shown)
    yield f"Connect to {found.url}"
    yield reveal
    yield "Go on with"
    if not inside:
        yield f"  cd {shlex.quote(str(found.project))}"
    yield from onward


def _program(here: Path | None) -> str:
    """How to call us: by name, or by path (from `here`, if given) where our environment is not active."""
    ours = Path(sys.executable).with_name("neonkit")
    if shutil.which("neonkit") or not ours.exists():
        return "neonkit"
    if here is not None and ours.is_relative_to(here):
        ours = ours.relative_to(here)
    return shlex.quote(str(ours))
