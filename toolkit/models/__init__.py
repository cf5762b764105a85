"""What the code says: registry of models, ownership, mixins, repositories.

Stands on `database` and `sql`; knows no catalog, no Alembic and no door. The names below load when they are
first used: who only needs shapes does not pay for SQLModel.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.models.cursor import Cursor as Cursor
    from toolkit.models.loading import load_registry as load_registry
    from toolkit.models.metadata_shapes import shapes_of as shapes_of
    from toolkit.models.mixins import OwnedByUser as OwnedByUser
    from toolkit.models.mixins import SoftDeleted as SoftDeleted
    from toolkit.models.mixins import Timestamped as Timestamped
    from toolkit.models.mixins import UuidKey as UuidKey
    from toolkit.models.mixins import owner_field as owner_field
    from toolkit.models.naming import NAMING_CONVENTION as NAMING_CONVENTION
    from toolkit.models.naming import new_metadata as new_metadata
    from toolkit.models.naming import new_registry as new_registry
    from toolkit.models.order import DependencyOrder as DependencyOrder
    from toolkit.models.order import dependency_order as dependency_order
    from toolkit.models.owned_repository import OwnedRepository as OwnedRepository
    from toolkit.models.owner_filter import own_rows_only as own_rows_only
    from toolkit.models.ownership import OwnershipGraph as OwnershipGraph
    from toolkit.models.ownership import OwnershipKind as OwnershipKind
    from toolkit.models.ownership import OwnershipRules as OwnershipRules
    from toolkit.models.ownership import build_ownership as build_ownership
    from toolkit.models.ownership import owned_edges as owned_edges
    from toolkit.models.ownership import ownership_report as ownership_report
    from toolkit.models.pagination import KeysetPage as KeysetPage
    from toolkit.models.pagination import Page as Page
    from toolkit.models.registry import ModelRegistry as ModelRegistry
    from toolkit.models.repository import Repository as Repository
    from toolkit.models.service import Service as Service
    from toolkit.models.shapes import ColumnShape as ColumnShape
    from toolkit.models.shapes import ForeignKeyShape as ForeignKeyShape
    from toolkit.models.shapes import TableShape as TableShape
    from toolkit.models.shapes_reader import ReadShapes as ReadShapes
    from toolkit.models.shapes_reader import read_shapes as read_shapes
    from toolkit.models.soft_delete import deleted_included as deleted_included
    from toolkit.models.soft_delete import hide_deleted as hide_deleted
    from toolkit.models.soft_delete import include_deleted as include_deleted
    from toolkit.models.sorting import Sort as Sort
    from toolkit.models.sorting import client_order as client_order

_HOMES = {
    "Cursor": "cursor",
    "load_registry": "loading",
    "shapes_of": "metadata_shapes",
    "OwnedByUser": "mixins",
    "SoftDeleted": "mixins",
    "Timestamped": "mixins",
    "UuidKey": "mixins",
    "owner_field": "mixins",
    "NAMING_CONVENTION": "naming",
    "new_metadata": "naming",
    "new_registry": "naming",
    "DependencyOrder": "order",
    "dependency_order": "order",
    "OwnedRepository": "owned_repository",
    "own_rows_only": "owner_filter",
    "OwnershipGraph": "ownership",
    "OwnershipKind": "ownership",
    "OwnershipRules": "ownership",
    "build_ownership": "ownership",
    "owned_edges": "ownership",
    "ownership_report": "ownership",
    "KeysetPage": "pagination",
    "Page": "pagination",
    "ModelRegistry": "registry",
    "Repository": "repository",
    "Service": "service",
    "ColumnShape": "shapes",
    "ForeignKeyShape": "shapes",
    "TableShape": "shapes",
    "ReadShapes": "shapes_reader",
    "read_shapes": "shapes_reader",
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
