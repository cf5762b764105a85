"""Read newline-delimited JSON: one record a line. A bad line is a flaw of its record alone."""

from __future__ import annotations

import json
from collections.abc import Iterator

from toolkit.transfer.sources.exact_json import ExactDecoder, is_cut, reason_of, skip_space
from toolkit.transfer.sources.record import Flaw, Place, SourceRecord, Value


def ndjson_records(label: str, content: bytes, *, start: int = 0) -> Iterator[SourceRecord]:
    """The records of all lines that are not blank. Lines end at a line feed only, so U+2028 is data.

    `start` is how many bytes of the file stand before `content` (a byte order mark).
    """
    decoder = ExactDecoder()
    offset = start
    index = 0
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            place = Place(label, (index,), number, offset)
            value, flaws = _line(decoder, line)
            yield SourceRecord((), place, None, index, value, flaws)
            index += 1
        offset += len(line) + 1


def _line(decoder: ExactDecoder, line: bytes) -> tuple[Value, tuple[Flaw, ...]]:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, (
            Flaw("not_utf8", f"byte {error.start} of the line is not UTF-8", "Write the file as UTF-8."),
        )
    begin = skip_space(text, 0)
    try:
        value, end, flaws = decoder.decode(text, begin)
    except json.JSONDecodeError as error:
        if is_cut(error):
            return None, (Flaw("truncated", "the line ends in the middle of a value", "Get the whole file."),)
        return None, (Flaw("not_json", f"{reason_of(error)} at column {error.pos + 1}", "Mend the line."),)
    end = skip_space(text, end)
    if end < len(text):
        flaws = (Flaw("not_json", f"more stands behind its value at column {end + 1}", "One value a line."),)
    return value, flaws
