"""A reject: one reason why one row does not fit, with everything needed to find and mend it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from toolkit.secret import MASK
from toolkit.transfer.sources.record import Place, Value
from toolkit.transfer.values.unfit import shown

_SOUNDS_SECRET: Final = re.compile(
    r"passw|secret|token|api_?key|private_?key|credential|(^|_)(pin|otp|cvv|ssn|iban)(_|$)|(^|_)salt|_hash$",
    re.IGNORECASE,
)

SQLSTATES: Final = {
    "null": "23502",
    "missing": "23502",
    "orphan": "23503",
    "duplicate": "23505",
    "exists": "23505",
    "check": "23514",
    "excluded": "23P01",
    "too_long": "22001",
    "range": "22003",
    "not_listed": "22P02",
    "not_a_number": "22P02",
    "not_a_uuid": "22P02",
    "wrong_type": "22P02",
    "format": "22007",
    "nul": "22021",
    "generated_differs": "428C9",
}
"""What the server would say of these, for the codes that the judge finds by itself."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The row because of which another one is rejected: the first in a chain of them."""

    table: str
    ordinal: int
    """Which row of that table, from 1, as in its own reject. 0 for a record that never became a row."""
    source: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Reject:
    """One reason for one row. Ordinals and lines count from 1, bytes from 0."""

    code: str
    """A stable word: `wrong_type`, `missing`, `orphan`, ..."""
    table: str
    ordinal: int
    """Which row of the table, in the order of the source."""
    source: str
    pointer: str
    """JSON Pointer (RFC 6901) of the value, or of the row."""
    line: int | None
    """Physical line on which the record begins; None for objects in memory."""
    offset: int | None
    """Byte at which the record begins."""
    column: str | None
    field: str | None
    value: str | None
    """What stands there, cut short; `***` for masked columns."""
    reason: str
    hint: str
    sqlstate: str | None = None
    """What the server says or would say."""
    constraint: str | None = None
    clashes_with: str | None = None
    """The other side of a clash: the place of a row of the input, or the key of a stored one."""
    caused_by: Cause | None = None
    """Set where nothing but another row's reject speaks against this one."""

    @property
    def sentence(self) -> str:
        """Where and why, in one line."""
        line = f":{self.line}" if self.line is not None else ""
        column = f".{self.column}" if self.column else ""
        value = f" (value {self.value})" if self.value is not None else ""
        return f"{self.source}{line} {self.pointer}: {self.table}{column}: {self.reason}{value}"


def is_secret(column: str) -> bool:
    """Whether the column's name sounds like something that must not be shown."""
    return _SOUNDS_SECRET.search(column) is not None


def display(value: Value, *, masked: bool) -> str:
    """The value as a message shows it."""
    return MASK if masked and value is not None else shown(value)


def reject_of(
    place: Place,
    table: str,
    ordinal: int,
    code: str,
    reason: str,
    hint: str = "",
    *,
    column: str | None = None,
    field: str | None = None,
    value: str | None = None,
    sqlstate: str | None = None,
    constraint: str | None = None,
    clashes_with: str | None = None,
    caused_by: Cause | None = None,
) -> Reject:
    """A reject at this place."""
    return Reject(
        code=code,
        table=table,
        ordinal=ordinal,
        source=place.source,
        pointer=place.pointer,
        line=place.line,
        offset=place.offset,
        column=column,
        field=field,
        value=value,
        reason=reason,
        hint=hint,
        sqlstate=sqlstate or SQLSTATES.get(code),
        constraint=constraint,
        clashes_with=clashes_with,
        caused_by=caused_by,
    )
