"""The table `tasks`."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlmodel import Field, Relationship

from toolkit.demo.models.base import NOT_LAZILY, Base
from toolkit.demo.models.kinds import TaskPriority, TaskStatus, priority_type, status_type
from toolkit.demo.models.task_tag_link import TaskTagLink
from toolkit.models import SoftDeleted, Timestamped, UuidKey, owner_field

if TYPE_CHECKING:
    from toolkit.demo.models.tag import Tag
    from toolkit.demo.models.user import User

TITLE_LENGTH = 200
DESCRIPTION_LENGTH = 2000

_LIVE = text("deleted_at IS NULL")


class Task(Base, UuidKey, Timestamped, SoftDeleted, table=True):
    """Something a user means to do. It is completed if and only if it says when."""

    __tablename__ = "tasks"
    __table_args__ = (
        # What a link refers to: with it, a link cannot join one user's task to another user's tag.
        UniqueConstraint("id", "user_id"),
        CheckConstraint(
            "(status = 'completed') = (completed_at IS NOT NULL)", name="completed_at_fits_status"
        ),
        # Begins with the owner and covers every row, so it also serves the foreign key to users.
        Index(None, "user_id", "status"),
        # Read backwards for the newest first; the id makes the order total.
        Index("ix_tasks_live_newest", "user_id", "created_at", "id", postgresql_where=_LIVE),
        Index(
            "ix_tasks_live_due",
            "user_id",
            "due_at",
            postgresql_where=text("deleted_at IS NULL AND due_at IS NOT NULL"),
        ),
    )

    user_id: UUID = owner_field(index=False)
    title: str = Field(max_length=TITLE_LENGTH)
    description: str | None = Field(default=None, max_length=DESCRIPTION_LENGTH)
    status: TaskStatus = Field(
        default=TaskStatus.TODO,
        sa_column=Column(status_type(), nullable=False, server_default=TaskStatus.TODO.value),
    )
    priority: TaskPriority = Field(
        default=TaskPriority.MEDIUM,
        sa_column=Column(priority_type(), nullable=False, server_default=TaskPriority.MEDIUM.value),
    )
    due_at: datetime | None = None
    completed_at: datetime | None = None

    user: "User" = Relationship(back_populates="tasks", sa_relationship_kwargs=NOT_LAZILY)
    # Always wanted: one statement more for a whole list of tasks, never one per task.
    tags: list["Tag"] = Relationship(
        back_populates="tasks",
        link_model=TaskTagLink,
        passive_deletes=True,
        sa_relationship_kwargs={"order_by": "Tag.name", "lazy": "selectin"},
    )
