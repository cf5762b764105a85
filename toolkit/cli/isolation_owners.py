"""`neonkit isolation owners`: the tree of owners for people, and the command."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.isolation import OwnedNode, Owners


class OwnersFailOn(Enum):
    """What the command fails on."""

    NEVER = "never"
    UNCLASSIFIED = "unclassified"


Fail = Annotated[
    OwnersFailOn, typer.Option("--fail-on", help="With `unclassified`, fail if a table has no known owner.")
]


def owners(ctx: typer.Context, fail_on: Fail = OwnersFailOn.NEVER) -> None:
    """Who owns the rows of each table, and over which way.

    With --fail-on unclassified, exit 5 if any table has no known owner.
    """
    from toolkit.isolation import owners_of_database

    call = Call.of(ctx)
    workspace = call.workspace()
    found = owners_of_database(
        workspace.database, workspace.ownership_rules, emit=call.emit, cancel=call.cancel
    )
    call.show(found, lambda: owners_text(found))
    if fail_on is OwnersFailOn.UNCLASSIFIED and found.unclassified:
        call.exit(ExitCode.FINDINGS)


def owners_text(found: Owners) -> str:
    """The tree, the shared tables, the findings, and the totals as the last line."""
    from toolkit.reports.findings_text import findings_text
    from toolkit.reports.table import printable

    lines = [line for node in found.tree for line in _branch(node, "")]
    lines += [f"{name}  shared: {reason}" for name, reason in sorted(found.shared.items())]
    lines += [f"{name}  unclassified: {reason}" for name, reason in sorted(found.unclassified.items())]
    parts = ["\n".join(map(printable, lines))]
    if found.audit.findings or found.audit.unknowns:
        parts.append(findings_text(found.audit))
    owned = sum(1 for node in found.tree for _ in _branch(node, ""))
    parts.append(f"{owned} owned, {len(found.shared)} shared, {len(found.unclassified)} unclassified")
    return "\n\n".join(part for part in parts if part)


def _branch(node: OwnedNode, indent: str) -> Iterator[str]:
    notes = [name for name, said in (("may be NULL", node.nullable), ("declared", node.declared)) if said]
    yield f"{indent}{node.table}  {node.kind}: {', '.join([node.path, *notes])}"
    for child in node.children:
        yield from _branch(child, indent + "  ")
