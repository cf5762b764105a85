"""Random policies against everything that a user can do to every row: no pass where anything leaks.

Truth is told by doing, for every user and row, with statements of this file's own; owners are compared.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg2
import pytest
from fixtures.isolation import IDENTITY, World
from psycopg2 import extensions

from toolkit.database.driver import open_connection
from toolkit.isolation import Verdict
from toolkit.isolation.probing import Action, Probe

USERS = (1, 2, 3)
ATOMS = (
    *[f"user_id = {IDENTITY}"] * 4,
    f"user_id <= {IDENTITY}",
    f"{IDENTITY} IS NULL",
    f"{IDENTITY} = 2",
    "user_id = 3",
    "title <> 'note 1'",
    "true",
    "false",
    "current_setting('app.user_id', true) = ''",
    f"id > {IDENTITY}",
)
BY_VERB = {
    "select": (Action.READ, Action.LOCK),
    "insert": (Action.INSERT, Action.UPSERT, Action.MERGE),
    "update": (Action.UPDATE, Action.CHANGE_OWNER, Action.UPSERT, Action.MERGE),
    "delete": (Action.DELETE, Action.MERGE),
}


def condition(source: random.Random) -> str:
    parts = [source.choice(ATOMS) for _ in range(source.choice((1, 1, 2)))]
    return f" {source.choice(('AND', 'OR'))} ".join(f"({part})" for part in parts)


def faults(source: random.Random) -> list[str]:
    """A random clause for one or two verbs; the others stay right."""
    clauses = {"select": "USING ({})", "insert": "WITH CHECK ({})", "delete": "USING ({})"}
    found = []
    for verb in source.sample(list(BY_VERB), source.choice((1, 2))):
        if verb == "update":
            clause = f"USING ({condition(source)}) WITH CHECK ({condition(source)})"
        else:
            clause = clauses[verb].format(condition(source))
        found.append(f"ALTER POLICY notes_{verb} ON notes {clause}")
    return found


def attempts(me: int | None) -> Iterator[tuple[Action, str, str]]:
    """Everything that somebody could try: the action, the statement, and what is removed before it."""
    others = [user for user in USERS if user != me]
    of_others = f"user_id <> {me}" if me else "true"
    yield Action.READ, f"SELECT id FROM notes WHERE {of_others}", ""
    yield Action.LOCK, f"SELECT id FROM notes WHERE {of_others} FOR UPDATE", ""
    yield Action.LOCK, f"SELECT id FROM notes WHERE {of_others} FOR KEY SHARE", ""
    for other in others:
        for title in ("note 1", "note 2"):
            yield Action.INSERT, f"INSERT INTO notes (user_id, title) VALUES ({other}, '{title}')", ""
        merge = "MERGE INTO notes AS t USING (SELECT 1) AS s ON t.id = -1"
        yield Action.MERGE, f"{merge} WHEN NOT MATCHED THEN INSERT (user_id, title) VALUES ({other}, 'n')", ""
    for key in range(1, 9):
        yield from at_key(key, me)
    for change in ("title = 'note 2'", *(f"user_id = {user}" for user in USERS)):
        action = Action.UPDATE if "title" in change else Action.CHANGE_OWNER
        for where in ("", *(f" WHERE id = {key}" for key in range(1, 9))):
            yield action, f"UPDATE notes SET {change}{where}", ""
        for key in range(1, 9):
            yield action, f"UPDATE notes SET {change}", f"DELETE FROM notes WHERE id <> {key}"
    yield Action.DELETE, "DELETE FROM notes", ""


def at_key(key: int, me: int | None) -> Iterator[tuple[Action, str, str]]:
    yield Action.DELETE, f"DELETE FROM notes WHERE id = {key}", ""
    merge = f"MERGE INTO notes AS t USING (SELECT 1) AS s ON t.id = {key} WHEN MATCHED THEN"
    yield Action.MERGE, f"{merge} DELETE", ""
    yield Action.MERGE, f"{merge} UPDATE SET title = 'note 2'", ""
    for owner in {1, 2, 3} - ({me} if me else set()):
        upsert = f"INSERT INTO notes (id, user_id, title) VALUES ({key}, {me or owner}, 'note 1')"
        yield Action.UPSERT, f"{upsert} ON CONFLICT (id) DO UPDATE SET title = 'note 2'", ""
    for row in (f"UPDATE notes SET title = 'note 2' WHERE id = {key}", f"DELETE FROM notes WHERE id = {key}"):
        yield Action.RETURNING, f"{row} RETURNING id", ""


class Doer:
    """Does what a user could, and looks at whose rows it was done to."""

    def __init__(self, cursor: extensions.cursor, role: str) -> None:
        self.cursor, self.role = cursor, role

    def leaks(self) -> set[Action]:
        found: set[Action] = set()
        for me in (None, *USERS):
            for action, statement, before in attempts(me):
                if action not in found and self._reaches(me, statement, before):
                    found.add(action)
        return found

    def _reaches(self, me: int | None, statement: str, before: str) -> bool:
        self.cursor.execute(f"SAVEPOINT here; SET LOCAL session_replication_role = replica; {before}")
        try:
            others = self._others(me)
            self.cursor.execute(
                "SELECT set_config('app.user_id', %s, true), set_config('role', %s, true)",
                (str(me) if me else "", self.role),
            )
            self.cursor.execute(statement)
            if statement.startswith("SELECT"):
                return self.cursor.fetchone() is not None
            self.cursor.execute("SELECT set_config('role', 'none', true)")
            return self._others(me) != others
        except psycopg2.Error:
            return False
        finally:
            self.cursor.execute("ROLLBACK TO SAVEPOINT here")

    def _others(self, me: int | None) -> list[tuple[object, ...]]:
        self.cursor.execute("SELECT ctid, * FROM notes WHERE user_id <> %s ORDER BY id", (me or 0,))
        return self.cursor.fetchall()


def compare(
    world: World, probe: Callable[..., Probe], shows: Callable[..., bool], cases: int, seed: int
) -> None:
    world.run(
        "DELETE FROM links",
        "INSERT INTO notes (id, user_id, title) VALUES (7, 3, 'note 1'), (8, 3, 'note 2')",
        "DROP TABLE links, comments, labels",
    )
    restore = [
        f"ALTER POLICY notes_{verb} ON notes {clause}"
        for verb, clause in {
            "select": f"USING (user_id = {IDENTITY})",
            "insert": f"WITH CHECK (user_id = {IDENTITY})",
            "update": f"USING (user_id = {IDENTITY}) WITH CHECK (user_id = {IDENTITY})",
            "delete": f"USING (user_id = {IDENTITY})",
        }.items()
    ]
    source = random.Random(seed)
    tally = dict.fromkeys(Verdict, 0)
    for case in range(cases):
        broken = faults(source)
        world.run(*restore, *broken)
        with closing(open_connection(world.url)) as driver, driver.cursor() as cursor:
            truth = Doer(cursor, world.role).leaks()
        found = probe()
        for each in found.evidence:
            if each.relation != "public.notes":
                continue
            tally[each.verdict] += 1
            told = f"seed {seed}, case {case}: {each}\n" + "\n".join(broken)
            if each.verdict is Verdict.LEAK:
                assert each.leak is not None, told
                assert shows(each.leak), told
                assert not shows(each.leak, each.leak.closing), told
        for action in truth:
            verdicts = {
                e.verdict for e in found.evidence if (e.relation, e.action) == ("public.notes", action)
            }
            assert not verdicts <= {Verdict.HELD, Verdict.PROVEN}, (seed, case, action, broken)
    assert tally[Verdict.LEAK], tally
    assert tally[Verdict.HELD], tally


def test_random_policies(world: World, probe: Callable[..., Probe], shows: Callable[..., bool]) -> None:
    compare(world, probe, shows, 4, seed=7)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_many_random_policies(
    world: World, probe: Callable[..., Probe], shows: Callable[..., bool], seed: int
) -> None:
    compare(world, probe, shows, 60, seed)
