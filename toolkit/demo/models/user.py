"""The table `users`: the roots of ownership.

Without postponed annotations, here and in the other tables: SQLModel reads the targets of relationships from
the annotations themselves.
"""

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint
from sqlmodel import Field, Relationship

from toolkit.demo.models.base import NOT_LAZILY, Base
from toolkit.models import Timestamped, UuidKey

if TYPE_CHECKING:
    from toolkit.demo.models.tag import Tag
    from toolkit.demo.models.task import Task

EMAIL_LENGTH = 320
NAME_LENGTH = 200


class User(Base, UuidKey, Timestamped, table=True):
    """A person. Their id is the identity that policies compare with; their e-mail is stored in lower case."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    email: str = Field(max_length=EMAIL_LENGTH, unique=True)
    name: str = Field(max_length=NAME_LENGTH)

    # The server cascades; loading the children only to delete them one by one would be waste.
    tasks: list["Task"] = Relationship(
        back_populates="user", passive_deletes="all", sa_relationship_kwargs=NOT_LAZILY
    )
    tags: list["Tag"] = Relationship(
        back_populates="user", passive_deletes="all", sa_relationship_kwargs=NOT_LAZILY
    )
