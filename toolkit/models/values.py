"""What a schema may write to a model: the allow-list between input and columns.

The fields a schema declares are the only ones ever written (an extra key of a permissive schema is not), and
a schema that declares a protected field is refused at its first use: a programming error that would otherwise
be a way for a client to choose an owner, a key or a timestamp.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import inspect
from sqlalchemy.orm import Mapper

from toolkit.models.errors import NullRefusedError, SchemaFieldError

KEPT_BY_SERVER = frozenset({"created_at", "updated_at"})
"""Attributes of `Timestamped`, which no input sets."""


def protected_attributes(model: type[Any]) -> frozenset[str]:
    """The attributes that no schema writes: key, timestamps, soft-delete mark."""
    mapper: Mapper[Any] = inspect(model)
    keys = {mapper.get_property_by_column(column).key for column in mapper.primary_key}
    mark: str | None = getattr(model, "__soft_delete__", None)
    return frozenset(keys | KEPT_BY_SERVER | ({mark} if mark else set()))


def values_from(
    data: BaseModel,
    model: type[Any],
    *,
    protected: Collection[str],
    leave_out: Collection[str] = (),
    partial: bool = False,
) -> dict[str, Any]:
    """The column values in `data`; with `partial`, only of the fields that were given.

    Raises SchemaFieldError if the schema declares a protected field or one that `model` has no column for,
    and NullRefusedError if it sets a required column to None.
    """
    schema = type(data)
    mapper: Mapper[Any] = inspect(model)
    declared = [name for name in schema.model_fields if name not in leave_out]
    columns = {attribute.key: attribute.columns[0] for attribute in mapper.column_attrs}
    _refuse(schema, model, [name for name in declared if name in protected], "is not for clients to set")
    _refuse(schema, model, [name for name in declared if name not in columns], "is no column of it")
    given = data.model_fields_set if partial else set(declared)
    values = {name: getattr(data, name) for name in declared if name in given}
    if partial:
        nulls = [name for name, value in values.items() if value is None and _required(columns[name])]
        if nulls:
            raise NullRefusedError(model=model.__name__, fields=tuple(nulls))
    return values


def build(model: type[Any], values: Mapping[str, Any]) -> Any:
    """A new record. A SQLModel table is validated here, as its constructor does not."""
    if issubclass(model, BaseModel):
        return model.model_validate(dict(values))
    return model(**values)


def _refuse(schema: type[BaseModel], model: type[Any], fields: list[str], reason: str) -> None:
    if fields:
        raise SchemaFieldError(
            schema=schema.__name__, model=model.__name__, fields=tuple(fields), reason=reason
        )


def _required(column: Any) -> bool:
    return not getattr(column, "nullable", True)
