"""A leak as a test for pytest: red while a row of another user is reached, green once it is not.

The file stands alone: it needs psycopg2, pytest and DATABASE_URL, and nothing of ours.
"""

from __future__ import annotations

from typing import Final

from toolkit.isolation.probing.evidence import Evidence, Leak
from toolkit.isolation.replay.script import MARK, title

_TEST: Final = '''# {mark}
"""Leak {id}: {title}.

Needs DATABASE_URL, with a role that sees every row and may act as the application's. Nothing stays.
"""

import os
import re

import psycopg2
from psycopg2 import errors

CONTROL = {control}
PREPARE = {prepare}
SETTING, IDENTITY, ROLE = {setting}, {identity}, {role}
STATEMENT = {statement}
REACHED = {reached}
REFUSALS = (
    errors.InsufficientPrivilege,
    errors.ForeignKeyViolation,
    errors.RaiseException,
    psycopg2.DataError,
)


def reached(cursor):
    """The rows of other users that the statement reaches; none if the database refuses it."""
    for step in PREPARE:
        cursor.execute(step)
    if IDENTITY is not None:
        cursor.execute("SELECT set_config(%s, %s, true)", (SETTING, IDENTITY))
    cursor.execute("SELECT set_config('role', %s, true)", (ROLE,))
    try:
        cursor.execute(STATEMENT)
    except REFUSALS:
        return []
    if REACHED is not None:
        cursor.execute("SELECT set_config('role', 'none', true)")
        cursor.execute(REACHED)
    return cursor.fetchall()


def test_leak_{id}():
    url = re.sub(r"^postgres(ql)?(\\+\\w+)?://", "postgresql://", os.environ["DATABASE_URL"])
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(CONTROL)
            assert cursor.fetchall(), "the row of the other user is gone, so nothing could leak: probe again"
            assert reached(cursor) == [], "a row of another user was reached"
    finally:
        connection.rollback()
        connection.close()
'''


def pytest_file(evidence: Evidence, leak: Leak) -> str:
    """The text of the test."""
    replay = leak.replay
    return _TEST.format(
        mark=MARK,
        id=leak.id,
        title=title(evidence).replace("\\", "\\\\").replace('"', "'"),
        control=repr(replay.control),
        prepare=repr(list(replay.prepare)),
        setting=repr(replay.setting),
        identity=repr(replay.identity),
        role=repr(replay.role),
        statement=repr(replay.statement),
        reached=repr(replay.reached),
    )
