"""Conditions of random policies: the many ways to ask for the owner, and what only looks like one."""

from __future__ import annotations

import random
from collections.abc import Sequence

from fixtures.isolation import IDENTITY as ME
from isolation.random_tables import Table


def clause(source: random.Random, table: Table, tables: Sequence[Table]) -> str:
    """A condition on a row of the table, right more often than not."""
    if source.random() < 0.6:
        return right(source, table, table.name)
    parts = [_part(source, table, tables) for _ in range(source.choice((1, 2, 2, 3)))]
    joined = parts[0]
    for part in parts[1:]:
        joined = f"({joined}) {source.choice(('AND', 'OR'))} ({part})"
    return joined


def _part(source: random.Random, table: Table, tables: Sequence[Table]) -> str:
    if source.random() < 0.4:
        return right(source, table, table.name)
    forms = [*_anywhere(source, table, tables)]
    forms += _near_owners(table.name) if table.parent is None else _near_parents(source, table, table.parent)
    if table.second_owner:
        forms.append(f"{table.name}.editor_id = {ME}")
    if table.self_reference:
        inner = f"s.id = {table.name}.self_id AND s.user_id = {ME}"
        forms.append(f"EXISTS (SELECT FROM {table.name} AS s WHERE {inner})")
    if table.shared_reference:
        forms.append(f"EXISTS (SELECT FROM kinds AS k WHERE k.id = {table.name}.kind_id)")
    return source.choice(forms)


def right(source: random.Random, table: Table, row: str) -> str:
    """One of the ways to say that a row is the acting user's."""
    if table.parent is None:
        forms = [
            f"{row}.user_id = {ME}",
            f"{row}.user_id = {ME}",
            f"{ME} = {row}.user_id",
            f"{row}.user_id::text = current_setting('app.user_id', true)",
            f"{row}.user_id = me()",
            f"{row}.user_id = (SELECT me())",
            f"{row}.user_id IN ({ME})",
            f"{row}.user_id IN (SELECT u.id FROM users AS u WHERE u.id = {ME})",
        ]
        return source.choice(forms)
    up, name = table.parent, f"{table.parent.name}_{source.randint(1, 99)}"
    inner, here = right(source, up, name), f"{name}.id = {row}.up_id"
    forms = [
        f"EXISTS (SELECT FROM {up.name} AS {name} WHERE {here} AND {inner})",
        f"{row}.up_id IN (SELECT {name}.id FROM {up.name} AS {name} WHERE {inner})",
        f"EXISTS (SELECT FROM {up.name} AS {name} WHERE {here})",
    ]
    if up.parent is None:
        forms.append(f"(SELECT {name}.user_id FROM {up.name} AS {name} WHERE {here}) = {ME}")
    else:
        joined = f"{up.name} AS {name} JOIN {up.parent.name} AS g ON g.id = {name}.up_id"
        forms.append(f"EXISTS (SELECT FROM {joined} WHERE {here} AND {right(source, up.parent, 'g')})")
    return source.choice(forms)


def _anywhere(source: random.Random, table: Table, tables: Sequence[Table]) -> list[str]:
    """What does not ask for the owner, or for more, whatever the table."""
    row, other = table.name, source.choice(tables)
    inner, own = right(source, other, "o"), right(source, table, table.name)
    return [
        f"{ME} IS NULL",
        f"{ME} = 2",
        f"{row}.id > {ME}",
        f"{row}.id / 1000 = {ME}",
        f"{row}.body LIKE '%1'",
        f"{row}.body <> ''",
        "true",
        "false",
        f"EXISTS (SELECT FROM users AS u WHERE u.id = {ME})",
        f"EXISTS (SELECT FROM {other.name} AS o WHERE {inner})",
        f"EXISTS (SELECT FROM {other.name} AS o WHERE o.id = {row}.id AND {inner})",
        f"NOT ({own})",
        f"({own}) IS NOT false",
        f"coalesce({own}, true)",
        f"CASE WHEN {row}.body LIKE '%2' THEN true ELSE {own} END",
    ]


def _near_owners(row: str) -> list[str]:
    return [
        f"{row}.user_id <= {ME}",
        f"{row}.user_id = 3",
        f"{row}.user_id IN ({ME}, 2)",
        f"{row}.user_id = coalesce({ME}, {row}.user_id)",
        f"{row}.user_id IS NULL",
        f"{row}.user_id = {row}.user_id",
    ]


def _near_parents(source: random.Random, table: Table, up: Table) -> list[str]:
    row, inner = table.name, right(source, up, "w")
    return [
        f"{row}.up_id = {ME}",
        f"EXISTS (SELECT FROM {up.name} AS w WHERE {inner})",
        f"EXISTS (SELECT FROM {up.name} AS w WHERE w.id <= {row}.up_id AND {inner})",
        f"EXISTS (SELECT FROM {up.name} AS w WHERE w.id = w.id AND {inner})",
        f"EXISTS (SELECT FROM {up.name} AS w LEFT JOIN users AS u ON {inner} WHERE w.id = {row}.up_id)",
    ]
