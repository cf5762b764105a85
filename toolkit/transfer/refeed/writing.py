"""Write the reject file, and beside it the records alone in the format of their source.

Both hold data as it stands in the source, so only their owner may read them.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from toolkit.transfer.judge.rejects import Reject
from toolkit.transfer.judge.rows import Row
from toolkit.transfer.refeed.collect import RejectedRecord
from toolkit.transfer.refeed.plain import json_text

LARGEST: Final = 1 << 20
"""Records of more characters are cut, which the line then says; a cut one cannot be fed back."""
REASONS: Final = "neonkit_reasons"
"""The column of a reject CSV that says why; an import leaves it out."""
_KEPT: Final = 4096
_DELIMITERS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class RejectFiles:
    """What was written."""

    rejects: str
    """The NDJSON file that can be mended and fed back."""
    records: tuple[str, ...]
    """The records alone, one file for each source that has some."""


def write_rejects(
    path: Path, run: str | None, records: Sequence[RejectedRecord], csv_sources: Iterable[str] = ()
) -> RejectFiles | None:
    """Write the files, in place of older ones of the same names; None and no file without rejects.

    Raises OSError.
    """
    if not records:
        path.unlink(missing_ok=True)
        return None
    _write(path, "".join(_line(run, record) for record in records))
    beside = []
    for source in dict.fromkeys(record.source for record in records):
        own = [record for record in records if record.source == source]
        suffix, text = _csv(own) if source in set(csv_sources) else _json(own)
        if text:
            place = path.with_name(f"{path.stem}.{source}.{suffix}")
            _write(place, text)
            beside.append(str(place))
    return RejectFiles(str(path), tuple(beside))


def _write(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # an older file may have been readable by others
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def _line(run: str | None, found: RejectedRecord) -> str:
    record = found.record
    text, raw, truncated = _content(found)
    head: dict[str, Any] = {
        "run": run,
        "source": record.place.source,
        "section": found.source,
        "container": record.container,
        "place": record.place.tokens,
        "pointer": record.place.pointer,
        "key": record.key,
        "index": record.index,
        "line": record.place.line,
        "byte_start": record.place.offset,
        "byte_len": _length(record.raw),
        "truncated": truncated,
        "rows": [_row(row, reasons) for row, reasons in found.rows],
        "reasons": [_reason(reject) for reject in found.broken],
    }
    if raw is not None:
        head["raw_b64"] = raw
    return json.dumps(head)[:-1] + f', "record": {text}}}\n'


def _content(found: RejectedRecord) -> tuple[str, str | None, bool]:
    """The record as JSON, or as base64 where it is none, and whether it is cut."""
    record = found.record
    raw = record.raw
    if (raw is not None and len(raw) > LARGEST) or any(flaw.code == "too_large" for flaw in record.flaws):
        return "null", _base64((raw or "")[:_KEPT]), True
    if record.flaws and raw is not None:
        return "null", _base64(raw), False
    return json_text(record.value), None, False


def _base64(raw: str | bytes) -> str:
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    return base64.b64encode(data).decode("ascii")


def _length(raw: str | bytes | None) -> int | None:
    if raw is None:
        return None
    return len(raw) if isinstance(raw, bytes) else len(raw.encode("utf-8", "surrogatepass"))


def _row(row: Row, reasons: Sequence[Reject]) -> dict[str, Any]:
    causes = [asdict(reject.caused_by) for reject in reasons if reject.caused_by is not None]
    return {
        "table": row.table,
        "ordinal": row.ordinal,
        "place": row.place.tokens,
        "pointer": row.place.pointer,
        "caused_by": causes[0] if causes else None,
        "reasons": [_reason(reject) for reject in reasons],
    }


def _reason(reject: Reject) -> dict[str, Any]:
    facts = asdict(reject)
    for name in ("table", "ordinal", "source", "line", "offset", "caused_by"):
        facts.pop(name)
    return {**facts, "message": facts.pop("reason")}


def _json(records: Sequence[RejectedRecord]) -> tuple[str, str]:
    """The records as one array; those that are no JSON are only in the reject file."""
    texts = [
        found.record.raw if isinstance(found.record.raw, str) else json_text(found.record.value)
        for found in records
        if not found.record.flaws
    ]
    return "json", "[\n" + ",\n".join(text.strip() for text in texts) + "\n]\n" if texts else ""


def _csv(records: Sequence[RejectedRecord]) -> tuple[str, str]:
    """The rows as they stand under their header, each with its reasons in a column more."""
    header = next(
        (list(found.record.value) for found in records if isinstance(found.record.value, dict)), None
    )
    raws = [(found, found.record.raw) for found in records if isinstance(found.record.raw, str)]
    if header is None or not raws:
        return "csv", ""
    delimiter = next((mark for mark in _DELIMITERS if _width(raws[0][1], mark) == len(header)), ",")
    lines = [_cells([*header, REASONS], delimiter)]
    for found, raw in raws:
        reasons = [*found.broken, *(reject for _, own in found.rows for reject in own)]
        said = "; ".join(f"{reject.column or found.record.place}: {reject.reason}" for reject in reasons)
        lines.append(raw.rstrip("\r\n") + delimiter + _cells([said], delimiter))
    return "csv", "\n".join(lines) + "\n"


def _width(raw: str, delimiter: str) -> int:
    return len(next(csv.reader([raw], delimiter=delimiter), []))


def _cells(cells: Sequence[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="").writerow(cells)
    return out.getvalue()
