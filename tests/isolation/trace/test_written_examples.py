"""The patterns that guides show for user-scoped access, good and bad: the trace tells them apart.

`db.query` is SQLAlchemy's, as such guides write it; SQLModel's session has it too, and calls it old.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations.

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, and_, create_engine
from sqlalchemy.orm import Session as PlainSession
from sqlalchemy.pool import NullPool
from sqlmodel import Field, Session, SQLModel, col, select

from toolkit.database.scratch import ScratchDatabases
from toolkit.findings import Finding
from toolkit.isolation.trace import StatementAudit, acting_as, grounds_of, listening
from toolkit.models import ModelRegistry, OwnershipRules, new_registry


class Base(SQLModel, registry=new_registry()):
    pass


class User(Base, table=True):
    __tablename__ = "example_users"
    id: str = Field(primary_key=True)


class Task(Base, table=True):
    __tablename__ = "example_tasks"
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200, index=True)
    user_id: str = Field(foreign_key="example_users.id", index=True)
    status: str = Field(default="todo", max_length=20)
    created_at: datetime = Field(default_factory=lambda: datetime.now(tz=UTC))
    deleted_at: datetime | None = None


@pytest.fixture(scope="module")
def program(scratch: ScratchDatabases) -> Iterator[Engine]:
    """Two users and a task of each."""
    with scratch.create() as url:
        engine = create_engine(url.sqlalchemy, poolclass=NullPool)
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add_all([User(id="ann"), User(id="bob")])
            session.flush()
            session.add_all(
                [Task(id=101, title="mine", user_id="ann"), Task(id=102, title="theirs", user_id="bob")]
            )
            session.commit()
        yield engine


# Good: every query has the user in it.


def get_tasks(db: Any, user_id: str) -> Any:
    return db.query(Task).filter(Task.user_id == user_id).all()


def get_task_by_id(db: Any, task_id: int, user_id: str) -> Any:
    return db.query(Task).filter(Task.id == task_id, Task.user_id == user_id).first()


def update_task(db: Any, task_id: int, user_id: str, data: dict[str, str]) -> Any:
    task = db.query(Task).filter(Task.id == task_id, Task.user_id == user_id).first()
    if not task:
        raise ValueError("Task not found or access denied")
    for key, value in data.items():
        setattr(task, key, value)
    db.commit()
    db.refresh(task)
    return task


def create_task(db: Any, title: str, user_id: str) -> Any:
    task = Task(title=title, user_id=user_id)
    db.add(task)
    db.commit()
    db.refresh(task)
    return task


def get_by_user(db: Any, user_id: str) -> Any:
    conditions = [col(Task.user_id) == user_id, col(Task.deleted_at).is_(None)]
    newest = col(Task.created_at).desc()
    return db.scalars(select(Task).where(and_(*conditions)).order_by(newest).offset(0).limit(10)).all()


def get_by_id_and_user(db: Any, task_id: int, user_id: str) -> Any:
    mine = and_(col(Task.id) == task_id, col(Task.user_id) == user_id, col(Task.deleted_at).is_(None))
    return db.scalars(select(Task).where(mine)).first()


def count_by_user(db: Any, user_id: str) -> int:
    mine = and_(col(Task.user_id) == user_id, col(Task.deleted_at).is_(None))
    return len(db.scalars(select(Task).where(mine)).all())


def soft_delete(db: Any, task_id: int, user_id: str) -> None:
    task = get_by_id_and_user(db, task_id, user_id)
    task.deleted_at = datetime.now(tz=UTC)
    db.commit()


GOOD: dict[str, Callable[[Any], Any]] = {
    "list": lambda db: get_tasks(db, "ann"),
    "by id and user": lambda db: get_task_by_id(db, 101, "ann"),
    "by id and user, of somebody else": lambda db: get_task_by_id(db, 102, "ann"),
    "update": lambda db: update_task(db, 101, "ann", {"title": "changed"}),
    "create": lambda db: create_task(db, "new", "ann"),
    "repository: list": lambda db: get_by_user(db, "ann"),
    "repository: by id and user": lambda db: get_by_id_and_user(db, 101, "ann"),
    "repository: count": lambda db: count_by_user(db, "ann"),
    "repository: soft delete": lambda db: soft_delete(db, create_task(db, "short", "ann").id, "ann"),
}


# Bad: no user check.


def any_task_by_id(db: Any, task_id: int) -> Any:
    return db.query(Task).filter(Task.id == task_id).first()


def list_all(db: Any) -> Any:
    return db.query(Task).all()


def change_any(db: Any, task_id: int) -> None:
    any_task_by_id(db, task_id).title = "taken"
    db.flush()
    db.rollback()


BAD: dict[str, tuple[Callable[[Any], Any], set[str]]] = {
    "by id": (lambda db: any_task_by_id(db, 101), {"read"}),
    "by id, of somebody else": (lambda db: any_task_by_id(db, 102), {"read"}),
    "get": (lambda db: db.get(Task, 102), {"read"}),
    "list of everybody": (list_all, {"read"}),
    "user from the client": (lambda db: get_tasks(db, "bob"), {"read"}),
    "change of what was not checked": (lambda db: change_any(db, 102), {"read", "update"}),
    "task for somebody else": (lambda db: create_task(db, "forged", "bob"), {"insert", "read"}),
}


def heard(program: Engine, work: Callable[[Any], Any]) -> list[Finding]:
    """What the trace says of a piece of work that ann does."""
    graph = ModelRegistry.of(Base.metadata).ownership(OwnershipRules(owner_root="example_users"))
    audit = StatementAudit(grounds_of(program, graph))
    with listening(audit, program), acting_as("ann"), PlainSession(program) as db:
        work(db)
    report = audit.report()
    assert report.looked_at["statements of a user"], "nothing was heard"
    return list(report.findings)


@pytest.mark.parametrize("case", GOOD)
def test_good_patterns_are_silent(program: Engine, case: str) -> None:
    assert heard(program, GOOD[case]) == []


@pytest.mark.parametrize("case", BAD)
def test_bad_patterns_are_named(program: Engine, case: str) -> None:
    work, actions = BAD[case]
    found = heard(program, work)
    assert {each.evidence["action"] for each in found} == actions
    assert {each.subject for each in found} == {"public.example_tasks"}
