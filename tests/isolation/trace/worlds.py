"""The judge of statements: run as user 1 in worlds that differ only in what other users have.

A statement that touches the acting user's rows only gives the same in each, and changes none of theirs.
The worlds are schemas of one database; each run is rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isolation.trace.small_world import SCHEMA
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

VALUES: Mapping[int, object] = {1: 1, 2: 21, 3: 2}
MINE = """
INSERT INTO users VALUES (1, 'ann');
INSERT INTO colours VALUES (1, 'red'), (2, 'blue');
INSERT INTO projects VALUES (11, 1, 'mine'), (12, 1, 'x');
INSERT INTO tasks VALUES (11, 11, 'one'), (12, 12, 'x'), (13, 12, 'two');
INSERT INTO notes VALUES (11, 1, 11, 'same'), (12, 1, NULL, 'x'), (13, 1, 12, 'mine');
"""
THEIRS = (
    """
INSERT INTO users VALUES (2, 'bob'), (3, 'cat');
INSERT INTO projects VALUES (21, 2, 'x'), (22, 2, 'theirs'), (31, 3, 'mine');
INSERT INTO tasks VALUES (21, 21, 'x'), (22, 22, 'one'), (31, 31, 'x');
INSERT INTO notes VALUES (21, 2, 21, 'same'), (22, 2, NULL, 'mine'), (31, 3, 31, 'one');
""",
    """
INSERT INTO users VALUES (2, 'eve'), (3, 'dan');
INSERT INTO projects VALUES (21, 3, 'secret'), (22, 3, 'aaa'), (31, 2, 'zzz');
INSERT INTO tasks VALUES (21, 31, 'mine'), (22, 31, 'zzz'), (31, 21, 'aaa');
INSERT INTO notes VALUES (21, 3, 22, 'x'), (22, 3, 21, 'zzz'), (31, 2, NULL, 'aaa');
""",
    "",
    """
INSERT INTO users VALUES (2, 'bob');
INSERT INTO projects VALUES (21, 2, 'x'), (23, 2, 'mine'), (24, 2, 'two'), (25, 2, 'one');
INSERT INTO tasks SELECT n, 21 + 2 * (n %% 2), 'x' FROM generate_series(200, 240) n;
INSERT INTO notes SELECT n, 2, 21 + 2 * (n %% 2), 'x' || n FROM generate_series(200, 240) n;
""",
)
_WRITES = re.compile(r"INSERT|UPDATE|DELETE|TRUNCATE")
_OTHERS = """
SELECT 'users', id, name, 0, '' FROM users WHERE id <> 1
UNION ALL SELECT 'projects', id, title, user_id, '' FROM projects WHERE user_id <> 1
UNION ALL SELECT 'tasks', id, title, project_id, ''
FROM tasks WHERE project_id IN (SELECT id FROM projects WHERE user_id <> 1)
UNION ALL SELECT 'notes', id, body, user_id, project_id::text FROM notes WHERE user_id <> 1 ORDER BY 1, 2
"""
_OWN = """
SELECT 'projects', id, title, user_id, '' FROM projects WHERE user_id = 1
UNION ALL SELECT 'tasks', id, title, project_id, ''
FROM tasks WHERE project_id IN (SELECT id FROM projects WHERE user_id = 1)
UNION ALL SELECT 'notes', id, body, user_id, project_id::text FROM notes WHERE user_id = 1 ORDER BY 1, 2
"""


class Asked:
    """User 1 with these values, of whose rows nothing is known."""

    user = 1

    def value(self, number: int) -> object:
        return VALUES[number]

    def is_own(self, table: str, key: tuple[str, ...]) -> bool:
        return False


def cases(name: str) -> list[str]:
    """The labelled statements of a file."""
    text = (Path(__file__).parent / "cases" / f"{name}.sql").read_text(encoding="utf-8")
    return [line.removesuffix(";") for line in text.splitlines() if line]


class Worlds:
    """Schemas w0, w1, ... of one database."""

    def __init__(self, engine: Engine) -> None:
        self.connection: Connection = engine.connect()
        for number, theirs in enumerate(THEIRS):
            run = self.connection.exec_driver_sql
            run(f"CREATE SCHEMA w{number}")
            run(f"SET search_path = w{number}")
            run(SCHEMA)
            run(MINE)
            if theirs:
                run(theirs)
        self.connection.commit()

    def leaks(self, sql: str) -> bool:
        """Whether other users' rows make a difference, or are changed."""
        # A key that somebody else has is refused, whoever asks: worlds with other keys say nothing there.
        numbers = (0, 1) if "INSERT" in sql else range(len(THEIRS))
        outcomes = [self._outcome(number, sql) for number in numbers]
        return any(changed for _, changed in outcomes) or any(each[0] != outcomes[0][0] for each in outcomes)

    def _outcome(self, number: int, sql: str) -> tuple[object, bool]:
        run = self.connection.exec_driver_sql
        run(f"SET LOCAL search_path = w{number}")
        run("SET LOCAL app.user_id = '1'")
        writes = _WRITES.search(sql) is not None
        before = run(_OTHERS).all() if writes else []
        told: Any
        try:
            with self.connection.begin_nested():
                result = run(_driver_text(sql), {f"p{key}": value for key, value in VALUES.items()})
                told = sorted(map(repr, result.all())) if result.returns_rows else result.rowcount
        except DBAPIError as error:
            told = str(getattr(error.orig, "pgcode", ""))
        after = run(_OTHERS).all() if writes else []
        outcome = (told, run(_OWN).all() if writes else [])
        self.connection.rollback()
        return outcome, before != after


def _driver_text(sql: str) -> str:
    return re.sub(r"\$(\d)", r"%(p\1)s", sql.replace("%", "%%"))
