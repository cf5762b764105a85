"""Random small schemas: whatever stands on whatever, under whatever name, it is made again."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from fixtures.schema_ddl import cursor_at, differing, run, snapshot_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.database.scratch import ScratchDatabases
from toolkit.schema.ddl import ddl
from toolkit.sql.quoting import quote_identifier, quote_literal

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(
    lambda name: len(name.encode()) <= 40
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
TYPES = st.sampled_from(
    ["integer", "text", "varchar(9)", "numeric(8, 2)", "boolean", "timestamptz", "integer[]", "jsonb", "uuid"]
)


@dataclass
class Schema:
    """A schema while it is drawn: what was made, in an order that runs."""

    statements: list[str] = field(default_factory=list)
    tables: list[tuple[str, list[str]]] = field(default_factory=list)
    types: list[str] = field(default_factory=list)


@st.composite
def schemas(draw: st.DrawFn) -> list[str]:
    """Statements that make a schema of a few types, tables and views."""
    found = Schema()
    names = draw(st.lists(NAMES, min_size=8, max_size=8, unique=True))
    schema = f"s{draw(NAMES)}"
    found.statements.append(f"create schema {quote_identifier(schema)}")
    full = [f"{quote_identifier(schema)}.{quote_identifier(name)}" for name in names]
    if draw(st.booleans()):
        labels = draw(st.lists(TEXTS, max_size=4, unique=True))
        found.statements.append(f"create type {full[0]} as enum ({', '.join(map(quote_literal, labels))})")
        found.types.append(full[0])
    if draw(st.booleans()):
        text = quote_literal(draw(TEXTS))
        found.statements.append(
            f"create domain {full[1]} as text default {text} check (value <> {text} or true)"
        )
        found.types.append(full[1])
    for name in full[2 : 2 + draw(st.integers(1, 3))]:
        draw_table(draw, found, name)
    for name in full[6 : 6 + draw(st.integers(0, 2))]:
        relation, columns = draw(st.sampled_from(found.tables))
        found.statements.append(f"create view {name} as select {', '.join(columns)} from {relation}")
        found.tables.append((name, columns))
    return found.statements


def draw_table(draw: st.DrawFn, found: Schema, name: str) -> None:
    """One table with keys, references, indexes, comments, grants and policies as they come."""
    columns = [
        quote_identifier(column) for column in draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    ]
    parts = [f"{column} {draw_type(draw, found)}" for column in columns]
    parts.append(
        f"zz_key integer {draw(st.sampled_from(['primary key', 'unique', 'generated always as identity']))}"
    )
    if "identity" not in parts[-1]:
        parts.append(f"zz_parent integer references {name} (zz_key) {draw(ACTIONS)}")
    found.statements.append(
        f"create {draw(st.sampled_from(['', 'unlogged ']))}table {name} ({', '.join(parts)})"
    )
    column = draw(st.sampled_from(columns))
    comment = quote_literal(draw(TEXTS.filter(bool)))
    extras = [
        f"comment on column {name}.{column} is {comment}",
        f"comment on table {name} is {comment}",
        f"create index on {name} (({column} is null), zz_key desc) where {column} is not null",
        f"alter table {name} add check ({column}::text <> {comment}) not valid",
        f"alter table {name} enable row level security",
        f"create policy {quote_identifier(draw(NAMES))} on {name} using ({column}::text = {comment})",
        f"grant select ({column}), update on {name} to kit_app",
        f"alter table {name} drop column {column} cascade",
        f"alter table {name} alter column zz_key set statistics 50",
        f"alter table {name} owner to kit_owner",
    ]
    chosen = draw(st.lists(st.sampled_from(extras), max_size=5, unique=True))
    dropped = [text for text in chosen if " drop column " in text]
    found.statements += [text for text in chosen if text not in dropped] + dropped
    left = [known for known in [*columns, "zz_key"] if not dropped or known != column]
    found.tables.append((name, list(dict.fromkeys(left))))


ACTIONS = st.sampled_from(["", "on delete cascade", "on update set null deferrable", "on delete restrict"])


def draw_type(draw: st.DrawFn, found: Schema) -> str:
    """A type, sometimes of the schema's own, sometimes refusing nulls."""
    type_ = draw(st.sampled_from([*found.types, draw(TYPES)]))
    return type_ + draw(st.sampled_from(["", " not null", " default null"]))


@pytest.mark.usefixtures("kit_roles")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(schemas())
def test_a_random_schema_is_made_again(scratch: ScratchDatabases, statements: list[str]) -> None:
    with scratch.create() as url, scratch.create() as empty:
        with cursor_at(url) as cursor:
            for statement in statements:
                cursor.execute(statement)
        before = snapshot_of(url)
        assert not run(empty, ddl(before))
        after = snapshot_of(empty)
        assert not differing(before, after)
        assert after.hash == before.hash
