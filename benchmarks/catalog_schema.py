"""A made-up schema of any number of tables: what the catalog benchmark reads.

Deterministic. Tables of 5 to 12 columns, identity keys, up to two foreign keys each, plain, multi-column,
partial and covering indexes, checks, uniques, an enum, comments, and row-level security with two policies on
half of the tables.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

_TYPES = (
    "text",
    "integer",
    "bigint",
    "numeric(12, 2)",
    "boolean",
    "timestamptz",
    "jsonb",
    "varchar(80)",
    "mood",
)


def statements(tables: int) -> Iterator[str]:
    """The DDL, in an order that runs."""
    chance = random.Random(tables)
    yield "create type mood as enum ('calm', 'busy', 'late')"
    for number in range(tables):
        yield from _table(number, chance)


def _table(number: int, chance: random.Random) -> Iterator[str]:
    name = f"t{number:05}"
    columns = ["id bigint generated always as identity primary key", "owner_id bigint not null"]
    made = []
    for place in range(chance.randint(3, 10)):
        type_ = chance.choice(_TYPES)
        made.append((f"c{place}", type_))
        default = " not null default now()" if type_ == "timestamptz" else ""
        columns.append(f"c{place} {type_}{default}")
    constraints = [f"constraint {name}_owner_ck check (owner_id > 0)"]
    if chance.random() < 0.3:
        constraints.append(f"constraint {name}_uq unique (owner_id, c0)")
    for place in range(chance.randint(0, min(2, number))):
        target = f"t{chance.randrange(number):05}"
        columns.append(f"r{place} bigint references {target} (id) on delete cascade")
        made.append((f"r{place}", "bigint"))
    yield f"create table {name} ({', '.join(columns + constraints)})"
    yield f"create index {name}_owner_ix on {name} (owner_id, c0)"
    for column, _type in made:
        if column.startswith("r"):
            yield f"create index {name}_{column}_ix on {name} ({column})"
    if chance.random() < 0.5:
        yield f"create index {name}_part_ix on {name} (c1) include (c2) where owner_id > 10"
    yield f"comment on table {name} is 'table number {number}'"
    if number % 2:
        yield f"alter table {name} enable row level security"
        for verb in ("select", "update"):
            yield (
                f"create policy {name}_{verb} on {name} for {verb}"
                " using (owner_id = nullif(current_setting('app.user_id', true), '')::bigint)"
            )
