"""Random policies, judged by doing: every user tries every statement on every row, and owners are compared.

Two promises: what leaks by brute force is never called a pass, and what is called a leak can be shown.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from fixtures.isolation import IDENTITY, RULES, World
from psycopg2 import extensions

from toolkit.database import Database, Job
from toolkit.database.driver import open_connection
from toolkit.isolation import Verb, Verdict, first_verdicts, shapes_of_snapshot
from toolkit.models.ownership import build_ownership
from toolkit.schema import read_snapshot

USERS = (1, 2, 3)
NOBODY = 0
"""Stands for a session whose identity is empty; it owns nothing."""
ATOMS = (
    f"user_id = {IDENTITY}",
    f"user_id = {IDENTITY}",
    f"user_id <= {IDENTITY}",
    f"id > {IDENTITY}",
    f"{IDENTITY} IS NULL",
    f"{IDENTITY} = 2",
    "user_id = 3",
    "title <> 'note 1'",
    "true",
    "false",
    f"EXISTS (SELECT FROM users AS u WHERE u.id = {IDENTITY})",
    f"EXISTS (SELECT FROM comments AS c WHERE c.note_id = notes.id) AND user_id = {IDENTITY}",
)


def condition(source: random.Random) -> str:
    """A random condition over a note and the acting user."""
    parts = [source.choice(ATOMS) for _ in range(source.choice((1, 1, 1, 2, 3)))]
    joined = parts[0]
    for part in parts[1:]:
        joined = f"({joined}) {source.choice(('AND', 'OR'))} ({part})"
    return joined


def statements(source: random.Random) -> list[str]:
    """Random policies for the notes, sometimes a second permissive or restrictive one."""
    found = [
        f"ALTER POLICY notes_select ON notes USING ({condition(source)})",
        f"ALTER POLICY notes_insert ON notes WITH CHECK ({condition(source)})",
        f"ALTER POLICY notes_update ON notes USING ({condition(source)}) WITH CHECK ({condition(source)})",
        f"ALTER POLICY notes_delete ON notes USING ({condition(source)})",
        "DROP POLICY IF EXISTS more ON notes",
    ]
    if source.random() < 0.3:
        kind = source.choice(("PERMISSIVE", "RESTRICTIVE"))
        verb = source.choice(("SELECT", "UPDATE", "DELETE"))
        found.append(f"CREATE POLICY more ON notes AS {kind} FOR {verb} USING ({condition(source)})")
    return found


class BruteForce:
    """Does as each user what a user could do, and looks at whose rows it was done to."""

    def __init__(self, cursor: extensions.cursor, role: str) -> None:
        self.cursor, self.role = cursor, role

    def leaks(self) -> set[Verb]:
        """The verbs by which some user reaches a note of another."""
        return {verb for verb in Verb if verb is not Verb.REFERENCES and self._any(verb)}

    def _any(self, verb: Verb) -> bool:
        return any(self._reaches(me, *way) for me in (*USERS, NOBODY) for way in self._tries(verb, me))

    def _tries(self, verb: Verb, me: int) -> Iterator[tuple[str, str]]:
        """What to try, and what the superuser does before it: a user may have few rows, or many."""
        others = [user for user in USERS if user != me]
        if verb is Verb.READ:
            yield f"SELECT id FROM notes WHERE user_id <> {me}", ""
        elif verb is Verb.INSERT:
            yield from ((f"INSERT INTO notes (user_id, title) VALUES ({o}, 'note 2')", "") for o in others)
            yield from ((f"INSERT INTO notes (user_id, title) VALUES ({o}, 'note 1')", "") for o in others)
        elif verb is Verb.UPDATE:
            changes = ["title = 'note 2'", *(f"user_id = {user}" for user in USERS)]
            yield from ((f"UPDATE notes SET {c} {w}", "") for c in changes for w in ("", *self._each("id =")))
            alone = [f"DELETE FROM notes {where}" for where in self._each("id <>")]
            yield from ((f"UPDATE notes SET {c}", before) for c in changes for before in alone)
        else:
            yield from ((f"DELETE FROM notes {where}", "") for where in ("", *self._each("id =")))

    def _each(self, comparison: str) -> list[str]:
        self.cursor.execute("SELECT id FROM notes ORDER BY id")
        return [f"WHERE {comparison} {id_}" for (id_,) in self.cursor.fetchall()]

    def _reaches(self, me: int, statement: str, prepare: str) -> bool:
        self.cursor.execute(f"SAVEPOINT here; {prepare}")
        try:
            before = self._others(me)
            self.cursor.execute(
                "SELECT set_config('app.user_id', %s, true), set_config('role', %s, true)",
                (str(me) if me else "", self.role),
            )
            self.cursor.execute(statement)
            if statement.startswith("SELECT"):
                return self.cursor.fetchone() is not None
            self.cursor.execute("SELECT set_config('role', 'none', true)")
            return self._others(me) != before
        except psycopg2.Error:
            return False
        finally:
            self.cursor.execute("ROLLBACK TO SAVEPOINT here")

    def _others(self, me: int) -> list[tuple[object, ...]]:
        self.cursor.execute("SELECT ctid, * FROM notes WHERE user_id <> %s ORDER BY id", (me,))
        return self.cursor.fetchall()


def compare(world: World, cases: int, seed: int) -> None:
    """Random worlds against brute force; says with which seed a promise broke."""
    world.run(
        "INSERT INTO notes (user_id, title) VALUES (3, 'note 1'), (3, 'note 2')",
        "INSERT INTO comments (note_id, body) SELECT id, 'text' FROM notes WHERE user_id = 3",
        "DELETE FROM links",
    )
    database = Database.at(world.url)
    with database.connect(Job.INSPECT) as connection:
        shapes = shapes_of_snapshot(read_snapshot(connection))
    wanted = [shape for shape in shapes if shape.table in ("users", "notes")]
    graph = build_ownership(wanted, RULES)
    source = random.Random(seed)
    tally = dict.fromkeys(Verdict, 0)
    for case in range(cases):
        faults = statements(source)
        world.run(*faults)
        with closing(open_connection(world.url)) as driver, driver.cursor() as cursor:
            truth = BruteForce(cursor, world.role).leaks()
        report = first_verdicts(database, graph, app_role=world.role)
        for verb in (Verb.READ, Verb.INSERT, Verb.UPDATE, Verb.DELETE):
            cell = report.cell("public.notes", verb)
            tally[cell.verdict] += 1
            told = f"seed {seed}, case {case}, {verb.value}: {cell}\n" + "\n".join(faults)
            if verb in truth:
                assert cell.verdict not in (Verdict.HELD, Verdict.PROVEN), told
            elif cell.verdict is Verdict.LEAK:
                assert "identity is" in cell.reason, told
    assert tally[Verdict.LEAK], tally
    assert tally[Verdict.HELD], tally


def test_random_policies(world: World) -> None:
    compare(world, 12, seed=20)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_many_random_policies(world: World, seed: int) -> None:
    compare(world, 250, seed)
