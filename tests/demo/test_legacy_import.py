"""From the old program to the tables: everything arrives, with the meaning it had."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fixtures.demo import MAPPING, SEEDS
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlmodel import Session, col, select

from toolkit.database import Database, DatabaseUrl
from toolkit.demo.legacy import EXPORT, LegacyStore
from toolkit.demo.models import Tag, Task, TaskPriority, TaskStatus, User
from toolkit.transfer import load

STATUSES = {"todo": "todo", "doing": "in_progress", "done": "completed"}


def at(milliseconds: int | None) -> datetime | None:
    """The time that the old program meant, exactly."""
    if milliseconds is None:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def tidy(tags: list[str]) -> list[str]:
    return sorted({tag.strip().lower() for tag in tags})


def engine_of(url: DatabaseUrl) -> Engine:
    return create_engine(url.sqlalchemy, poolclass=NullPool)


def test_the_dictionaries_of_a_running_program_become_rows(demo_head_url: DatabaseUrl) -> None:
    load(mapping=SEEDS / "memory.toml", database=Database.at(demo_head_url)).require_loaded()
    with Session(engine_of(demo_head_url)) as session:
        users = session.exec(select(User)).all()
        tasks = {str(task.id): task for task in session.exec(select(Task))}
        stored = {key: [tag.name for tag in task.tags] for key, task in tasks.items()}
    assert {(str(user.id), user.email, user.name) for user in users} == {
        (user["id"], user["eMail"].strip().lower(), user["displayName"].strip()) for user in EXPORT["users"]
    }
    assert set(tasks) == {record["id"] for record in EXPORT["tasks"]}
    for record in EXPORT["tasks"]:
        task = tasks[record["id"]]
        assert str(task.user_id) == record["ownerId"]
        assert task.title == record["title"].strip()
        assert task.status == STATUSES[record["status"]]
        assert (task.created_at, task.completed_at) == (at(record["createdAt"]), at(record["completedAt"]))
        assert stored[record["id"]] == tidy(record["tags"])


def test_every_seed_arrives(demo_url: DatabaseUrl) -> None:
    records = [json.loads(line) for line in (SEEDS / "tasks.ndjson").read_text("utf-8").splitlines()]
    archive = json.loads((SEEDS / "archive.json").read_text("utf-8"))["accounts"]
    with Session(engine_of(demo_url)) as session:
        tasks = {task.id: task for task in session.exec(select(Task))}
        stored = {key: [tag.name for tag in task.tags] for key, task in tasks.items()}
        users = session.exec(select(User)).all()
    assert len(users) == 240 + len(archive)
    assert len(tasks) == len(records) + sum(len(account["todos"]) for account in archive.values())
    for record in records:
        key = UUID(record["id"])
        task = tasks[key]
        assert task.user_id == UUID(record["ownerId"])
        assert task.title == record["title"].strip()
        assert task.description == (record.get("description") or None if _meant(record) else None)
        assert task.due_at == at(record["dueDate"] or None)
        assert task.deleted_at == at(record.get("deletedAt"))
        assert (task.created_at, task.updated_at) == (at(record["createdAt"]), at(record["updatedAt"]))
        assert stored[key] == tidy(record.get("tags", []))
    for owner, account in archive.items():
        for todo in account["todos"]:
            task = tasks[UUID(todo["uuid"])]
            assert task.user_id == UUID(owner)
            assert task.created_at == datetime.fromisoformat(todo["entered"])
            assert (task.completed_at is not None) == (todo["state"] == "CLOSED")
            assert stored[task.id] == tidy([label["name"] for label in todo["labels"]])


def _meant(record: dict[str, Any]) -> bool:
    return record.get("description") != "n/a"


def test_a_tag_is_there_once_per_user(demo_url: DatabaseUrl) -> None:
    with Session(engine_of(demo_url)) as session:
        tags = session.exec(select(Tag)).all()
    assert len({(tag.user_id, tag.name) for tag in tags}) == len(tags) > 300


def test_values_are_stored_as_they_are_said(demo_url: DatabaseUrl) -> None:
    with engine_of(demo_url).connect() as connection:
        statuses = connection.scalars(text("SELECT DISTINCT status FROM tasks ORDER BY 1")).all()
        priorities = connection.scalars(text("SELECT DISTINCT priority FROM tasks ORDER BY 1")).all()
    assert statuses == sorted(status.value for status in TaskStatus)
    assert priorities == [priority.value for priority in TaskPriority]  # in their own order


def test_nothing_is_imported_twice(demo_url: DatabaseUrl) -> None:
    again = load(mapping=MAPPING, database=Database.at(demo_url), mode="skip")
    assert again.outcome == "unchanged"
    assert {table.inserted for table in again.tables} == {0}


def test_the_old_program_forgets_whose_task_it_is() -> None:
    store = LegacyStore()
    ada, bob = (store.create_user({"displayName": name}) for name in ("Ada", "Bob"))
    task = store.create_task({"ownerId": ada["id"], "title": "mine"})
    store.update_task(task["id"], {"ownerId": bob["id"]})  # nobody minds
    assert [found["title"] for found in store.get_tasks(bob["id"])] == ["mine"]
    store.delete_task(task["id"])
    assert store.export() == {"users": [ada, bob], "tasks": []}


def test_completed_tasks_say_when(demo_url: DatabaseUrl) -> None:
    with Session(engine_of(demo_url)) as session:
        contradictions = session.exec(
            select(Task).where(
                (col(Task.status) == TaskStatus.COMPLETED) != col(Task.completed_at).is_not(None)
            )
        ).all()
    assert contradictions == []
