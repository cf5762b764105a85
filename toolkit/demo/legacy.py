"""What all this replaces: a program that keeps users and tasks in dictionaries.

Everything is lost when the process ends, nothing is checked, anybody who forgets a filter sees everybody's
tasks, and the owner is whoever the caller says. It is kept as a source for `neonkit import`: `EXPORT` is an
export of a small store of this kind, read by `seeds/memory.toml` as `toolkit.demo.legacy:EXPORT`.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from typing import Any, Final

Record = dict[str, Any]


class LegacyStore:
    """Users and tasks by their id, as the records that clients sent; times are epoch milliseconds."""

    def __init__(self) -> None:
        self.users: dict[str, Record] = {}
        self.tasks: dict[str, Record] = {}

    def create_user(self, data: Record) -> Record:
        """Keep a user. Fields of `data` win, the id included."""
        return self._keep(self.users, data)

    def create_task(self, data: Record) -> Record:
        """Keep a task, of whoever `ownerId` in `data` names."""
        return self._keep(self.tasks, {"status": "todo", "tags": [], "completedAt": None, **data})

    def get_tasks(self, owner_id: str) -> list[Record]:
        """The tasks of one user, found by looking at everybody's."""
        return [task for task in self.tasks.values() if task["ownerId"] == owner_id]

    def update_task(self, task_id: str, changes: Record) -> Record:
        """Write whatever the client sent. KeyError for an unknown id; anybody's task will do."""
        self.tasks[task_id].update(changes, updatedAt=_now())
        return self.tasks[task_id]

    def delete_task(self, task_id: str) -> None:
        """Forget the task. KeyError for an unknown id."""
        del self.tasks[task_id]

    def export(self) -> dict[str, list[Record]]:
        """Everything, as one document."""
        return {"users": list(self.users.values()), "tasks": list(self.tasks.values())}

    @staticmethod
    def _keep(records: dict[str, Record], data: Record) -> Record:
        now = _now()
        record = {"id": str(uuid.uuid4()), "createdAt": now, "updatedAt": now, **data}
        records[record["id"]] = record
        return record


def _now() -> int:
    return int(time.time() * 1000)


_ADA: Final = "0b5d7e0a-6d9f-4a52-8f2f-2f6d1c1f7a01"
_BOB: Final = "5b0f7a3c-1c8e-4d0b-9c57-8a4f3f0d9b02"
_MONDAY: Final = 1_756_713_600_000
"""2025-09-01 08:00 UTC in milliseconds."""


def _users() -> Iterable[Record]:
    for key, email, name in ((_ADA, "Ada@Example.com ", "Ada"), (_BOB, "bob@example.com", " Bob 🚲")):
        yield {"id": key, "eMail": email, "displayName": name, "createdAt": _MONDAY, "updatedAt": _MONDAY}


def _tasks() -> Iterable[Record]:
    for number, (owner, title, status, tags) in enumerate(
        (
            (_ADA, "Write the first program", "done", ["Work", "math"]),
            (_ADA, "  Find a machine to run it on", "todo", ["work"]),
            (_BOB, "Fix the bike", "doing", []),
            (_BOB, "牛乳を買う", "todo", ["Errands", "errands "]),
        )
    ):
        moment = _MONDAY + number * 60_000
        yield {
            "id": f"7c2d1a40-0000-4000-8000-{number:012d}",
            "ownerId": owner,
            "title": title,
            "status": status,
            "tags": tags,
            "completedAt": moment if status == "done" else None,
            "createdAt": moment,
            "updatedAt": moment,
        }


def _sample() -> LegacyStore:
    store = LegacyStore()
    for user in _users():
        store.create_user(user)
    for task in _tasks():
        store.create_task(task)
    return store


EXPORT: Final = _sample().export()
