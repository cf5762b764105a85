"""Run an export: choose, settle, stream table after table, all in one snapshot."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import psycopg2
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, Notice, Progress, StepFinished, StepStarted, unheard
from toolkit.models.ownership import OwnershipGraph, OwnershipRules
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal
from toolkit.transfer.export.choose import Chosen, choose, every_table
from toolkit.transfer.export.errors import ExportOrderError, ExportRefusedError
from toolkit.transfer.export.files import Files, Stream, file_name
from toolkit.transfer.export.mapping import mapping_toml
from toolkit.transfer.export.owned import Condition, conditions, graph_of
from toolkit.transfer.export.report import ExportReport, Form, LeftOut, TableExport
from toolkit.transfer.export.rows import RowWriter, Selection, copy_out, settle
from toolkit.transfer.judge.rejects import is_secret
from toolkit.transfer.target.wire import Wire

_TOLD_EACH: Final = 5_000
MAPPING_FILE: Final = "mapping.toml"
_BAD_VALUE: Final = "22"
"""The class of SQLSTATEs for a text that is no value of a type."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to export, and how."""

    tables: tuple[str, ...] = ()
    """`table` or `schema.table`; none means all."""
    owner: str | None = None
    """The key of one owner, as text: only this owner's rows."""
    rules: OwnershipRules | None = None
    form: Form = "document"
    mask: tuple[str, ...] = ()
    """Columns to mask: `column` or `table.column`."""
    mask_secrets: bool = False
    """Whether to mask every column whose name sounds secret."""


