"""What the code says: registry of models, ownership, mixins, repositories.

Stands on `database` and `sql`; knows no catalog, no Alembic and no door. The names below load when they are
first used: who only needs shapes does not pay for SQLModel.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.models.cursor import Cursor as Cursor
    from toolkit.models.mixins import OwnedByUser as OwnedByUser
    from toolkit.models.mixins import SoftDeleted as SoftDeleted
    from toolkit.models.mixins import Timestamped as Timestamped
    from toolkit.models.mixins import UuidKey as UuidKey
    from toolkit.models.mixins import owner_field as owner_field
    from toolkit.models.naming import NAMING_CONVENTION as NAMING_CONVENTION
    from toolkit.models.naming import new_metadata as new_metadata
    from toolkit.models.naming import new_registry as new_registry
    from toolkit.models.owned_repository import OwnedRepository as OwnedRepository
    from toolkit.models.pagination import KeysetPage as KeysetPage
    from toolkit.models.pagination import Page as Page
    from toolkit.models.repository import Repository as Repository
    from toolkit.models.service import Service as Service
    from toolkit.models.shapes import ColumnShape as ColumnShape
    from toolkit.models.shapes import ForeignKeyShape as ForeignKeyShape
    from toolkit.models.shapes import TableShape as TableShape
    from toolkit.models.soft_delete import deleted_included as deleted_included
    from toolkit.models.soft_delete import hide_deleted as hide_deleted
    from toolkit.models.soft_delete import include_deleted as include_deleted
    from toolkit.models.sorting import Sort as Sort
    from toolkit.models.sorting import client_order as client_order

_HOMES = {
    "Cursor": "cursor",
    "OwnedByUser": "mixins",
    "SoftDeleted": "mixins",
    "Timestamped": "mixins",
    "UuidKey": "mixins",
    "owner_field": "mixins",
    "NAMING_CONVENTION": "naming",
    "new_metadata": "naming",
    "new_registry": "naming",
    "OwnedRepository": "owned_repository",
    "KeysetPage": "pagination",
    "Page": "pagination",
    "Repository": "repository",
    "Service": "service",
    "ColumnShape": "shapes",
    "ForeignKeyShape": "shapes",
    "TableShape": "shapes",
    "deleted_included": "soft_delete",
    "hide_deleted": "soft_delete",
    "include_deleted": "soft_delete",
    "Sort": "sorting",
    "client_order": "sorting",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
