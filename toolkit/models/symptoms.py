"""What SQLAlchemy and SQLModel say about broken models, and what it means.

One table. A pattern is searched in the text of the error; its named groups, the model's name, the field and
the field's annotation as written may be used in the texts. The first symptom that fits wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Symptom:
    """A known error: how to recognise it, what it means and what mends it."""

    pattern: str
    problem: str
    fix: str
    annotation: str = ""
    """A pattern the field's annotation must have, if that tells this symptom from another."""

    def match(self, message: str, annotation: str) -> dict[str, str] | None:
        """The named groups of the pattern if the symptom fits, else None."""
        found = re.search(self.pattern, message, re.DOTALL)
        if found is None or not re.search(self.annotation, annotation):
            return None
        return {name: value or "" for name, value in found.groupdict().items()}


_NO_TYPE: Final = (
    r"has no matching SQLAlchemy type|issubclass\(\) arg 1 must be a class|Could not locate SQLAlchemy"
)
_JSONB: Final = "say how it is stored: Field(sa_type=JSONB) from sqlalchemy.dialects.postgresql"

SYMPTOMS: Final = (
    Symptom(
        _NO_TYPE,
        "a column cannot have the type {annotation}",
        "use an enum.Enum, or annotate str and give Field(sa_type=Text) with a CHECK constraint",
        annotation=r"Literal",
    ),
    Symptom(
        _NO_TYPE,
        "a column cannot have the type {annotation} unless it is said how it is stored",
        _JSONB + ", or ARRAY(Text) for a list of texts",
        annotation=r"(?i)\b(list|set|tuple|sequence)\b",
    ),
    Symptom(
        _NO_TYPE,
        "a column cannot have the type {annotation} unless it is said how it is stored",
        _JSONB,
        annotation=r"(?i)\b(dict|mapping|basemodel)\b",
    ),
    Symptom(
        _NO_TYPE,
        "no column type is known for {annotation}",
        "annotate a type that has one, or say how it is stored: Field(sa_type=...)",
    ),
    Symptom(
        r"\(non-optional\) union as a SQLAlchemy field",
        "a column cannot be of several types ({annotation})",
        "annotate one type, with `| None` if it may be missing, or use Field(sa_type=JSONB)",
    ),
    Symptom(
        r"could not assemble any primary key columns",
        "it has no primary key",
        "mark one or more fields with primary_key=True",
    ),
    Symptom(
        r"Passing (?P<keyword>\w+) is not supported when also passing a sa_column",
        "`{keyword}` and `sa_column` exclude each other",
        "give `{keyword}` to the Column, or replace sa_column by sa_type and sa_column_kwargs",
    ),
    Symptom(
        r"Column object '[^']+' already assigned to Table '(?P<table>[^']+)'",
        "its Column is already used by the table {table}: a mixin cannot share one Column between tables",
        "in the mixin, replace sa_column by sa_type and sa_column_kwargs",
    ),
    Symptom(
        r"Index '(?P<index>[^']+)' is against table '(?P<table>[^']+)', and cannot",
        "the index {index} in its inherited __table_args__ already belongs to the table {table}",
        "make __table_args__ of the mixin a function with @declared_attr.directive",
    ),
    Symptom(
        r"Table '(?P<table>[^']+)' is already defined for this MetaData",
        "the table {table} is defined twice",
        "keep one class per table, and import its module under one name only",
    ),
    Symptom(
        r'ondelete="SET NULL" requires nullable=True',
        'ondelete="SET NULL" needs a column that can be NULL',
        "annotate the field with `| None`, or choose CASCADE or RESTRICT",
    ),
    Symptom(
        r"%\(constraint_name\)s token requires",
        "a CHECK constraint has no name, and the naming convention needs one",
        'name it: CheckConstraint(..., name="what_it_checks")',
    ),
    Symptom(
        r"does not have a __table__ or __tablename__",
        "it has no table",
        "give it __tablename__, or __abstract__ = True if it is a base",
    ),
    Symptom(
        r"annotation for \"\w+\.\w+\" can't be correctly interpreted",
        "the annotation of a mapped attribute is not Mapped[...]",
        "write Mapped[{annotation}], or ClassVar[...] if it is no column",
    ),
    Symptom(
        r"name '(?P<name>\w+)' is not defined",
        "the name {name} is not defined",
        "import {name}, or write it in quotes if it is a model that is defined later",
    ),
    Symptom(
        r"Attribute name '(?P<field>\w+)' is reserved",
        "the attribute name {field} is reserved by SQLAlchemy",
        'rename the attribute, and keep the column: sa_column_kwargs={{"name": "{field}"}}',
    ),
)
"""Errors while a class is made."""

MAPPER_SYMPTOMS: Final = (
    Symptom(
        r"Mapper\[(?P<model>\w+)\(.*?seems to be using a generic class.*?\"(?P<field>\w+): Mapped",
        "the relationship cannot read its annotation, which is a text",
        "remove `from __future__ import annotations` from the module; quote only the other model's name",
    ),
    Symptom(
        r"Mapper\[(?P<model>\w+)\(.*?expression '(?P<name>[^']+)' failed to locate a name",
        "a relationship leads to {name}, which no loaded model is named",
        "correct the name, or load the module that defines {name} as well",
    ),
    Symptom(
        r"Mapper\[(?P<model>\w+)\(\w+\)\]' has no property '(?P<name>\w+)'",
        "another model's relationship says back_populates={name!r}, and there is no such relationship",
        "add the relationship {name} to {model}, or correct back_populates on the other side",
    ),
    Symptom(
        r"on relationship (?P<model>\w+)\.(?P<field>\w+) - there are no foreign keys",
        "no foreign key joins the two tables of the relationship",
        "add the foreign key column, or link_model for many-to-many",
    ),
    Symptom(
        r"on relationship (?P<model>\w+)\.(?P<field>\w+) - there are multiple foreign key paths",
        "several foreign keys join the two tables of the relationship",
        'say which: Relationship(sa_relationship_kwargs={{"foreign_keys": "[...]"}})',
    ),
    Symptom(
        r"Could not determine join condition.*?on relationship (?P<model>\w+)\.(?P<field>\w+)",
        "it is not clear how the two tables of the relationship are joined",
        "give the relationship its primaryjoin",
    ),
)
"""Errors while relationships are resolved, after all classes are made."""
