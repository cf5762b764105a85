"""The result of `neonkit demo` as text."""

from __future__ import annotations

import shlex
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
    yield f"Connect to {found.url}"
    yield f"  {found.reveal_command:36}shows the password"
    yield "Go on with"
    if not here.absolute().is_relative_to(found.project):
        yield f"  cd {shlex.quote(str(found.project))}"
    for command, purpose in found.next_commands:
        yield f"  {command:36}{purpose}"
