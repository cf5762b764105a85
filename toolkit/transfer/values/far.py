"""Dates that Python cannot hold and the server can: infinities, years before Christ, years after 9999.

They go to the server as it writes them. Years are checked by the calendar that repeats every 400 of them.
"""

from __future__ import annotations

import re
from datetime import date, time, tzinfo
from typing import Final

from toolkit.transfer.values.unfit import UnfitError

_INFINITIES: Final = ("infinity", "-infinity")
_FAR: Final = re.compile(
    r"\+?(?P<year>\d{4,7})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?:[T ](?P<clock>\d\d:\d\d:\d\d(?:\.\d{1,6})?)(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?(?P<era> BC)?",
    re.ASCII,
)
_NEAR: Final = 9999
_CYCLE: Final = 400
_LAST_DATE: Final = 5_874_897
_LAST_MOMENT: Final = 294_276
_FIRST: Final = 4713


def far_date(text: str) -> str | None:
    """The server's text of a date beyond Python's range; None when it is within, or no such date."""
    if text in _INFINITIES:
        return text
    match = _match(text, _LAST_DATE)
    return text.removeprefix("+") if match is not None and match["clock"] is None else None


def far_moment(text: str, with_zone: bool, zone: tzinfo | None) -> str | None:
    """The server's text of a date-time beyond Python's range; None when it is within, or none."""
    if text in _INFINITIES:
        return text
    match = _match(text, _LAST_MOMENT)
    if match is None or match["clock"] is None:
        return None
    time.fromisoformat(match["clock"])
    named = match["zone"]
    if with_zone and named is None:
        if zone is None:
            raise UnfitError("no_zone", "it names no time zone", 'Say the zone: zone = "..." or timezone.')
        named = f" {zone}"
    if named is not None and not with_zone:
        reason = "it names a time zone and the column has none"
        raise UnfitError("has_zone", reason, "Leave the zone out at the source.")
    day = f"{match['year']}-{match['month']}-{match['day']} {match['clock']}"
    return f"{day}{named or ''}{match['era'] or ''}"


def _match(text: str, last: int) -> re.Match[str] | None:
    match = _FAR.fullmatch(text)
    if match is None:
        return None
    year = int(match["year"])
    if match["era"] is None and year <= _NEAR:
        return None
    counted = 1 - year if match["era"] else year
    try:
        date(counted % _CYCLE + _CYCLE, int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    if year == 0 or year > (_FIRST if match["era"] else last):
        raise UnfitError("range", "it is beyond the years that the server keeps")
    return match
