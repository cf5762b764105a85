"""Brute force on a random application: everything a user could send, sent as each user, in one block each.

Told by doing, by SQL of this file's own: whose rows came back, and whether rows of others are different.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from isolation.random_tables import USERS, Table
from isolation.random_worlds import Application
from psycopg2 import extensions

from toolkit.database import DatabaseUrl
from toolkit.database.driver import open_connection

_ASLEEP = "SET LOCAL session_replication_role = replica"
_AWAKE = "SET LOCAL session_replication_role = origin"
_BLOCK = """
DO $truth$
DECLARE
  try jsonb; before text; after text; asked text; known text; n bigint; leaks text[] := '{}';
  role text := current_setting('truth.role');
BEGIN
  FOR try IN SELECT e FROM jsonb_array_elements(current_setting('truth.tries')::jsonb) AS e LOOP
    CONTINUE WHEN try ->> 'place' = ANY (leaks);
    BEGIN
      IF try ? 'prepare' THEN
        EXECUTE try ->> 'prepare';
      END IF;
      IF try ? 'prepare' THEN
        EXECUTE try ->> 'state' INTO before;
      ELSIF try ->> 'state' IS DISTINCT FROM asked THEN
        EXECUTE try ->> 'state' INTO known;
        asked := try ->> 'state';
      END IF;
      IF NOT try ? 'prepare' THEN
        before := known;
      END IF;
      IF try ? 'identity' THEN
        PERFORM set_config('app.user_id', try ->> 'identity', true);
      END IF;
      PERFORM set_config('role', role, true);
      IF try ? 'reads' THEN
        EXECUTE try ->> 'statement' INTO after;
        before := '0';
      ELSE
        EXECUTE try ->> 'statement';
        GET DIAGNOSTICS n = ROW_COUNT;
        PERFORM set_config('role', 'none', true);
        after := before;
        IF n > 0 THEN
          EXECUTE try ->> 'state' INTO after;
        END IF;
      END IF;
      RAISE EXCEPTION USING ERRCODE = 'NK000';
    EXCEPTION WHEN OTHERS THEN
      IF SQLSTATE = 'NK000' AND before IS DISTINCT FROM after THEN
        leaks := array_append(leaks, try ->> 'place');
      END IF;
    END;
  END LOOP;
  PERFORM set_config('truth.leaks', array_to_json(leaks)::text, true);
END $truth$;
"""

Place = tuple[str, str]
"""Relation and verb."""


@dataclass(frozen=True)
class Attempt:
    verb: str
    statement: str
    prepare: str = ""


def truth(
    url: DatabaseUrl, role: str, app: Application, statements: Sequence[str], asked: set[Place]
) -> set[Place]:
    """What of these places leaks in the application that the statements make; they are rolled back."""
    with closing(open_connection(url)) as driver, driver.cursor() as cursor:
        cursor.execute(";".join(statements))
        found: set[Place] = set()
        for identity in (None, "", *map(str, USERS)):
            found |= _leaks(cursor, role, app, identity, asked - found)
        driver.rollback()
        return found


def _leaks(
    cursor: extensions.cursor, role: str, app: Application, identity: str | None, asked: set[Place]
) -> set[Place]:
    me = int(identity or 0)
    tries = [
        _try(app, table, relation, each, me, identity)
        for table in app.tables
        for relation in table.relations
        for each in _attempts(table, relation, me)
        if (relation, each.verb) in asked
    ]
    cursor.execute(
        "SELECT set_config('truth.tries', %s, true), set_config('truth.role', %s, true)",
        (json.dumps(tries), role),
    )
    cursor.execute(f"{_BLOCK} SELECT current_setting('truth.leaks')")
    (said,) = cursor.fetchone() or ("[]",)
    return {(place.partition(" ")[0], place.partition(" ")[2]) for place in json.loads(said)}


def _try(
    app: Application, table: Table, relation: str, each: Attempt, me: int, identity: str | None
) -> dict[str, object]:
    # Only a deletion goes on elsewhere, and with keys asleep rows there would lose their way to an owner.
    watched = app.tables if each.verb == "delete" and each.prepare != _ASLEEP else [table]
    state = _crossed(table, me) if each.verb == "references" else _others(watched, me)
    found: dict[str, object] = {
        "place": f"{relation} {each.verb}",
        "state": state,
        "statement": each.statement,
    }
    if each.prepare:
        found["prepare"] = each.prepare
    if each.verb == "read":
        found["reads"] = True
    if identity is not None:
        found["identity"] = identity
    return found


def _others(tables: Sequence[Table], me: int) -> str:
    """All rows that are not the user's, as one text."""
    rows = " UNION ALL ".join(
        f"SELECT '{table.name} ' || r::text FROM {table.name} AS r"
        f" WHERE {table.owner('r')} IS DISTINCT FROM {me}"
        for table in tables
    )
    return f"SELECT string_agg(s, ',' ORDER BY s) FROM ({rows}) AS rows (s)"


