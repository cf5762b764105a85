"""Read a mended reject file back."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.transfer.mapping.check import source_of
from toolkit.transfer.mapping.model import TransferMapping
from toolkit.transfer.refeed.mended import Mended, Tokens
from toolkit.transfer.sources.exact_json import ExactDecoder, skip_space
from toolkit.transfer.sources.record import Number, Place, SourceContent, SourceRecord, Value


@dataclass(eq=False)
class RefeedUnreadableError(UsageError):
    """The file is not a reject file, or a record in it cannot be fed back."""

    code = "E196"

    path: str
    line: int
    reason: str

    @property
    def sentence(self) -> str:
        where = f" at line {self.line}" if self.line else ""
        return f"{self.path} cannot be fed back{where}: {self.reason}."

    @property
    def hint(self) -> str:
        return "It is the file that --rejects wrote, with 'record' mended in each of its lines."


def read_mended(path: Path, rules: TransferMapping) -> Mended:
    """The mended records, for an import by these rules. Raises `RefeedUnreadableError`."""
    sections = {source_of(rules, table) for table in rules.tables.values()}
    try:
        raw = path.read_bytes()
        lines = raw.decode("utf-8").splitlines()
    except OSError as error:
        raise RefeedUnreadableError(str(path), 0, error.strerror or "it cannot be opened") from None
    except UnicodeDecodeError as error:
        raise RefeedUnreadableError(str(path), 0, f"byte {error.start} is not UTF-8") from None
    records: dict[str, list[SourceRecord]] = {name: [] for name in sections}
    rows: dict[tuple[str, str, Tokens], int] = {}
    whole: set[tuple[str, Tokens]] = set()
    runs: set[str | None] = set()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry, record = _entry(line)
            records[entry["section"]].append(record)
            runs.add(entry["run"])
            for row in entry["rows"]:
                place = (row["table"], record.place.source, tuple(row["place"]))
                rows[place] = row["ordinal"]
        except (KeyError, TypeError, ValueError) as error:
            reason = (
                str(error) if isinstance(error, ValueError) else f"it is no line of a reject file ({error})"
            )
            raise RefeedUnreadableError(str(path), number, reason.rstrip(".")) from None
        if not entry["rows"]:
            whole.add((record.place.source, record.place.tokens))
    digest = sha256(raw).hexdigest()
    contents = {
        name: SourceContent(path.name, tuple(found), digest=digest) for name, found in records.items()
    }
    return Mended(next(iter(runs), None), contents, rows, frozenset(whole))


def _entry(line: str) -> tuple[dict[str, Any], SourceRecord]:
    value, end, flaws = ExactDecoder().decode(line, skip_space(line, 0))
    if not isinstance(value, dict) or skip_space(line, end) < len(line):
        raise TypeError("no object")
    record = value.pop("record")
    entry = {name: _plain(member) for name, member in value.items()}
    if record is None:
        cut = entry["truncated"]
        raise ValueError(
            "its record is cut; put the whole one into 'record'"
            if cut
            else "put the mended one into 'record'"
        )
    place = Place(entry["source"], tuple(entry["place"]), entry["line"], entry["byte_start"])
    return entry, SourceRecord(
        tuple(entry["container"]), place, entry["key"], entry["index"], record, flaws, line
    )


def _plain(value: Value) -> Any:
    """The value as Python has it; all numbers of a reject file are whole."""
    if isinstance(value, Number):
        return int(value.text)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value
