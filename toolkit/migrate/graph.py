"""`RevisionGraph`: a project's revisions and how they follow one another, as a value.

Made from the revision files alone. What `head`, `+1`, `ab12`, `branch@head` or `base` mean is Alembic's to
say: the graph asks Alembic's own map, and answers with its own `Revision` values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from alembic.script import Script, ScriptDirectory
from alembic.util import to_tuple

from toolkit.migrate.translate import alembics_refusals

_CREATED = re.compile(r"^Create Date:\s*(.+?)\s*$", re.MULTILINE)
_DECLARED = re.compile(r"^revision\b[^=]*=", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision file."""

    id: str
    parents: tuple[str, ...]
    """Its down_revision; several for a merge, none for a base."""
    depends_on: tuple[str, ...]
    children: tuple[str, ...]
    labels: tuple[str, ...]
    """The branch labels it carries, its own and those of the branch it lies on."""
    message: str
    """The first paragraph of the file's docstring."""
    doc: str
    path: Path
    line: int | None
    """Where `revision = ` stands."""
    created: datetime | None
    """As the docstring says; without a zone unless the project writes one."""
    is_head: bool
    is_effective_head: bool
    """A head that no other revision depends on: what the version table holds after `upgrade heads`."""

    @property
    def is_base(self) -> bool:
        """Whether nothing comes before it."""
        return not self.parents

    @property
    def is_merge(self) -> bool:
        """Whether it joins branches."""
        return len(self.parents) > 1

    @property
    def is_branch_point(self) -> bool:
        """Whether more than one revision follows it."""
        return len(self.children) > 1


@dataclass(frozen=True, slots=True)
class RevisionGraph:
    """All revisions, each after those it needs."""

    revisions: tuple[Revision, ...]
    heads: tuple[str, ...]
    effective_heads: tuple[str, ...]
    bases: tuple[str, ...]
    _script: ScriptDirectory = field(repr=False, compare=False)

    def get(self, revision: str) -> Revision | None:
        """The revision with exactly that id."""
        return next((one for one in self.revisions if one.id == revision), None)

    def resolve(self, symbol: str) -> tuple[Revision, ...]:
        """What a symbol means: an id or its beginning, `head`, `heads`, `base`, `label@head`, `ab12-1`.

        Raises UnknownRevisionError, AmbiguousRevisionError, SeveralHeadsError.
        """
        with alembics_refusals(self._script):
            found: tuple[object, ...] = self._script.get_revisions(symbol)
        # Counting back from several heads, Alembic gives the text "base" for one that is too near to it.
        return self._values(one for one in found if isinstance(one, Script))

    def walk(
        self, start: str | tuple[str, ...] = "base", end: str | tuple[str, ...] = "heads"
    ) -> tuple[Revision, ...]:
        """The revisions from `start` to `end`, both included, newest first, as `history` lists them."""
        with alembics_refusals(self._script):
            return self._values(
                self._script.iterate_revisions(end, start, inclusive=True, assert_relative_length=False)
            )

    def pending(self, current: Iterable[str] = (), target: str = "heads") -> tuple[Revision, ...]:
        """What an upgrade of a database at `current` to `target` would run, in order.

        Raises DatabaseAheadError when the files do not know `current`, and what `resolve` raises.
        """
        at = tuple(current)
        with alembics_refusals(self._script, at):
            found = self._script.iterate_revisions(target, at, implicit_base=True)
            return tuple(reversed(self._values(found)))

    def undone(self, current: Iterable[str], target: str) -> tuple[Revision, ...]:
        """What a downgrade of a database at `current` to `target` would undo, in order."""
        at = tuple(current)
        with alembics_refusals(self._script, at):
            return self._values(self._script.iterate_revisions(at, target, select_for_downgrade=True))

    def applied(self, current: Iterable[str]) -> tuple[Revision, ...]:
        """What a database at `current` has, in order."""
        missing = {revision.id for revision in self.pending(current, "heads")}
        return tuple(revision for revision in self.revisions if revision.id not in missing)

    def unknown(self, current: Iterable[str]) -> tuple[str, ...]:
        """Those of `current` that no file carries."""
        known = {revision.id for revision in self.revisions}
        return tuple(sorted(set(current) - known))

    def _values(self, scripts: Iterable[Script]) -> tuple[Revision, ...]:
        by_id = {revision.id: revision for revision in self.revisions}
        return tuple(by_id[script.revision] for script in scripts)


def read_graph(script: ScriptDirectory) -> RevisionGraph:
    """The graph of scripts that `open_scripts` gave."""
    newest_first = list(script.walk_revisions())
    return RevisionGraph(
        revisions=tuple(revision_of(one) for one in reversed(newest_first)),
        heads=tuple(sorted(script.get_heads())),
        effective_heads=tuple(sorted(s.revision for s in newest_first if s._is_real_head)),  # noqa: SLF001
        bases=tuple(sorted(script.get_bases())),
        _script=script,
    )


def revision_of(script: Script) -> Revision:
    """The value of one of Alembic's scripts."""
    path = Path(script.path)
    return Revision(
        id=script.revision,
        parents=tuple(script._versioned_down_revisions),  # noqa: SLF001 - `down_revision` in its one normal form
        depends_on=to_tuple(script.dependencies, default=()),
        children=tuple(sorted(script.nextrev)),
        labels=tuple(sorted(script.branch_labels)),
        message=" ".join(script.doc.split()),
        doc=script.longdoc,
        path=path,
        line=_declaration(path),
        created=_created(script.longdoc),
        is_head=script.is_head,
        is_effective_head=script._is_real_head,  # noqa: SLF001 - Alembic's word in listings, without a public name
    )


def _declaration(path: Path) -> int | None:
    text = path.read_text(encoding="utf-8", errors="replace") if path.suffix == ".py" else ""
    found = _DECLARED.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _created(doc: str) -> datetime | None:
    found = _CREATED.search(doc)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[1])
    except ValueError:  # a template of the project's own
        return None
