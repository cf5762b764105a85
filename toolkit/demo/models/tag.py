"""The table `tags`."""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, Relationship

from toolkit.demo.models.base import NOT_LAZILY, Base
from toolkit.demo.models.task_tag_link import TaskTagLink
from toolkit.models import Timestamped, UuidKey, owner_field

if TYPE_CHECKING:
    from toolkit.demo.models.task import Task
    from toolkit.demo.models.user import User

TAG_LENGTH = 50


class Tag(Base, UuidKey, Timestamped, table=True):
    """A word that a user puts on tasks: lower case, no blanks around it, once per user."""

    __tablename__ = "tags"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        UniqueConstraint("id", "user_id"),
        CheckConstraint("name <> '' AND name = lower(btrim(name))", name="name_tidy"),
    )

    # No index of its own: the first unique constraint begins with it.
    user_id: UUID = owner_field(index=False)
    name: str = Field(max_length=TAG_LENGTH)

    user: "User" = Relationship(back_populates="tags", sa_relationship_kwargs=NOT_LAZILY)
    tasks: list["Task"] = Relationship(
        back_populates="tags",
        link_model=TaskTagLink,
        passive_deletes=True,
        sa_relationship_kwargs=NOT_LAZILY,
    )
