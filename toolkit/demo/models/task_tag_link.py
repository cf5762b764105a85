"""The table `task_tag_links`: which tag is on which task."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, func
from sqlmodel import Field

from toolkit.demo.models.base import Base


class TaskTagLink(Base, table=True):
    """One tag on one task. All three belong to one user: both foreign keys carry the owner.

    A key on `task_id` alone would let a user put a tag on another user's task, whatever the policies say:
    foreign keys are checked with policies off.
    """

    __tablename__ = "task_tag_links"
    __table_args__ = (
        ForeignKeyConstraint(["task_id", "user_id"], ["tasks.id", "tasks.user_id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["tag_id", "user_id"], ["tags.id", "tags.user_id"], ondelete="CASCADE"),
        # The primary key begins with the task; the way from a tag to its tasks needs its own index.
        Index(None, "tag_id", "user_id"),
        # For the policies, which ask for the owner alone.
        Index(None, "user_id", "task_id"),
    )

    task_id: UUID = Field(primary_key=True)
    tag_id: UUID = Field(primary_key=True)
    user_id: UUID
    created_at: datetime = Field(
        default=None, nullable=False, sa_column_kwargs={"server_default": func.now()}
    )
