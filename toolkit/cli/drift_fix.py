"""`neonkit drift --fix` and `--adopt`: the revision that closes drift, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from toolkit.cli.call import Call
from toolkit.cli.errors import BadCommandLineError
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import MetaData

    from toolkit.migrate.drift import Options
    from toolkit.migrate.drift.fixing import Fixed

Given = tuple[
    str | None, "Sequence[str] | None", "Sequence[str] | None", "Sequence[str] | None", str | None, str
]
"""The options: fix, adopt, drop, rename, message, head."""


def write(call: Call, metadata: Sequence[MetaData] | None, options: Options, given: Given) -> None:
    """Write the revision and say what it does. Ends with findings if something is left."""
    from toolkit.migrate.drift.fixing import Direction, Wish, fix

    right, adopt, drop, rename, message, head = given
    wish = Wish(
        None if right is None else Direction(right),
        tuple(adopt or ()),
        tuple(drop or ()),
        tuple(map(_pair, rename or ())),
        message,
        head,
    )
    space = call.workspace()
    found = fix(space.project, space.database, wish, metadata, options, emit=call.emit, cancel=call.cancel)
    call.show(found, lambda: fixed_text(found))
    if found.left:
        call.exit(ExitCode.FINDINGS)


def fixed_text(found: Fixed) -> str:
    """The file, what it closes and costs, what is left, and what to run next."""
    from toolkit.reports.table import printable

    return "\n".join(map(printable, _lines(found)))


def _lines(found: Fixed) -> Iterator[str]:
    from toolkit.schema.spelling import plural

    for name, attribute in found.closed:
        yield f"closed: {name} {attribute.replace('_', ' ')}"
    for left in found.left:
        yield f"left: {left.object} {left.attribute.replace('_', ' ')}: {left.reason}"
    for name in found.models_differ:
        yield f"the models say otherwise, change them: {name}"
    yield from (f"takes care: {line}" for line in found.hazards)
    if found.revision is None:
        yield "Nothing to write." if not found.left else "Nothing was written."
        return
    if not found.repeatable:
        yield "This database has the change already, and the revision must not run on it again."
    yield f"{plural('difference', len(found.closed))} closed by {found.revision.path}"
    yield f"next here: {'; '.join(found.commands)}"


def _pair(text: str) -> tuple[str, str]:
    old, sign, new = text.rpartition("=")
    if not sign or not old or not new:
        raise BadCommandLineError(f"--rename {text!r} is not OBJECT=NAME", "drift")
    return old, new
