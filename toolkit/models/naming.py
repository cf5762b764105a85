"""Names of constraints and indexes, and the registry an application's models share.

Invariant: with this convention every constraint has a name that follows from the table and its columns, so
that a revision can name what it drops. A CHECK has no columns to be named after; SQLAlchemy therefore refuses
one without a name of its own.

An application makes its base like this, once, and gives it to every table model:

    class Base(SQLModel, registry=new_registry()):
        pass

Its metadata (`Base.metadata`) and its class names are then its own; models of other packages do not mix in.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData
from sqlalchemy.orm import registry

NAMING_CONVENTION: Final[dict[str, str]] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Index, unique, check, foreign key, primary key. `column_0_N_name` joins all columns of the constraint, so
two constraints that begin with one column do not collide; names over 63 bytes are cut with a stable hash."""


def new_metadata(schema: str | None = None) -> MetaData:
    """Metadata with the naming convention; `schema` is the default schema of its tables."""
    return MetaData(naming_convention=NAMING_CONVENTION, schema=schema)


def new_registry(schema: str | None = None) -> registry:
    """A mapper registry with its own metadata and its own class names.

    Metadata alone would leave the class names shared: two packages that both have a `User` could then not be
    named in a relationship.
    """
    return registry(metadata=new_metadata(schema))
