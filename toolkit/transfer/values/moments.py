"""Dates and times: only declared formats, and no zone is ever assumed.

A date-time becomes a `timestamptz` only if it names its zone or the mapping does; a time that a clock change
skips or repeats has no one meaning and is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Final, Literal

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.values.numbers import exact
from toolkit.transfer.values.unfit import UnfitError, wrong_kind

ISO: Final = "iso"
_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_ISO_TIME: Final = re.compile(r"\d\d:\d\d(:\d\d([.,](\d+))?)?", re.ASCII)
_ISO_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))?([Zz]|[+-]\d\d(?::?\d\d)?)?", re.ASCII
)
_MICROSECONDS: Final = 6
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DIGITS: Final = 21
"""More than any plausible moment has, and so few that decimal arithmetic keeps them all."""
_PLAUSIBLE: Final = range(1900, 2200)


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

    def read(self, value: Value) -> str:
        """From a text in one of the formats."""
        if not isinstance(value, str):
            hint = 'as = "epoch-ms" or "epoch-s" reads numbers.' if isinstance(value, Number) else ""
            raise wrong_kind(value, "a date-time", hint)
        return self._written(_first_that_fits(value, self.formats))

    def read_epoch(self, value: Value, unit: Literal["epoch-s", "epoch-ms"]) -> str:
        """From a number of seconds or milliseconds since 1970 UTC."""
        number = exact(value, from_text=False)
        if number and number.adjusted() < -_EPOCH_DIGITS:
            raise UnfitError("precision", "it is finer than a microsecond")
        moment = None
        if number.adjusted() < _EPOCH_DIGITS:
            micros = number.scaleb(6 if unit == "epoch-s" else 3)
            if len(number.as_tuple().digits) > _EPOCH_DIGITS or micros != micros.to_integral_value():
                raise UnfitError("precision", "it is finer than a microsecond")
            moment = _plausible(micros)
        if moment is None:
            other = "milliseconds" if unit == "epoch-s" else "seconds"
            reason = f"as {unit} it is not between {_PLAUSIBLE.start} and {_PLAUSIBLE.stop}"
            raise UnfitError("implausible", reason, f"Are these {other}?")
        return self._written(moment)

    def _written(self, moment: datetime) -> str:
        if moment.microsecond % 10 ** (_MICROSECONDS - self.digits):
            raise UnfitError("precision", f"the column keeps {self.digits} digits of a second")
        if moment.tzinfo is None and self.with_zone:
            if self.zone is None:
                raise UnfitError(
                    "no_zone", "it names no time zone", 'Say the zone: zone = "..." or timezone.'
                )
            moment = _located(moment, self.zone)
        if not self.with_zone and moment.tzinfo is not None:
            if self.to_zone is None:
                reason = "it names a time zone and the column has none"
                raise UnfitError("has_zone", reason, 'Say into which zone it is turned: to_zone = "UTC".')
            return moment.astimezone(self.to_zone).replace(tzinfo=None).isoformat(" ")
        return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat(" ")


def date_of(value: Value, formats: tuple[str, ...]) -> str:
    """A date, without a time of day."""
    if not isinstance(value, str):
        raise wrong_kind(value, "a date")
    for form in formats:
        try:
            if form == ISO:
                if _ISO_DATE.fullmatch(value):
                    return date.fromisoformat(value).isoformat()
            else:
                return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise _no_format(formats, "YYYY-MM-DD")


def time_of(value: Value) -> str:
    """A time of day, `HH:MM[:SS[.ffffff]]`."""
    if not isinstance(value, str):
        raise wrong_kind(value, "a time of day")
    match = _ISO_TIME.fullmatch(value)
    if match is None or len(match[3] or "") > _MICROSECONDS:
        raise UnfitError("format", "it is no time HH:MM:SS with at most 6 digits of a second")
    try:
        return time.fromisoformat(value.replace(",", ".")).isoformat()
    except ValueError:
        raise UnfitError("format", "there is no such time of day") from None


def _first_that_fits(text: str, formats: tuple[str, ...]) -> datetime:
    for form in formats:
        try:
            moment = _iso(text) if form == ISO else datetime.strptime(text, form)  # noqa: DTZ007 - zone comes later
        except ValueError:
            continue
        if moment is not None:
            return moment
    raise _no_format(formats, "YYYY-MM-DDTHH:MM:SS")


def _iso(text: str) -> datetime | None:
    match = _ISO_MOMENT.fullmatch(text)
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    if fraction and fraction[_MICROSECONDS:].strip("0"):
        raise UnfitError("precision", "it is finer than a microsecond")
    micros = (fraction or "")[:_MICROSECONDS].ljust(_MICROSECONDS, "0")
    seconds = clock if len(clock) > 5 else f"{clock}:00"
    return datetime.fromisoformat(f"{day}T{seconds}.{micros}{(zone or '').upper()}")


def _located(moment: datetime, zone: tzinfo) -> datetime:
    early, late = moment.replace(tzinfo=zone, fold=0), moment.replace(tzinfo=zone, fold=1)
    if early.utcoffset() == late.utcoffset():
        return early
    back = early.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if back != moment:
        raise UnfitError(
            "nonexistent_time", f"the clocks of {zone} skip this time", "Say the offset from UTC."
        )
    raise UnfitError(
        "ambiguous_time", f"the clocks of {zone} show this time twice", "Say the offset from UTC."
    )


def _plausible(micros: Decimal) -> datetime | None:
    if micros and micros.adjusted() > 17:
        return None
    moment = _EPOCH + timedelta(microseconds=int(micros))
    return moment if moment.year in _PLAUSIBLE else None


def _no_format(formats: tuple[str, ...], iso: str) -> UnfitError:
    listed = ", ".join(iso if form == ISO else form for form in formats)
    return UnfitError(
        "format", f"it does not read as {listed}", "Declare how it is written: formats = [...]."
    )
