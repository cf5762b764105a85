"""The acting user's tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import col

from toolkit.demo.models import Tag, Task, TaskStatus
from toolkit.models import OwnedRepository

LISTED_BY = frozenset({"created_at", "updated_at", "due_at", "priority", "title"})
"""What clients may order by; any other column would tell what it holds."""


class TaskRepository(OwnedRepository[Task]):
    """Newest first."""

    model = Task
    default_order = "-created_at"
    protected = frozenset({"completed_at"})

    def with_status(self, status: TaskStatus | None) -> tuple[ColumnElement[bool], ...]:
        """The condition for a list of tasks with that status; nothing for None."""
        return () if status is None else (col(Task.status) == status,)

    def due_before(self, moment: datetime) -> Sequence[Task]:
        """Open tasks that are due before the moment, the most pressing first."""
        return self.list(
            col(Task.due_at) < moment, col(Task.status) != TaskStatus.COMPLETED, order="-priority,due_at"
        )

    def count_by_status(self) -> dict[TaskStatus, int]:
        """How many tasks have each status, counted by the server; zero included."""
        statement = self.select().with_only_columns(col(Task.status), func.count()).group_by(col(Task.status))
        counts = dict.fromkeys(TaskStatus, 0)
        for status, number in self._records.session.execute(statement):
            counts[status] = number
        return counts

    def put_tags(self, task: Task, tags: Sequence[Tag]) -> None:
        """Make these the tags of the task. Both must belong to the acting user, or the server refuses."""
        task.tags = sorted(tags, key=lambda tag: tag.name)
        self._records.session.flush()
