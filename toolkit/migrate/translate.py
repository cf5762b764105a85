"""Alembic's refusals in our words: its `CommandError`s told apart by what caused them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Final

from alembic.script import ScriptDirectory
from alembic.script import revision as alembic_revision
from alembic.util import CommandError

from toolkit.errors import NeonkitError
from toolkit.migrate.errors import AlembicRefusedError, NoMetadataError
from toolkit.migrate.revision_errors import (
    AmbiguousRevisionError,
    NotOnTheWayError,
    NotUpToDateError,
    RevisionCycleError,
    SeveralHeadsError,
    UnknownRevisionError,
)
from toolkit.migrate.run_errors import DatabaseAheadError
from toolkit.secret import without_passwords

_TOO_FAR: Final = re.compile(r"Relative revision (\S+) didn't produce \d+ migrations")


@contextmanager
def alembics_refusals(script: ScriptDirectory, current: Collection[str] = ()) -> Iterator[None]:
    """Raise our error instead of Alembic's. `current` are the revisions the database is at, where known."""
    try:
        yield
    except (CommandError, alembic_revision.RevisionError) as error:
        raise translated(error, script, current) from error
    except AssertionError as error:
        # Alembic asserts where a symbol is empty around its `@`, or counts back beyond the first revision.
        raise AlembicRefusedError("that does not come to a revision") from error


def translated(error: Exception, script: ScriptDirectory, current: Collection[str] = ()) -> NeonkitError:
    """The error of ours that says what Alembic's `error` means."""
    cause = error if isinstance(error, alembic_revision.RevisionError) else error.__cause__
    match cause:
        case alembic_revision.MultipleHeads():
            return SeveralHeadsError(str(cause.argument), tuple(cause.heads))
        case alembic_revision.RangeNotAncestorError(lower="Nothing to drop"):
            return NotOnTheWayError(_named(cause.upper), "the revision asked for")
        case alembic_revision.RangeNotAncestorError():
            return NotOnTheWayError(_named(cause.lower), _named(cause.upper))
        case alembic_revision.CycleDetected():
            return RevisionCycleError(tuple(cause.revisions))
        case alembic_revision.ResolutionError():
            return _unresolved(cause, script, current)
    return _by_message(str(error), script)


def _unresolved(
    cause: alembic_revision.ResolutionError, script: ScriptDirectory, current: Collection[str]
) -> NeonkitError:
    known = _identifiers(script)
    symbol = str(cause.argument)
    if symbol in current:
        return DatabaseAheadError(tuple(sorted(revision for revision in current if revision not in known)))
    if "Multiple revisions start with" in str(cause):
        beginning = symbol.rpartition("@")[2]
        return AmbiguousRevisionError(symbol, tuple(sorted(i for i in known if i.startswith(beginning))))
    longer = [one for one in known if one.startswith(symbol)]  # fewer than four characters are not looked up
    return UnknownRevisionError(symbol, tuple(longer[:3] or difflib.get_close_matches(symbol, known, n=3)))


def _identifiers(script: ScriptDirectory) -> list[str]:
    revisions = list(script.walk_revisions())
    labels = {label for revision in revisions for label in revision.branch_labels}
    return [revision.revision for revision in revisions] + sorted(labels)


def _by_message(message: str, script: ScriptDirectory) -> NeonkitError:
    # Alembic gives these as text only. An unknown text is passed on as it is, never guessed at.
    if message.startswith("Target database is not up to date"):
        return NotUpToDateError(tuple(script.get_heads()))
    if "does not provide a MetaData object" in message:
        return NoMetadataError(str(script.env_py_location))
    if (too_far := _TOO_FAR.match(message)) is not None:
        return NotOnTheWayError("here", too_far[1])
    return AlembicRefusedError(without_passwords(message))


def _named(revision: object) -> str:
    if isinstance(revision, (tuple, list, set, frozenset)):
        return ", ".join(str(part) for part in revision) or "base"
    return str(revision) if revision else "base"