def export(
    database: Database,
    order: Order,
    to: Path | Stream,
    *,
    mapping: Path | None = None,
    overwrite: bool = False,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> ExportReport:
    """Write rows to a stream, a file, or (NDJSON of several tables) a folder with a `mapping.toml`.

    `mapping` is where the mapping for the way back is written. Raises `NoSuchTableError`, `ExportOrderError`,
    `ExportRefusedError`, OwnershipRuleError, and what `Database.connect` raises.
    """
    cancel = cancel or CancelToken()
    files = Files(overwrite=overwrite)
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection, files.finished():
        return _Run(connection, order, to, mapping, files, emit, cancel).run()


class _Run:
    """One export in one transaction."""

    def __init__(
        self,
        connection: Connection,
        order: Order,
        to: Path | Stream,
        mapping: Path | None,
        files: Files,
        emit: Emit,
        cancel: CancelToken,
    ) -> None:
        self._connection = connection
        self._wire = Wire(connection)
        self._order = order
        self._to = to
        self._mapping = mapping
        self._files = files
        self._emit = emit
        self._cancel = cancel
        self._bytes = 0

    def run(self) -> ExportReport:
        """All of it."""
        begun = time.monotonic()
        chosen = choose(self._wire, self._order.tables)
        settle(self._connection)
        owned, not_owned = self._owned(chosen)
        selections = self._selections(chosen, owned)
        columnless = tuple(
            LeftOut(chosen.tables[section].label, "it has no column to write")
            for section, selection in selections.items()
            if not selection.columns
        )
        selections = {section: each for section, each in selections.items() if each.columns}
        self._require_masks_used(selections)
        places = self._places(selections)
        counts = (
            self._document(selections) if self._order.form == "document" else self._lines(selections, places)
        )
        mapping = self._write_mapping(selections, places)
        left_out = (*chosen.left_out, *not_owned, *columnless)
        for each in left_out:
            self._emit(Notice("warning", f"{each.table} is not in the export: {each.reason}."))
        return ExportReport(
            form=self._order.form,
            owner=self._order.owner,
            tables=tuple(_told(section, each, counts[section]) for section, each in selections.items()),
            left_out=left_out,
            files=tuple(name for name in self._files.names if name != mapping),
            mapping=mapping,
            bytes=self._bytes,
            seconds=time.monotonic() - begun,
        )

    def _owned(self, chosen: Chosen) -> tuple[Mapping[str, Condition] | None, tuple[LeftOut, ...]]:
        if self._order.owner is None:
            return None, ()
        graph = graph_of(every_table(self._wire) | chosen.tables, self._order.rules)
        self._require_owner(graph, self._order.owner)
        return conditions(graph, chosen.tables, self._order.owner)

    def _require_owner(self, graph: OwnershipGraph, owner: str) -> None:
        """Raise `ExportOrderError` unless the table of owners, where there is one, has this owner."""
        if graph.root is None:
            return
        root, path = graph.shapes[graph.root], graph.of(graph.root).path
        assert path is not None
        key = f"{quote_identifier(path.column)} = {quote_literal(owner)}"
        sql = f"SELECT EXISTS (SELECT FROM {qualified(root.schema, root.table)} WHERE {key})"  # noqa: S608 - quoted
        try:
            found = self._wire.rows(sql)[0][0]
        except psycopg2.Error as error:
            raise self._refused(graph.root, error) from error
        if not found:
            advice = f"Give the {path.column} that the owner's row has in {graph.root}."
            raise ExportOrderError(f"there is no owner {owner!r}", advice)

    def _selections(self, chosen: Chosen, owned: Mapping[str, Condition] | None) -> dict[str, Selection]:
        found = {}
        for section, table in chosen.tables.items():
            if owned is not None and section not in owned:
                continue
            condition = Condition("", "") if owned is None else owned[section]
            columns = tuple(each for each in table.columns.values() if not each.generated)
            hidden = frozenset(
                each.name for each in columns if self._is_masked(section, table.label, each.name)
            )
            found[section] = Selection(
                table, columns, hidden, section in chosen.partitioned, condition.joins, condition.condition
            )
        return found

    def _is_masked(self, section: str, label: str, column: str) -> bool:
        if self._order.mask_secrets and is_secret(column):
            return True
        return bool({column, f"{section}.{column}", f"{label}.{column}"} & {*self._order.mask})

    def _require_masks_used(self, selections: Mapping[str, Selection]) -> None:
        names = {
            spelling
            for section, each in selections.items()
            for column in each.masked
            for spelling in (column, f"{section}.{column}", f"{each.table.label}.{column}")
        }
        for name in self._order.mask:
            if name not in names:
                raise ExportOrderError(
                    f"no column {name} is exported", "Name the column as it is in the table."
                )

    def _places(self, selections: Mapping[str, Selection]) -> dict[str, Path]:
        """The file of each section; none for a stream."""
        if not selections:
            raise ExportOrderError("there is no table in it", "`neonkit schema tree` lists the tables.")
        if not isinstance(self._to, Path):
            if self._order.form == "ndjson" and len(selections) > 1:
                advice = "Give a folder (--out), or make it one document."
                raise ExportOrderError("lines of several tables do not fit into one stream", advice)
            return {}
        if self._order.form == "document" or (len(selections) == 1 and not self._to.is_dir()):
            return dict.fromkeys(selections, self._to)
        if self._mapping is None:
            self._mapping = self._to / MAPPING_FILE
        return {section: self._to / file_name(section) for section in selections}

    def _document(self, selections: Mapping[str, Selection]) -> dict[str, int]:
        out = self._files.open(self._to) if isinstance(self._to, Path) else self._to
        counts = {}
        self._put(out, b"{")
        for number, (section, selection) in enumerate(selections.items()):
            self._put(out, f"{',' if number else ''}\n{_json_key(section)}: [\n".encode())
            counts[section] = self._rows(out, selection, b",\n", b"")
            self._put(out, b"\n]" if counts[section] else b"]")
        self._put(out, b"\n}\n")
        return counts

    def _lines(self, selections: Mapping[str, Selection], places: Mapping[str, Path]) -> dict[str, int]:
        counts = {}
        for section, selection in selections.items():
            out: Stream = self._files.open(places[section]) if places else self._stream()
            counts[section] = self._rows(out, selection, b"\n", b"\n")
        return counts

    def _stream(self) -> Stream:
        assert not isinstance(self._to, Path)
        return self._to

    def _rows(self, out: Stream, selection: Selection, separator: bytes, end: bytes) -> int:
        begun = time.monotonic()
        step = f"export {selection.table.label}"
        self._emit(StepStarted(step))
        writer = RowWriter(
            selection.columns, lambda data: self._put(out, data), separator, self._teller(step)
        )
        try:
            copy_out(self._connection, selection, writer)
        except (psycopg2.Error, DBAPIError) as error:
            self._cancel.raise_if_cancelled()
            raise self._refused(selection.table.label, error) from error
        if writer.rows:
            self._put(out, end)
        self._emit(StepFinished(step, "done", f"{writer.rows} rows", time.monotonic() - begun))
        return writer.rows

    def _teller(self, step: str) -> Callable[[int], None]:
        def told(done: int) -> None:
            if done % _TOLD_EACH == 0:
                self._cancel.raise_if_cancelled()
                self._emit(Progress(step, done, None, "rows"))

        return told

    def _put(self, out: Stream, data: bytes) -> None:
        out.write(data)
        self._bytes += len(data)

    def _refused(self, table: str, error: psycopg2.Error | DBAPIError) -> Exception:
        driver = error.orig if isinstance(error, DBAPIError) else error
        state = getattr(driver, "pgcode", None) or ""
        diagnosis = getattr(driver, "diag", None)
        said = getattr(diagnosis, "message_primary", None) or type(driver).__name__
        if self._order.owner is not None and state.startswith(_BAD_VALUE):
            return ExportOrderError(
                "the owner's key is no value of the column it is compared with", f"{said}."
            )
        return ExportRefusedError(table, state, said.rstrip("."))

    def _write_mapping(self, selections: Mapping[str, Selection], places: Mapping[str, Path]) -> str | None:
        if self._mapping is None:
            return None
        home = self._mapping.resolve().parent
        names = {section: os.path.relpath(path.resolve(), home) for section, path in places.items()}
        text = mapping_toml(self._order.form, selections, names)
        file: BinaryIO = self._files.open(self._mapping)
        file.write(text.encode())
        return str(self._mapping)


def _json_key(section: str) -> str:
    return json.dumps(section, ensure_ascii=False)


def _told(section: str, selection: Selection, rows: int) -> TableExport:
    generated = tuple(each.name for each in selection.table.columns.values() if each.generated)
    return TableExport(selection.table.label, section, rows, tuple(sorted(selection.masked)), generated)
