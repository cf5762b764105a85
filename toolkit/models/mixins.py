"""Columns that many tables share: key, timestamps, soft deletion, owner.

Each is a plain (not table) SQLModel class to inherit beside the application's base:

    class Task(Base, UuidKey, OwnedByUser, Timestamped, SoftDeleted, table=True): ...

Invariants: no mixin holds a `Column` (a second table would find it taken); every default that must hold for
rows that do not come through the ORM, COPY for one, is a server default; every time is aware and UTC.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import func
from sqlmodel import Field, SQLModel

OnDelete = Literal["CASCADE", "SET NULL", "RESTRICT"]


class UuidKey(SQLModel):
    """A uuid primary key: made in Python for new objects, by the server for rows that come another way."""

    id: uuid.UUID = Field(
        default_factory=uuid.uuid4,
        primary_key=True,
        nullable=False,
        sa_column_kwargs={"server_default": func.gen_random_uuid()},
    )


class Timestamped(SQLModel):
    """When the row was made and last changed, by the clock of the server (start of the transaction).

    Both are None on an object that was not flushed yet. `updated_at` moves with every UPDATE that SQLAlchemy
    writes, bulk updates included; an UPDATE in plain SQL must set it itself.
    """

    created_at: datetime = Field(
        default=None, nullable=False, sa_column_kwargs={"server_default": func.now()}
    )
    updated_at: datetime = Field(
        default=None,
        nullable=False,
        sa_column_kwargs={"server_default": func.now(), "onupdate": func.now()},
    )


class SoftDeleted(SQLModel):
    """A row that is hidden instead of removed: deleted where `deleted_at` is set.

    Repositories and sessions with `hide_deleted` honour it. Give the table partial indexes and unique
    indexes `WHERE deleted_at IS NULL`, or a deleted row keeps its name taken.
    """

    __soft_delete__: ClassVar[str] = "deleted_at"

    deleted_at: datetime | None = Field(default=None)


def owner_field(
    target: str = "users.id", *, ondelete: OnDelete = "CASCADE", index: bool = True, **field: Any
) -> Any:
    """The column that names the owner of a row: not null, foreign key, indexed.

    `target` is the owner's key as `table.column`, or `schema.table.column` when the table has a schema. Pass
    `index=False` if a composite index or key of the table already begins with this column. More keywords go
    to SQLModel's `Field`.
    """
    return Field(foreign_key=target, ondelete=ondelete, index=index, nullable=False, **field)


class OwnedByUser(SQLModel):
    """A row that belongs to one user of the table `users` with a uuid key; removed with the user.

    Another name, type or target: a mixin of your own with `owner_field`.
    """

    user_id: uuid.UUID = owner_field()
