"""What no user can do to another: refused by the repositories, and by the database where none is asked."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from fixtures.demo import ANN, APP_ROLE, BOB, Acting
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlmodel import Session

from toolkit.demo.repositories import TagRepository
from toolkit.demo.schemas import TagInput, TaskCreate, TaskUpdate
from toolkit.demo.services import TagService, TaskService
from toolkit.models.errors import RecordNotFoundError

REACHES: dict[str, Callable[[Session, dict[str, uuid.UUID]], Any]] = {
    "get": lambda session, bobs: TaskService(session, ANN).get(bobs["task"]),
    "update": lambda session, bobs: TaskService(session, ANN).update(bobs["task"], TaskUpdate(title="x")),
    "tag": lambda session, bobs: TaskService(session, ANN).update(bobs["task"], TaskUpdate(tags=("x",))),
    "delete": lambda session, bobs: TaskService(session, ANN).delete(bobs["task"]),
    "restore": lambda session, bobs: TaskService(session, ANN).restore(bobs["task"]),
    "rename tag": lambda session, bobs: TagService(session, ANN).rename(bobs["tag"], TagInput(name="x")),
    "delete tag": lambda session, bobs: TagService(session, ANN).delete(bobs["tag"]),
}


@pytest.mark.parametrize("reach", REACHES.values(), ids=REACHES)
def test_another_users_rows_answer_as_missing_ones(
    acting: Acting, bobs: dict[str, uuid.UUID], reach: Callable[[Session, dict[str, uuid.UUID]], Any]
) -> None:
    missing = {name: uuid.uuid4() for name in bobs}
    with acting(ANN) as session:
        with pytest.raises(RecordNotFoundError) as foreign:
            reach(session, bobs)
        with pytest.raises(RecordNotFoundError) as absent:
            reach(session, missing)
    assert type(foreign.value) is type(absent.value)
    for key in bobs.values():
        assert str(key) not in foreign.value.sentence or "There is no" in foreign.value.sentence


def test_lists_hold_own_rows_only(acting: Acting, bobs: dict[str, uuid.UUID]) -> None:
    with acting(ANN) as session:
        assert TaskService(session, ANN).page().total == 0
        assert TagService(session, ANN).usage() == []
        assert list(TagRepository(session, ANN).list()) == []


def test_the_same_words_are_two_tags(acting: Acting, bobs: dict[str, uuid.UUID]) -> None:
    with acting(ANN) as session:
        task = TaskService(session, ANN).create(TaskCreate(title="a", tags=("private",)))
        assert task.tags[0].id != bobs["tag"]


# What a statement without any filter reaches. The repository would never send it: here the database answers.
RAW: dict[str, tuple[str, int | None]] = {
    "read": ("SELECT count(*) FROM tasks", None),
    "read users": ("SELECT count(*) FROM users WHERE id <> :me", None),
    "blind update": ("UPDATE tasks SET title = 'taken'", 0),
    "take over": ("UPDATE tasks SET user_id = :me", 0),
    "blind delete": ("DELETE FROM tasks", 0),
    "delete tags": ("DELETE FROM tags", 0),
    "delete links": ("DELETE FROM task_tag_links", 0),
    "delete users": ("DELETE FROM users WHERE id = :bob", 0),
}


@pytest.mark.parametrize(("sql", "affected"), RAW.values(), ids=RAW)
def test_policies_hold_where_no_repository_does(
    acting: Acting, bobs: dict[str, uuid.UUID], sql: str, affected: int | None
) -> None:
    with acting(ANN) as session:
        result: Any = session.connection().execute(text(sql), {"me": ANN, "bob": BOB})
        assert (result.scalar() if affected is None else result.rowcount) == 0
    with acting(BOB) as session:
        assert TaskService(session, BOB).get(bobs["task"]).title == "Bob's"


REFUSED: dict[str, tuple[str, type[Exception]]] = {
    "make a row for another": ("INSERT INTO tasks (user_id, title) VALUES (:bob, 'x')", ProgrammingError),
    "give a row away": ("UPDATE tasks SET user_id = :bob", ProgrammingError),
    "own link to their task": (
        "INSERT INTO task_tag_links (task_id, tag_id, user_id) SELECT :task, id, :me FROM tags",
        IntegrityError,
    ),
    "own link to their tag": (
        "INSERT INTO task_tag_links (task_id, tag_id, user_id) SELECT id, :tag, :me FROM tasks",
        IntegrityError,
    ),
    "change a link": ("UPDATE task_tag_links SET tag_id = :tag", ProgrammingError),
    "truncate": ("TRUNCATE tasks CASCADE", ProgrammingError),
    "switch policies off": ("ALTER TABLE tasks DISABLE ROW LEVEL SECURITY", ProgrammingError),
    "read the versions": ("SELECT * FROM alembic_version", ProgrammingError),
    "make a table": ("CREATE TABLE mine (id int)", ProgrammingError),
}


@pytest.mark.parametrize(("sql", "error"), REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(
    acting: Acting, bobs: dict[str, uuid.UUID], sql: str, error: type[Exception]
) -> None:
    with acting(ANN) as session:
        TaskService(session, ANN).create(TaskCreate(title="mine", tags=("mine",)))
    values = {"me": ANN, "bob": BOB, **bobs}
    with pytest.raises(error), acting(ANN) as session:
        session.connection().execute(text(sql), values)


@pytest.mark.parametrize("identity", [None, ""])
def test_nobody_sees_nothing(demo_engine: Engine, bobs: dict[str, uuid.UUID], identity: str | None) -> None:
    with demo_engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        if identity is not None:
            connection.execute(text("SELECT set_config('app.user_id', :me, true)"), {"me": identity})
        for table in ("users", "tasks", "tags", "task_tag_links"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


def test_a_malformed_identity_is_an_error_and_no_door(
    demo_engine: Engine, bobs: dict[str, uuid.UUID]
) -> None:
    with demo_engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        connection.execute(text("SELECT set_config('app.user_id', 'x'' OR true --', true)"))
        with pytest.raises(DBAPIError, match="invalid input syntax for type uuid"):
            connection.scalar(text("SELECT count(*) FROM tasks"))
