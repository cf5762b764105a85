"""Times in the forms that the old program wrote them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from toolkit.demo.generate.chance import Chance

DAY: Final = 86_400_000
"""Milliseconds."""
BEGIN: Final = 1_640_995_200_000
"""2022-01-01 in milliseconds since 1970."""
END: Final = 1_761_868_800_000
"""2025-10-31, when the export was made."""


def between(chance: Chance, low: int, high: int) -> int:
    """A moment between two, in milliseconds."""
    return chance.number(low, max(low, high))


def utc(moment: int) -> datetime:
    """The moment as a time, without rounding."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment)


def iso(chance: Chance, moment: int) -> str:
    """As text, in UTC or in some office's zone."""
    if chance.happens(0.5):
        return utc(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    zone = timezone(timedelta(hours=chance.pick((-8, -3, 1, 2, 5, 9)), minutes=chance.pick((0, 0, 30))))
    return utc(moment).astimezone(zone).isoformat(timespec="seconds")


def written_out(moment: int) -> str:
    """As the oldest version wrote it: `31/10/2025 14:05 +0000`."""
    return utc(moment).strftime("%d/%m/%Y %H:%M %z")
