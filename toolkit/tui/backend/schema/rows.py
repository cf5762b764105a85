"""Pages of rows for mode 2, exactly as `neonkit schema rows` reads them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.database.jobs import Job
from toolkit.reports.json import as_json
from toolkit.schema import Snapshot
from toolkit.schema.diagram import edges_of
from toolkit.schema.objects import Constraint, Key, Kind, Qualified
from toolkit.schema.rows import (
    Equals,
    RowPage,
    RowRequest,
    RowSource,
    as_csv,
    columns_with_order,
    read_page,
    read_row,
    row_source,
    sorted_by,
)
from toolkit.tui.backend.opened import Opened
from toolkit.tui.backend.schema.readings import Readings
from toolkit.tui.copying import named_from
from toolkit.tui.errors import NotExportedError
from toolkit.tui.facts.rows import PAGE, Form, Place, Reference, RowsAsked, RowsColumn, RowsPage

CELL = 500
"""Characters of a value that a page reads; the rest when it is looked at."""
TIMEOUT = 30.0
"""Seconds a page may take: somebody waits and can give up before."""


class RowsBackend:
    """Reads rows, and writes pages of them into files."""

    def __init__(self, opened: Opened, readings: Readings, key_of: Callable[[str], Key]) -> None:
        self._opened = opened
        self._readings = readings
        self._key_of = key_of

    def page(self, asked: RowsAsked, cancel: CancelToken, estimate: int | None) -> RowsPage:
        """A page of rows; `estimate` is what the listing says of their number."""
        relation = self._relation(asked.key)
        with self._opened.workspace.database.connect(Job.BROWSE, cancel=cancel) as connection:
            source = row_source(connection, relation)
            indexed = columns_with_order(connection, relation)
            begun = time.perf_counter()
            found = read_page(connection, source, _request(asked, source, CELL), timeout=TIMEOUT)
            took = (time.perf_counter() - begun) * 1000
        keys, referrers = self._foreign_keys(asked.key)
        return RowsPage(
            asked=asked,
            columns=tuple(
                RowsColumn(one.name, one.type, one.name in indexed, tuple(_references(keys, one.name)))
                for one in found.columns
            ),
            rows=found.rows,
            next=found.next,
            cut=frozenset(found.cut),
            places=found.places,
            remarks=tuple(_remarks(found)),
            referrers=referrers,
            estimate=estimate,
            milliseconds=took,
        )

    def row(self, asked: RowsAsked, place: Place) -> tuple[str | None, ...] | None:
        """One row of a page with every value whole; None if it is gone."""
        with self._opened.workspace.database.connect(Job.BROWSE) as connection:
            source = row_source(connection, self._relation(asked.key))
            return read_row(connection, source, _request(asked, source, None), place)

    def export(self, asked: RowsAsked, form: Form, path: str) -> str:
        """Write the page as the command line would; a sentence on what was written.

        The file has its name when it is whole, and never replaces one. Raises `NotExportedError`.
        """
        with self._opened.workspace.database.connect(Job.BROWSE) as connection:
            found = self._whole(connection, asked)
        text = as_csv(found) if form == "csv" else as_json(found) + "\n"
        project_dir = self._opened.workspace.settings.project_dir
        target = project_dir / Path(path).expanduser()
        written(target, text)
        return f"wrote {len(found.rows):,} rows to {named_from(target, project_dir)}"

    def _whole(self, connection: Connection, asked: RowsAsked) -> RowPage:
        source = row_source(connection, self._relation(asked.key))
        return read_page(connection, source, _request(asked, source, None), timeout=TIMEOUT)

    def _relation(self, key: str) -> Qualified:
        path = self._key_of(key).path
        return Qualified(path[0], path[-1])

    def _foreign_keys(self, key: str) -> tuple[tuple[Constraint, ...], tuple[Reference, ...]]:
        """Those of the table itself, and those that lead to it."""
        found = self._key_of(key)
        if found.kind is not Kind.TABLE:
            return (), ()
        snapshot, relation = self._readings.about(found), Qualified(*found.path)
        return snapshot.parts(relation).foreign_keys, tuple(_referrers(snapshot, relation))


def written(target: Path, text: str) -> None:
    """Put a text into a new file that only its owner may read. Raises `NotExportedError`."""
    part = target.with_name(f".{target.name}.part")
    if target.exists():
        raise NotExportedError(str(target), "there is such a file already")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise NotExportedError(str(target), error.strerror or type(error).__name__) from None


def _request(asked: RowsAsked, source: RowSource, cell_limit: int | None) -> RowRequest:
    return RowRequest(
        where=tuple(Equals(source.column(one.column).name, one.value) for one in asked.where),
        sort=() if asked.sort is None else (sorted_by(asked.sort),),
        size=PAGE,
        after=asked.behind[-1] if asked.behind else None,
        cell_limit=cell_limit,
    )


def _references(keys: tuple[Constraint, ...], column: str) -> Iterator[Reference]:
    for key in keys:
        if column in key.columns and key.references is not None:
            target = str(Key(Kind.TABLE, tuple(key.references)))
            yield Reference(target, key.columns, key.referenced_columns)


def _referrers(snapshot: Snapshot, relation: Qualified) -> Iterator[Reference]:
    for edge in edges_of(snapshot, relation):
        for key in snapshot.parts(edge.child).foreign_keys:
            if edge.parent == relation and key.name == edge.constraint:
                child = str(Key(Kind.TABLE, tuple(edge.child)))
                yield Reference(child, key.referenced_columns, key.columns)


def _remarks(found: RowPage) -> Iterator[str]:
    if found.more and found.next is None:
        yield "there are more rows, and no key to page by"
    if found.note and found.more:
        yield found.note
    if found.hidden:
        yield f"not readable by this role: {', '.join(found.hidden)}"
