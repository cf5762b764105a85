"""The rows that the import benchmark moves: made on the fly, the same for every size."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

COLUMNS: Final = (
    "id", "external_id", "email", "owner_id", "title", "body", "status", "amount", "active", "created_at",
    "due",
)  # fmt: skip
TABLE: Final = """
CREATE TABLE items (
    id bigint PRIMARY KEY, external_id uuid NOT NULL, email text NOT NULL UNIQUE, owner_id integer NOT NULL,
    title varchar(200) NOT NULL, body text, status text NOT NULL, amount numeric(10, 2),
    active boolean NOT NULL, created_at timestamptz NOT NULL, due date
);
CREATE INDEX items_owner ON items (owner_id);
CREATE INDEX items_created ON items (created_at);
"""
"""Eleven columns, four indexes."""
MAPPING: Final = {
    "version": 1,
    "policy": {"mode": "batched", "on_error": "reject"},
    "table": {"items": {"rows": "/*", "columns": {name: name for name in COLUMNS}}},
}
_WORDS: Final = (
    "lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod",
    "tempor",
)  # fmt: skip


def records(count: int) -> Iterator[dict[str, Any]]:
    """So many records of about 400 bytes of JSON."""
    rng = random.Random(1)
    for number in range(1, count + 1):
        yield {
            "id": number,
            "external_id": str(UUID(int=rng.getrandbits(128))),
            "email": f"user{number}@example.org",
            "owner_id": rng.randrange(1000),
            "title": " ".join(rng.choices(_WORDS, k=5)),
            "body": " ".join(rng.choices(_WORDS, k=18)),
            "status": rng.choice(("open", "done")),
            "amount": round(rng.random() * 10_000, 2),
            "active": rng.random() < 0.5,
            "created_at": f"{_day(rng, 2024)}T{rng.randrange(24):02}:05:09Z",
            "due": _day(rng, 2025),
        }


def write_ndjson(path: Path, count: int) -> None:
    """One record a line."""
    with path.open("w", encoding="utf-8") as file:
        for record in records(count):
            file.write(json.dumps(record) + "\n")


def write_csv(path: Path, count: int) -> None:
    """The same rows as `COPY ... (FORMAT csv)` takes them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for record in records(count):
            writer.writerow(record.values())


def _day(rng: random.Random, year: int) -> str:
    return f"{year}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
