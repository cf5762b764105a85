"""Read the sources of an import, and how the ledger knows them."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.events import Emit, Notice, StepFinished, StepStarted
from toolkit.transfer.ledger import RunOrder, fingerprint_from, mapping_hash
from toolkit.transfer.loading.pace import Pace
from toolkit.transfer.loading.terms import Terms
from toolkit.transfer.mapping.check import source_of
from toolkit.transfer.mapping.model import SourceRule, TransferMapping
from toolkit.transfer.refeed.plain import json_text
from toolkit.transfer.refeed.writing import REASONS
from toolkit.transfer.sources.located import Located
from toolkit.transfer.sources.record import SourceContent, SourceRecord
from toolkit.transfer.sources.stream import RecordStream, open_stream
from toolkit.transfer.target.table import TargetTable

_TOLD_EVERY: Final = 1_000


def read_all(
    rules: TransferMapping, sources: Mapping[str, Located], emit: Emit, cancel: CancelToken
) -> dict[str, SourceContent]:
    """All records of all sources. Raises the errors of a `RecordStream`."""
    step, begun = "read", time.monotonic()
    emit(StepStarted(step))
    contents = {}
    for name, located in sources.items():
        cancel.raise_if_cancelled()
        tables = [table for table in rules.tables.values() if source_of(rules, table) == name]
        containers = frozenset(table.rows.container for table in tables)
        rule = rules.sources.get(name, SourceRule())
        with open_stream(located, containers, rule.shape, rule.reading) as stream:
            contents[name] = _content(stream, emit, cancel)
        for notice in contents[name].notices:
            emit(Notice("warning", notice))
    records = sum(len(content.records) for content in contents.values())
    emit(StepFinished(step, "done", f"{records} records", time.monotonic() - begun))
    return contents


def entry_of(
    rules: TransferMapping,
    contents: Mapping[str, SourceContent],
    tables: Mapping[str, TargetTable],
    terms: Terms,
) -> RunOrder:
    """How the ledger knows this import."""
    digests = [content.digest or _digest(content.records) for content in contents.values()]
    shape = "\n".join(repr(tables[name]) for name in sorted(tables))
    return RunOrder(
        source=", ".join(dict.fromkeys(content.label for content in contents.values())),
        fingerprint=fingerprint_from(digests),
        mapping=mapping_hash(rules),
        target=hashlib.sha256(shape.encode()).hexdigest()[:32],
        mode=terms.mode,
        batch_rows=terms.batch_rows if terms.mode == "batched" else None,
    )


def _content(stream: RecordStream, emit: Emit, cancel: CancelToken) -> SourceContent:
    records: list[SourceRecord] = []
    pace = Pace(f"read {stream.label}", "bytes")
    for number, record in enumerate(stream, start=1):
        if number % _TOLD_EVERY == 0:
            cancel.raise_if_cancelled()
            emit(pace.at(stream.bytes_read, stream.total_bytes))
        records.append(_without_reasons(record))
    return SourceContent(
        stream.label, tuple(records), tuple(stream.stray), tuple(stream.notices), stream.digest
    )


def _without_reasons(record: SourceRecord) -> SourceRecord:
    """The record without the column that a reject file adds to a CSV."""
    value = record.value
    if not isinstance(value, dict) or REASONS not in value:
        return record
    return replace(record, value={name: cell for name, cell in value.items() if name != REASONS})


def _digest(records: Iterable[SourceRecord]) -> str:
    """The digest of objects in memory, from what they are as records."""
    found = hashlib.sha256()
    for record in records:
        found.update(f"{record.place.pointer} {json_text(record.value)}\n".encode("utf-8", "surrogatepass"))
    return found.hexdigest()
