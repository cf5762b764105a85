"""Making rows as a user: for another owner, and own rows that point at another owner's.

The row that is made is one that exists: the observer removes it first, inside the savepoint, so that no key
and no check can stand in the way and only the policies decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import text

from toolkit.isolation.attempt import Outcome, Stage
from toolkit.isolation.catalog import Column
from toolkit.isolation.grounds import Edge, OwnedTable, sql_name
from toolkit.isolation.probe_write import WriteProbe, fingerprint, heed_keys, ignore_keys, row_values
from toolkit.isolation.sample import Sample


def insert(
    stage: Stage, table: OwnedTable, sample: Sample, columns: tuple[Column, ...], *, superuser: bool
) -> WriteProbe | str:
    """Make B's row as A, with A's own row made the same way as the control; or why it cannot be tried."""
    if sample.key_a is None:
        return "A has no row here"
    make = partial(_remake, stage, table, sample, columns, superuser)
    return WriteProbe(
        make(sample.key_a, {}), {f"row {key} of another owner": make(key, {}) for key in sample.prey}
    )


def point(
    stage: Stage,
    edge: Edge,
    sample: Sample,
    columns: tuple[Column, ...],
    *,
    superuser: bool,
    by_insert: bool,
) -> WriteProbe | str:
    """Point an own row at a row of somebody else, made anew or changed; or why it cannot be tried."""
    child, parent = edge.child, edge.parent
    kept = set(child.owner_columns)
    pairs = [pair for pair in edge.foreign_key.pairs if pair[0] not in kept]
    if not pairs:
        return "the reference consists of the owner alone"
    own = _row_of(
        stage, child, sample.a, where=" AND ".join(f"t0.{sql_name(c)} IS NOT NULL" for c, _ in pairs)
    )
    wanted = ", ".join(f"t0.{sql_name(target)}::text AS {sql_name(column)}" for column, target in pairs)
    prey = stage.observe(
        f"SELECT {wanted} FROM {parent.source} WHERE {parent.owner} <> :a ORDER BY {parent.key} LIMIT 1",
        a=sample.a,
    )
    if own is None or not prey:
        return "there is no own row with a parent, or no parent of somebody else"
    ways: dict[str, Callable[[Mapping[str, object]], Outcome]] = {}
    if by_insert:
        ways["made"] = partial(_remake, stage, child, sample, columns, superuser, own)
    changed = [column for column in columns if column.name in prey[0]]
    if all(column.can_update for column in changed):
        ways["changed"] = partial(_repoint, stage, child, sample, changed, own)
    if not ways:
        return "the role may neither make such rows nor change where they point"
    controls = [way({}) for way in ways.values()]
    worked = next((control for control in controls if not control.rows), controls[0])
    return WriteProbe(worked, {f"{name} along {edge.name}": way(prey[0]) for name, way in ways.items()})


def _repoint(
    stage: Stage,
    table: OwnedTable,
    sample: Sample,
    columns: list[Column],
    key: str,
    changes: Mapping[str, object],
) -> Outcome:
    """Change where an own row points; without changes, to where it points already."""
    values = row_values(stage, table, tuple(columns), key) | dict(changes)
    parts = ", ".join(f"{sql_name(c.name)} = CAST(:v{n} AS {c.type})" for n, c in enumerate(columns))
    binds: dict[str, object] = {f"v{n}": values[column.name] for n, column in enumerate(columns)}
    return stage.attempt(
        sample.a,
        f"UPDATE {table.sql} AS t0 SET {parts} WHERE {table.key} = :key",
        {**binds, "key": key},
    )


def _row_of(stage: Stage, table: OwnedTable, owner: str, *, where: str) -> str | None:
    found = stage.observe(
        f"SELECT min({table.key}) AS key FROM {table.source} WHERE {table.owner} = :owner AND {where}",
        owner=owner,
    )
    return found[0]["key"] if found else None


def _remake(
    stage: Stage,
    table: OwnedTable,
    sample: Sample,
    columns: tuple[Column, ...],
    superuser: bool,
    key: str,
    changes: Mapping[str, object],
) -> Outcome:
    """Remove the row as the observer and make it again as A, with these changes."""
    given = [column for column in columns if not column.generated]
    values = row_values(stage, table, tuple(given), key) | dict(changes)
    names = ", ".join(sql_name(column.name) for column in given)
    casts = ", ".join(f"CAST(:v{n} AS {column.type})" for n, column in enumerate(given))
    override = " OVERRIDING SYSTEM VALUE" if any(column.always for column in given) else ""
    return stage.attempt(
        sample.a,
        f"INSERT INTO {table.sql} ({names}){override} VALUES ({casts})",
        {f"v{n}": values[column.name] for n, column in enumerate(given)},
        prepare=_remover(stage, table, key, superuser),
        fingerprint=fingerprint(stage, table, sample.a),
    )


def _remover(stage: Stage, table: OwnedTable, key: str, superuser: bool) -> Callable[[], None]:
    def remove() -> None:
        if superuser:  # children of the row must not keep it
            ignore_keys(stage)
        stage.connection.execute(
            text(f"DELETE FROM {table.sql} AS t0 WHERE {table.key} = :key"), {"key": key}
        )
        if superuser:
            heed_keys(stage)

    return remove
