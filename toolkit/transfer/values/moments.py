"""Dates and times: only declared formats, and no zone is ever assumed.

A date-time becomes a `timestamptz` only if it names its zone or the mapping does; a time that a clock change
skips or repeats has no one meaning and is refused, unless the mapping says which one it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from toolkit.transfer.mapping.formats import ISO
from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.far import far_date, far_moment
from toolkit.transfer.values.notes import Note, silent
from toolkit.transfer.values.numbers import exact
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ISO_TIME: Final = re.compile(r"\d\d:\d\d(:\d\d([.,](\d+))?)?", re.ASCII)
_ISO_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?([Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_MIDNIGHT: Final = re.compile(r"24:00(:00([.,]0+)?)?")
_MICROSECONDS: Final = 6
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DIGITS: Final = 21
"""More than any plausible moment has, and so few that decimal arithmetic keeps them all."""
_EPOCH_UNITS: Final = {"epoch-s": 6, "epoch-ms": 3, "epoch-us": 0, "epoch-ns": -3}
"""By how many powers of ten a unit is above a microsecond."""


@dataclass(frozen=True, slots=True)
class MomentReader:
    """How date-times of one column are read, and into which kind of column they go."""

    formats: tuple[str, ...]
    zone: tzinfo | None
    """Of date-times that name none."""
    to_zone: tzinfo | None
    """Into which a date-time is turned for a column without zone."""
    with_zone: bool
    digits: int = _MICROSECONDS
    """How many digits of a second the column keeps."""
    gap: str = "reject"
    overlap: str = "reject"
    truncate: bool = False
    plausible: tuple[int, int] = (1900, 2200)
    note: Note = silent

    def read(self, value: Value) -> str:
        """From a text in one of the formats."""
        if not isinstance(value, str):
            hint = 'as = "epoch-ms" or "epoch-s" reads numbers.' if isinstance(value, Number) else ""
            raise wrong_kind(value, "a date-time", hint)
        far = far_moment(value, self.with_zone, self.zone) if ISO in self.formats else None
        return far if far is not None else self._written(self.moment_of(value))

    def read_epoch(self, value: Value, unit: str) -> str:
        """From a number of seconds, milli-, micro- or nanoseconds since 1970 UTC."""
        number = exact(value, from_text=False)
        moment = None
        if number and number.adjusted() < -_EPOCH_DIGITS and not self.truncate:
            raise UnfitError("precision", "it is finer than a microsecond")
        if number.adjusted() < _EPOCH_DIGITS:
            micros = number.scaleb(_EPOCH_UNITS[unit])
            whole = micros.to_integral_value("ROUND_FLOOR")
            if micros != whole:
                if not self.truncate:
                    raise UnfitError(
                        "precision", "it is finer than a microsecond", "truncate = true cuts it."
                    )
                self.note("truncate")
            moment = self._plausible(whole)
        if moment is None:
            first, last = self.plausible
            reason = f"as {unit} it is not between {first} and {last}"
            others = ", ".join(sorted(other for other in _EPOCH_UNITS if other != unit))
            raise UnfitError("implausible", reason, f"Is it one of {others}?")
        return self._written(moment)

    def moment_of(self, text: str) -> datetime:
        """The date-time that stands in the text, with its zone if it names one."""
        for form in self.formats:
            try:
                moment = self._iso(text) if form == ISO else datetime.strptime(text, form)  # noqa: DTZ007 - zone comes later
            except ValueError:
                continue
            if moment is not None:
                return moment
        raise no_format(self.formats, "YYYY-MM-DDTHH:MM:SS")

    def _iso(self, text: str) -> datetime | None:
        match = _ISO_MOMENT.fullmatch(text)
        if match is None:
            return None
        day, clock, fraction, zone = match.groups()
        if fraction and fraction[_MICROSECONDS:].strip("0"):
            if not self.truncate:
                raise UnfitError("precision", "it is finer than a microsecond", "truncate = true cuts it.")
            self.note("truncate")
        micros = (fraction or "")[:_MICROSECONDS].ljust(_MICROSECONDS, "0")
        seconds = clock if len(clock) > 5 else f"{clock}:00"
        # As the server reads them: the leap second is the next minute, 24:00 the next day.
        later = timedelta(0)
        if seconds == "24:00:00" and not int(micros):
            later, seconds = timedelta(days=1), "00:00:00"
        elif seconds.endswith(":60") and not int(micros):
            later, seconds = timedelta(seconds=1), f"{seconds[:-2]}59"
        moment = datetime.fromisoformat(f"{day}T{seconds}.{micros}{(zone or '').upper()}")
        if later:
            self.note("24:00 or a leap second is the next day or minute")
        return moment + later

    def _written(self, moment: datetime) -> str:
        finer = moment.microsecond % 10 ** (_MICROSECONDS - self.digits)
        if finer:
            if not self.truncate:
                reason = f"the column keeps {self.digits} digits of a second"
                raise UnfitError("precision", reason, "truncate = true cuts the others.")
            self.note("truncate")
            moment = moment.replace(microsecond=moment.microsecond - finer)
        if moment.tzinfo is None and self.with_zone:
            moment = self._located(moment)
        if not self.with_zone and moment.tzinfo is not None:
            if self.to_zone is None:
                reason = "it names a time zone and the column has none"
                raise UnfitError("has_zone", reason, 'Say into which zone it is turned: to_zone = "UTC".')
            self.note("to_zone")
            return moment.astimezone(self.to_zone).replace(tzinfo=None).isoformat(" ")
        return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat(" ")

    def _located(self, moment: datetime) -> datetime:
        if self.zone is None:
            raise UnfitError("no_zone", "it names no time zone", 'Say the zone: zone = "..." or timezone.')
        self.note("zone")
        early, late = moment.replace(tzinfo=self.zone, fold=0), moment.replace(tzinfo=self.zone, fold=1)
        if early.utcoffset() == late.utcoffset():
            return early
        back = early.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None)
        if back != moment:
            if self.gap == "reject":
                reason = f"the clocks of {self.zone} skip this time"
                hint = 'Say the offset from UTC, or gap = "shift".'
                raise UnfitError("nonexistent_time", reason, hint)
            self.note('gap = "shift"')
            return early
        if self.overlap == "reject":
            reason = f"the clocks of {self.zone} show this time twice"
            hint = 'Say the offset from UTC, or overlap = "earlier" or "later".'
            raise UnfitError("ambiguous_time", reason, hint)
        self.note(f'overlap = "{self.overlap}"')
        return early if self.overlap == "earlier" else late

    def _plausible(self, micros: Decimal) -> datetime | None:
        try:
            moment = _EPOCH + timedelta(microseconds=int(micros))
        except OverflowError:
            return None
        return moment if self.plausible[0] <= moment.year <= self.plausible[1] else None


def date_of(value: Value, reader: MomentReader) -> str:
    """A date. A time of day is refused, or cut where the reader truncates."""
    if not isinstance(value, str):
        raise wrong_kind(value, "a date")
    for form in reader.formats:
        try:
            if form == ISO:
                if _ISO_DATE.fullmatch(value):
                    return date.fromisoformat(value).isoformat()
                if far := far_date(value):
                    return far
            else:
                return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    if not reader.truncate:
        raise no_format(reader.formats, "YYYY-MM-DD")
    moment = reader.moment_of(value)
    if moment.tzinfo is not None and reader.to_zone is not None:
        moment = moment.astimezone(reader.to_zone)
    reader.note("truncate")
    return moment.date().isoformat()


def time_of(value: Value, note: Note = silent) -> str:
    """A time of day, `HH:MM[:SS[.ffffff]]`."""
    if not isinstance(value, str):
        raise wrong_kind(value, "a time of day")
    if _MIDNIGHT.fullmatch(value):
        return "24:00:00"
    match = _ISO_TIME.fullmatch(value)
    if match is None or len(match[3] or "") > _MICROSECONDS:
        raise UnfitError("format", "it is no time HH:MM:SS with at most 6 digits of a second")
    leap = value[6:] == "60"
    try:
        clock = time.fromisoformat((f"{value[:6]}59" if leap else value).replace(",", "."))
    except ValueError:
        raise UnfitError("format", "there is no such time of day") from None
    if not leap:
        return clock.isoformat()
    note("24:00 or a leap second is the next day or minute")
    later = datetime.combine(date.min, clock) + timedelta(seconds=1)
    return "24:00:00" if later.day > 1 else later.time().isoformat()


def no_format(formats: tuple[str, ...], iso: str) -> UnfitError:
    """The error for a text in none of the formats."""
    listed = ", ".join(iso if form == ISO else form for form in formats)
    return UnfitError(
        "format", f"it does not read as {listed}", "Declare how it is written: formats = [...]."
    )
