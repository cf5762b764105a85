"""The texts of stored values, the same ones in every session that asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from toolkit.transfer.target.wire import Wire

SETTINGS: Final = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
}
"""What the text of a value depends on."""

_NOW: Final = "SELECT jsonb_object_agg(name, current_setting(name))::text FROM unnest(%s::text[]) AS name"
_SET: Final = "SELECT set_config(key, value, true) FROM jsonb_each_text(%s::jsonb)"


@contextmanager
def plain_texts(wire: Wire) -> Iterator[None]:
    """Within the block, and its transaction, values are written the same way whoever is connected."""
    (before,) = wire.rows(_NOW, [list(SETTINGS)])[0]
    wire.rows(_SET, [json.dumps(SETTINGS)])
    yield
    # After a failure the transaction is rolled back, and the settings with it.
    wire.rows(_SET, [before])
