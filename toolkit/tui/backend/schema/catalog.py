"""The catalog for mode 2: listed as a whole, looked at object by object."""

from __future__ import annotations

from toolkit.database.jobs import Job
from toolkit.schema import Listed
from toolkit.schema.objects import RELATION_KINDS, Key, Kind, Origin, Qualified
from toolkit.schema.spelling import plural
from toolkit.schema.usage import read_index_use, read_usage
from toolkit.tui.backend.opened import Opened
from toolkit.tui.backend.schema.advice import AdviceBackend
from toolkit.tui.backend.schema.drift import DriftBackend
from toolkit.tui.backend.schema.readings import Readings
from toolkit.tui.backend.schema.rows import RowsBackend
from toolkit.tui.backend.schema.views import index_sections, summary_sections, use_sections, view
from toolkit.tui.facts.schema import EVERYTHING, ObjectLine, ObjectView, Schema, Tab, TableLine

_TABLES = (Kind.TABLE, Kind.FOREIGN_TABLE)


class SchemaBackend:
    """Lists the catalog and describes its objects; rows, advice and drift have parts of their own."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._keys: dict[str, Key] = {}
        self.readings = Readings(opened)
        self.rows = RowsBackend(opened, self.readings, self._key)
        self.advice = AdviceBackend(opened, self.readings, self._key)
        self.drift = DriftBackend(opened)

    def read(self) -> Schema:
        """List the whole catalog."""
        self.advice.forget()
        listing = self.readings.listing(anew=True)
        shown = [one for one in listing.objects if one.origin in (Origin.USER, Origin.EXTENSION)]
        self._keys = {str(one.key): one.key for one in shown}
        schemas = [
            Key(Kind.SCHEMA, (name,))
            for name in sorted({one.key.path[0] for one in shown if len(one.key.path) > 1})
        ]
        self._keys |= {str(key): key for key in schemas}
        return Schema(
            database=listing.database,
            schemas=tuple((key.path[0], str(key)) for key in schemas),
            objects=tuple(map(_line, shown)),
            counts=tuple(plural(kind, number) for kind, number in listing.counts.items()),
            tables=tuple(_table(one) for one in shown if one.key.kind in _TABLES),
            measured=listing.measured,
        )

    def look(self, key: str, tab: Tab) -> ObjectView:
        """One tab of one object; the database itself has the key `EVERYTHING`. A vanished object is said."""
        if key == EVERYTHING:
            return self._whole(tab)
        wanted = self._key(key)
        snapshot = self.readings.about(wanted)
        if wanted not in snapshot.objects:
            return ObjectView(key, tab, remark=f"{key} is not there any more: r reads the catalog again")
        found = view(snapshot, wanted, tab)
        if tab != "indexes" or wanted.kind not in RELATION_KINDS:
            return found
        with self._opened.workspace.database.connect(Job.INSPECT) as connection:
            use = read_index_use(connection, Qualified(*wanted.path))
        return ObjectView(
            key, tab, index_sections(snapshot, Qualified(*wanted.path), use), None, found.remark
        )

    def _whole(self, tab: Tab) -> ObjectView:
        if tab == "columns":
            return ObjectView(EVERYTHING, tab, summary_sections(self.readings.listing()))
        if tab == "indexes":
            with self._opened.workspace.database.connect(Job.INSPECT) as connection:
                return ObjectView(
                    EVERYTHING, tab, use_sections(read_usage(connection), self.readings.listing())
                )
        remark = "neonkit schema ddl writes all of it" if tab == "ddl" else "choose an object to see its"
        return ObjectView(EVERYTHING, tab, remark=remark if tab == "ddl" else f"{remark} {tab}")

    def _key(self, key: str) -> Key:
        """The key that the tree spells so. What was never listed has the key of a table that is not there."""
        return self._keys.get(key, Key(Kind.TABLE, ("public", key)))


def _line(one: Listed) -> ObjectLine:
    path = one.key.path
    return ObjectLine(
        key=str(one.key),
        kind=str(one.key.kind),
        schema=path[0] if len(path) > 1 else None,
        name=path[-1],
        size_bytes=one.total_bytes,
        rows=one.rows,
        partition=one.partition,
        of_extension=one.origin is Origin.EXTENSION,
    )


def _table(one: Listed) -> TableLine:
    kind = "partition" if one.partition else str(one.key.kind)
    return TableLine(".".join(one.key.path), kind, one.rows, one.total_bytes, one.row_security)
