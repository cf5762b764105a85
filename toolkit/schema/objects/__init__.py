"""The values a snapshot is made of, one class per kind of object.

Nothing here reads a database. Every class is frozen, names other objects by name and never by oid, and says
which of its fields are compared.
"""

from toolkit.schema.objects.base import Origin, SchemaObject, compared_fields
from toolkit.schema.objects.constraints import Constraint
from toolkit.schema.objects.database import Database, Extension, Membership, Role, Schema
from toolkit.schema.objects.grants import PUBLIC, DefaultPrivileges, Grant, Grants
from toolkit.schema.objects.indexes import Index, IndexKey, StatisticsObject
from toolkit.schema.objects.names import RELATION_KINDS, Key, Kind, Qualified
from toolkit.schema.objects.remote import (
    ForeignDataWrapper,
    Publication,
    PublishedTable,
    Server,
    Subscription,
    UserMapping,
)
from toolkit.schema.objects.routines import Aggregate, Cast, Function, Operator, Procedure
from toolkit.schema.objects.rules import EventTrigger, Policy, Rule, Trigger
from toolkit.schema.objects.sequences import OwnedBy, Sequence
from toolkit.schema.objects.tables import Column, ForeignTable, NotNull, Table
from toolkit.schema.objects.types import (
    Attribute,
    Collation,
    CompositeType,
    Domain,
    DomainCheck,
    Enum,
    RangeType,
)
from toolkit.schema.objects.views import MaterializedView, View

CLASSES: dict[Kind, type[SchemaObject]] = {
    kind.kind: kind
    for kind in (
        Database,
        Role,
        Schema,
        Extension,
        Collation,
        Enum,
        Domain,
        CompositeType,
        RangeType,
        Sequence,
        Table,
        ForeignTable,
        Column,
        Constraint,
        Index,
        StatisticsObject,
        View,
        MaterializedView,
        Function,
        Procedure,
        Aggregate,
        Operator,
        Cast,
        Trigger,
        Rule,
        Policy,
        EventTrigger,
        ForeignDataWrapper,
        Server,
        UserMapping,
        Publication,
        Subscription,
        DefaultPrivileges,
    )
}
"""The class of each kind, in the order in which reports show kinds."""

__all__ = [
    "CLASSES",
    "PUBLIC",
    "RELATION_KINDS",
    "Aggregate",
    "Attribute",
    "Cast",
    "Collation",
    "Column",
    "CompositeType",
    "Constraint",
    "Database",
    "DefaultPrivileges",
    "Domain",
    "DomainCheck",
    "Enum",
    "EventTrigger",
    "Extension",
    "ForeignDataWrapper",
    "ForeignTable",
    "Function",
    "Grant",
    "Grants",
    "Index",
    "IndexKey",
    "Key",
    "Kind",
    "MaterializedView",
    "Membership",
    "NotNull",
    "Operator",
    "Origin",
    "OwnedBy",
    "Policy",
    "Procedure",
    "Publication",
    "PublishedTable",
    "Qualified",
    "RangeType",
    "Role",
    "Rule",
    "Schema",
    "SchemaObject",
    "Sequence",
    "Server",
    "StatisticsObject",
    "Subscription",
    "Table",
    "Trigger",
    "UserMapping",
    "View",
    "compared_fields",
]
