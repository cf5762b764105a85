"""The kinds that stand for "one of these; the text alone does not say which"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from toolkit.sql.classify.kinds import StatementKind

_K = StatementKind


def _below(family: StatementKind) -> tuple[StatementKind, ...]:
    return tuple(kind for kind in StatementKind if kind.value.startswith(family.value + "."))


CANDIDATES: Final[Mapping[StatementKind, tuple[StatementKind, ...]]] = MappingProxyType(
    {
        _K.ALTER_TABLE_ADD_COLUMN_UNKNOWN_DEFAULT: (
            _K.ALTER_TABLE_ADD_COLUMN_CONSTANT_DEFAULT,
            _K.ALTER_TABLE_ADD_COLUMN_STABLE_DEFAULT,
            _K.ALTER_TABLE_ADD_COLUMN_VOLATILE_DEFAULT,
        ),
        _K.ALTER_TABLE_ADD_COLUMN_USER_TYPE: (
            _K.ALTER_TABLE_ADD_COLUMN_PLAIN,
            _K.ALTER_TABLE_ADD_COLUMN_CONSTRAINED_DOMAIN,
        ),
        _K.ALTER_TABLE_SET_NOT_NULL: _below(_K.ALTER_TABLE_SET_NOT_NULL),
        _K.ALTER_TABLE_ALTER_COLUMN_TYPE: _below(_K.ALTER_TABLE_ALTER_COLUMN_TYPE),
        _K.ALTER_TABLE_VALIDATE_CONSTRAINT: _below(_K.ALTER_TABLE_VALIDATE_CONSTRAINT),
        _K.ALTER_TABLE_DROP_CONSTRAINT: _below(_K.ALTER_TABLE_DROP_CONSTRAINT),
    }
)
"""What each undetermined kind may be, once the catalog is known."""