def _crossed(table: Table, me: int) -> str:
    """How many own rows refer to a row of somebody else."""
    found = []
    for column, target in _edges(table):
        found.append(
            f"(SELECT count(*) FROM {table.name} AS r JOIN {target.name} AS x ON x.id = r.{column}"
            f" WHERE {table.owner('r')} = {me} AND {target.owner('x')} <> {me})"
        )
    return f"SELECT ({' + '.join(found) or '0'})::text"


def _edges(table: Table) -> list[tuple[str, Table]]:
    own = [("self_id", table)] if table.self_reference else []
    return [*((f"end{n}_id", end) for n, end in enumerate(table.ends)), *own]


def _attempts(table: Table, relation: str, me: int) -> Iterator[Attempt]:
    keys = [user * 1000 + number for user in USERS for number in (1, 2)]
    # The key says whose a row is, but for rows that have no owner or a parent of somebody else.
    foreign = f"(id / 1000 <> {me} OR id % 1000 = 9)"
    yield Attempt("read", f"SELECT count(*) FILTER (WHERE {foreign})::text FROM {relation}")
    yield from _inserting(table, relation, me)
    yield from _updating(table, relation, me, keys)
    yield Attempt("delete", f"DELETE FROM {relation}")
    yield Attempt("delete", f"DELETE FROM {relation}", _ASLEEP)
    for key in keys:
        yield Attempt("delete", f"DELETE FROM {relation} WHERE id = {key}", _ASLEEP)
    yield from _pointing(table, relation, me)


def _inserting(table: Table, relation: str, me: int) -> Iterator[Attempt]:
    for user in USERS:
        if user == me:
            continue
        for body in (f"'u{user} new'", f"'u{user} {table.name} 1'", "''", "NULL"):
            for key in (user * 1000 + 900, me * 1000 + 900):
                values = {**table.row(user, 1), "id": str(key), "body": body}
                yield Attempt("insert", table.insert(values, relation))


def _updating(table: Table, relation: str, me: int, keys: list[int]) -> Iterator[Attempt]:
    column = table.columns[0]
    owners = {user: str(user if column == "user_id" else user * 1000 + 1) for user in USERS}
    changes = ["body = 'x'", "body = 'u1 1'", *(f"{column} = {value}" for value in owners.values())]
    for change in changes:
        yield Attempt("update", f"UPDATE {relation} SET {change}")
        for key in keys:
            yield Attempt("update", f"UPDATE {relation} SET {change} WHERE id = {key}")
            alone = f"{_ASLEEP}; DELETE FROM {table.name} WHERE id <> {key}; {_AWAKE}"
            yield Attempt("update", f"UPDATE {relation} SET {change}", alone)


def _pointing(table: Table, relation: str, me: int) -> Iterator[Attempt]:
    for column, _ in _edges(table):
        for user in USERS:
            if user == me or not me:
                continue
            there = f"{user}001"
            values = {**table.row(me, 1), "id": str(me * 1000 + 800), column: there}
            yield Attempt("references", table.insert(values, relation))
            yield Attempt("references", f"UPDATE {relation} SET {column} = {there}")
            yield Attempt("references", f"UPDATE {relation} SET {column} = {there} WHERE id = {me}002")
