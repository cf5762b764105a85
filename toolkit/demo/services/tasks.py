"""The tasks of the acting user.

Keeps the one rule that spans two columns: a task is completed if and only if it says when. The database
checks it too.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col

from toolkit.demo.models import Task, TaskStatus
from toolkit.demo.repositories import TagRepository, TaskRepository
from toolkit.demo.repositories.tasks import LISTED_BY
from toolkit.demo.schemas import TaskCreate, TaskUpdate
from toolkit.models import KeysetPage, Page, Service, client_order


class TaskService(Service):
    """Make, see, change, delete and restore tasks."""

    def __init__(self, session: Session, user_id: UUID) -> None:
        super().__init__(session, user_id)
        self._tasks = self.owned(TaskRepository)
        self._tags = self.owned(TagRepository)

    def create(self, data: TaskCreate) -> Task:
        """A new task of the acting user, with its tags."""
        completed_at = datetime.now(UTC) if data.status is TaskStatus.COMPLETED else None
        task = self._tasks.add(data, leave_out={"tags"}, completed_at=completed_at)
        self._tasks.put_tags(task, self._tags.named(data.tags))
        return task

    def get(self, task_id: UUID) -> Task:
        """Raises RecordNotFoundError, for a missing task and for another user's alike."""
        return self._tasks.require(task_id)

    def page(
        self,
        *,
        status: TaskStatus | None = None,
        number: int = 1,
        size: int = 20,
        order: str | None = None,
    ) -> Page[Task]:
        """A numbered page; its total counts what the same filter lets through.

        Raises PageSizeError and SortRefusedError.
        """
        chosen = None if order is None else client_order(order, LISTED_BY)
        return self._tasks.page(*self._tasks.with_status(status), number=number, size=size, order=chosen)

    def feed(
        self, *, status: TaskStatus | None = None, size: int = 20, cursor: str | None = None
    ) -> KeysetPage[Task]:
        """The newest tasks, or those beyond the cursor: stable while tasks come and go.

        Raises PageSizeError and InvalidCursorError.
        """
        return self._tasks.keyset_page(*self._tasks.with_status(status), size=size, cursor=cursor)

    def counts(self) -> dict[TaskStatus, int]:
        """How many tasks have each status."""
        return self._tasks.count_by_status()

    def update(self, task_id: UUID, data: TaskUpdate) -> Task:
        """Change the fields that are given. Raises RecordNotFoundError and NullRefusedError."""
        task = self._tasks.update(task_id, data, leave_out={"tags"}, **_completion(data.status))
        if data.tags is not None:
            self._tasks.put_tags(task, self._tags.named(data.tags))
        return task

    def delete(self, task_id: UUID) -> None:
        """Hide the task. Raises RecordNotFoundError."""
        self._tasks.delete(task_id)

    def restore(self, task_id: UUID) -> Task:
        """Show a deleted task again. Raises RecordNotFoundError."""
        return self._tasks.restore(task_id)


def _completion(status: TaskStatus | None) -> dict[str, Any]:
    """The time of completion that goes with a new status; completing twice keeps the first time."""
    if status is None:
        return {}
    if status is TaskStatus.COMPLETED:
        return {"completed_at": func.coalesce(col(Task.completed_at), func.now())}
    return {"completed_at": None}
