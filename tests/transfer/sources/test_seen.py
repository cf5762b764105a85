"""Keys that stood before are noticed, however many there are."""

from __future__ import annotations

import random

import pytest

from toolkit.transfer.sources import seen
from toolkit.transfer.sources.seen import SeenKeys


def test_every_key_that_stands_twice_is_noticed_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "_RECENT", 100)
    keys = SeenKeys()
    drawn = random.Random(7)
    before: set[str] = set()
    for _ in range(20_000):
        key = str(drawn.randrange(30_000))
        assert keys.add(key) == (key in before)
        before.add(key)
