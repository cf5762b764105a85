"""Lint's findings on the statements of a plan, held against the live database's tables and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from toolkit.findings import Unknown
from toolkit.migrate.graph import Revision
from toolkit.migrate.plan.values import PlannedRevision
from toolkit.schema import Snapshot

if TYPE_CHECKING:
    from toolkit.migrate.lint import Live as Sizes


def sizes_for_lint(connection: Connection) -> Sizes:
    """The live database's tables as lint counts them."""
    from toolkit.migrate.lint import read_live

    return read_live(connection)


def linted(
    revisions: Sequence[PlannedRevision],
    files: Sequence[Revision],
    live: Snapshot,
    sizes: Sizes,
) -> tuple[tuple[PlannedRevision, ...], tuple[Unknown, ...]]:
    """The revisions with what lint says of them, one after another; and what it could not tell."""
    # Here, so that whoever only verifies a plan does not load every rule.
    from toolkit.migrate.lint import Source, Written, lint_revision, world_of

    world, found, unknowns = world_of(live), [], list[Unknown]()
    by_id = {one.id: one for one in files}
    for revision in revisions:
        texts = [
            Written(one.sql, one.line, one.autocommit) for one in revision.statements if not one.bookkeeping
        ]
        said = lint_revision(
            texts,
            revision_id=revision.revision,
            path=revision.path,
            source=Source.read(by_id[revision.revision].path),
            revision=by_id[revision.revision],
            world=world,
            server_major=live.server.major,
            live=sizes,
        )
        world = said.world
        unknowns += said.unknowns
        per_text = iter(said.per_statement)
        statements = tuple(
            one if one.bookkeeping else replace(one, findings=next(per_text)) for one in revision.statements
        )
        found.append(replace(revision, statements=statements, findings=said.findings))
    return tuple(found), tuple(unknowns)
