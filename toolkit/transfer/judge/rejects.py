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
    """Set where the server is the judge."""
    constraint: str | None = None

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
        sqlstate=sqlstate,
        constraint=constraint,
    )
