"""Column types as plain SQLAlchemy.

A revision must run when SQLModel, SQLAlchemy-Utils or the application have moved on. So a decorated type is
written as the type it stores, and an enum as PostgreSQL's, made and dropped by statements of its own.
"""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.url import make_url
from sqlalchemy.sql.sqltypes import TypeEngine
from sqlalchemy.types import ARRAY, Interval, TypeDecorator, Uuid

_POSTGRESQL: Dialect = make_url("postgresql+psycopg2://").get_dialect()()


def storage_type(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type that a decorated type stores on PostgreSQL; other types as they are."""
    # SQLAlchemy's Interval is a decorator, too, and would unwrap to what other databases store.
    while isinstance(type_, TypeDecorator) and not isinstance(type_, Interval):
        type_ = _loaded(type_)
    return type_


def native_enum(type_: TypeEngine[Any]) -> Enum | None:
    """The PostgreSQL enum type that a column of this type needs, if it needs one."""
    type_ = storage_type(type_)
    if isinstance(type_, ARRAY):
        return native_enum(type_.item_type)
    if isinstance(type_, Enum) and type_.native_enum and type_.name:
        return type_
    return None


def render_type(type_: TypeEngine[Any], context: AutogenContext) -> str | bool:
    """The type as the revision writes it; False to leave it to Alembic."""
    plain = storage_type(type_)
    if isinstance(plain, Enum) and plain.native_enum and plain.name:
        return _enum(plain, context)
    if plain is not type_:
        return render._repr_type(plain, context)  # noqa: SLF001 - Alembic's only renderer of types
    _import_of(plain, context)
    return False


def _loaded(type_: TypeDecorator[Any]) -> TypeEngine[Any]:
    """What the decorator stores, in a public class: drivers adapt types to private classes of their own."""
    loaded = type_.load_dialect_impl(_POSTGRESQL)
    if isinstance(loaded, Uuid):
        return Uuid()
    kind = type(loaded)
    public = next(c for c in kind.__mro__ if not c.__name__.startswith("_"))
    if public is not kind and kind.__module__.startswith("sqlalchemy.dialects."):
        return loaded.adapt(public)
    return loaded


def _enum(type_: Enum, context: AutogenContext) -> str:
    context.imports.add("from sqlalchemy.dialects import postgresql")
    values = ", ".join(repr(value) for value in type_.enums)
    schema = f", schema={type_.schema!r}" if type_.schema else ""
    return f"postgresql.ENUM({values}, name={str(type_.name)!r}{schema}, create_type=False)"


def _import_of(type_: TypeEngine[Any], context: AutogenContext) -> None:
    """A type of another library is written with its module, so the revision must import that."""
    module = type(type_).__module__
    if not module.startswith("sqlalchemy.") and not context.opts.get("user_module_prefix"):
        context.imports.add(f"import {module}")
