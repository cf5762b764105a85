"""Two sides made comparable: what only one of them can have is left out, and said to be."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from toolkit.migrate.drift.models import without_other_kinds
from toolkit.migrate.drift.pairwise import OF_THE_CLUSTER, contrast, only, without_relations
from toolkit.migrate.drift.roles import as_if_built_by_owner
from toolkit.migrate.sides.overlay import overlaid
from toolkit.migrate.sides.values import Known
from toolkit.schema.ddl.alter import Alteration, alteration
from toolkit.schema.ddl.alter.renaming import Renaming
from toolkit.schema.diff import SchemaDiff, compare
from toolkit.schema.find import split_name
from toolkit.schema.objects import Enum, Key, Kind, Table
from toolkit.schema.snapshot import Snapshot

BOOKKEEPING: Final = "Alembic's version table"
OUTSIDE: Final = "table outside the models"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two snapshots that can be compared, and turned into SQL, as they are."""

    before: Snapshot
    after: Snapshot
    not_compared: dict[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    renames: tuple[tuple[Key, Key], ...] = ()
    """Objects of the two that are one object under two names."""

    def renamed(self, old: str, new: str) -> Pair:
        """The pair with one more rename; `new` may be a bare name, then it stays where `old` is.

        Raises UnknownObjectError, AmbiguousObjectError.
        """
        label = _label(self.before, old)
        if label is not None:
            after = Key(label.kind, (*label.path[:-1], new))
            return dataclasses.replace(self, renames=(*self.renames, (label, after)))
        before = self.before.find(old)
        after = Key(before.kind, (*before.path[:-1], new))
        if after not in self.after.objects:
            after = self.after.find(f"{before.kind} {new}")
        return dataclasses.replace(self, renames=(*self.renames, (before, after)))

    def compare(self) -> SchemaDiff:
        """What leads from the one to the other. Raises NotARenameError."""
        before = self.before
        if self.renames:
            before = Renaming.of(self.before, self.after, self.renames).snapshot
        found = compare(before, self.after)
        counts = Counter(found.not_compared) + Counter(self.not_compared)
        return dataclasses.replace(found, not_compared=dict(counts), notes=(*found.notes, *self.notes))

    def alteration(self) -> Alteration:
        """The SQL that leads from the one to the other. Raises NotARenameError."""
        return alteration(self.before, self.after, renames=self.renames)


def _label(snapshot: Snapshot, name: str) -> Key | None:
    """The label of an enum that `name` means, as `mood.sad` or `public.mood.sad`."""
    parts = split_name(name)
    path, label = parts[:-1], parts[-1:]
    for enum in snapshot.own(Enum):
        if path and enum.key.path[-len(path) :] == path and label[0] in enum.labels:
            return Key(Kind.ENUM, (*enum.key.path, *label))
    return None


def paired(before: Known, after: Known) -> Pair:
    """The two sides as far as they can be compared.

    A scratch side has no roles, no settings of a database and no version table; its builder is read as the
    owner of the same objects on the other side. Where one side is models, only what models can say of their
    own tables is compared. Databases and files are compared as they are.
    """
    notes = (*before.notes, *after.notes)
    if not (before.is_scratch or after.is_scratch):
        return Pair(before.snapshot, after.snapshot, notes=notes)
    left_out: Counter[str] = Counter()
    old, new = (_of_one_database(side, left_out) for side in (before, after))
    if after.is_scratch:
        new = as_if_built_by_owner(new, old)
    else:
        old = as_if_built_by_owner(old, new)
    if before.declared is None and after.declared is None:
        new = _same_where_it_means_the_same(old, new)
    elif before.declared is None:
        new, more = _with_models(old, after, new, left_out)
        notes = (*notes, *more)
    elif after.declared is None:
        old, more = _with_models(new, before, old, left_out)
        notes = (*notes, *more)
    return Pair(old, new, dict(left_out), tuple(dict.fromkeys(notes)))


def _of_one_database(side: Known, left_out: Counter[str]) -> Snapshot:
    """Without what belongs to the cluster and what Alembic keeps for itself."""
    snapshot = without_relations(side.snapshot, side.version_tables)
    if side.version_tables:
        left_out[BOOKKEEPING] = max(left_out[BOOKKEEPING], len(side.version_tables))
    kept = []
    for key, thing in snapshot.objects.items():
        if key.kind not in OF_THE_CLUSTER:
            kept.append(thing)
    counts = Counter(f"kind {key.kind}" for key in snapshot.objects if key.kind in OF_THE_CLUSTER)
    for reason, count in counts.items():
        left_out[reason] = max(left_out[reason], count)
    return only(snapshot, kept)


def _with_models(
    base: Snapshot, models: Known, snapshot: Snapshot, left_out: Counter[str]
) -> tuple[Snapshot, tuple[str, ...]]:
    """The base as the models want it, and what cannot be told."""
    assert models.declared is not None
    what, others = without_other_kinds(models.declared, base)
    outside = [table for table in base.own(Table) if table.qualified not in models.declared.tables]
    if outside:
        left_out[OUTSIDE] = len(outside)
    notes = tuple(f"{name}: the models map it as a table, and it is none there." for name in others)
    return overlaid(base, snapshot, what, models.filters), notes


def _same_where_it_means_the_same(before: Snapshot, after: Snapshot) -> Snapshot:
    """`after` with the texts of `before` where both mean the same."""
    different = contrast(before, after)
    real = different.places.keys() | set(different.renderings)
    objects = dict(after.objects)
    for key, values in _other_texts(before, after, real):
        objects[key] = dataclasses.replace(objects[key], **values)
    return only(after, objects.values())


def _other_texts(
    before: Snapshot, after: Snapshot, real: set[tuple[Key, str]]
) -> Iterator[tuple[Key, dict[str, Any]]]:
    for change in compare(before, after).changes:
        if change.change != "changed":
            continue
        names = [part.attribute for part in change.attributes]
        same = [name for name in names if (change.key, name) not in real and name != "column_order"]
        for key in chain([change.key], change.followers if len(same) == len(names) else ()):
            if key in before.objects and key in after.objects:
                thing = before.objects[key]
                yield key, {name: getattr(thing, name) for name in same if hasattr(thing, name)}
