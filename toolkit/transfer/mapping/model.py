"""The mapping file as values: which source value becomes which column of which table.

The format is described for people in `docs/mapping.md`. Invariants: an unknown key is an error, nothing that
is not written in the file is done, and no input value appears in a validation message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from toolkit.transfer.mapping.paths import FieldPath, RowPointer
from toolkit.transfer.mapping.words import (
    Assign,
    Conflict,
    Constant,
    Duplicates,
    Form,
    Mode,
    OnError,
    Shape,
)

__all__ = [
    "Assign",
    "ColumnRule",
    "ColumnSource",
    "Conflict",
    "Constant",
    "Duplicates",
    "Form",
    "KeyRule",
    "Mode",
    "OnError",
    "ParentColumn",
    "Policy",
    "Reconcile",
    "Shape",
    "SourceRule",
    "TableRule",
    "TransferMapping",
]

_FORMAT_VERSION = 1


def _path(value: object) -> object:
    return FieldPath.parse(value) if isinstance(value, str) else value


def _rows(value: object) -> object:
    return RowPointer.parse(value) if isinstance(value, str) else value


Path = Annotated[FieldPath, BeforeValidator(_path)]
Rows = Annotated[RowPointer, BeforeValidator(_rows)]


class _Rule(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        populate_by_name=True,
    )


class SourceRule(_Rule):
    """One source: a file beside the mapping, or `module:attribute`."""

    location: str | None = Field(default=None, alias="from")
    """Relative to the mapping file. None: given on the command line or in the call."""
    shape: Shape = "auto"
    timezone: str | None = None
    """The zone of date-times that name none. None: such date-times are rejected for a column with zone."""
    ignore: tuple[Path, ...] = ()
    """Fields of the document's top level that nobody maps."""


class ColumnRule(_Rule):
    """How one column gets its value: one of `from`, `const`, `parent`, `ref` (with `from` or `by`)."""

    path: Path | None = Field(default=None, alias="from")
    const: Constant | None = None
    parent: str | None = None
    """The enclosing row's table; the value is its key, or its `column`."""
    column: str | None = None
    ref: str | None = None
    """Another table of this mapping; the value found is a legacy key of it."""
    by: dict[str, ColumnSource] | None = None
    """With `ref`: find the row by these of its columns instead of by its legacy key."""

    form: Form | None = Field(default=None, alias="as")
    formats: tuple[str, ...] = ("iso",)
    zone: str | None = None
    to_zone: str | None = None
    true: tuple[str | int, ...] | None = None
    false: tuple[str | int, ...] | None = None
    enum: dict[str, str] | None = None
    trim: bool = False
    case: Literal["lower", "upper"] | None = None
    none: tuple[str | int | bool, ...] = ()
    """Values that mean NULL; an empty text is written `""`."""
    default: Constant | None = None
    default_when: Literal["missing", "missing-or-null"] = "missing"
    required: bool | None = None
    """Whether a missing field rejects the row. None: it does when the column must have a value."""
    mask: bool = False
    """Never show a value of this column in a message."""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: object) -> object:
        """`title = "headline"` is short for `title = { from = "headline" }`."""
        return {"from": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _coherent(self) -> ColumnRule:
        if self.ref is not None:
            if (self.path is None) == (self.by is None) or self.const is not None or self.parent is not None:
                raise ValueError("'ref' needs either 'from' or 'by', and no 'const' or 'parent'")
        elif self.by is not None:
            raise ValueError("'by' needs 'ref'")
        elif [self.path, self.const, self.parent].count(None) != 2:
            raise ValueError("say exactly one of 'from', 'const', 'parent', 'ref'")
        if self.column is not None and self.parent is None:
            raise ValueError("'column' needs 'parent'")
        if (self.true is None) != (self.false is None):
            raise ValueError("'true' and 'false' are given together")
        if not self.formats:
            raise ValueError("'formats' is empty")
        for form in self.formats:
            if form != "iso" and not any(year in form for year in ("%Y", "%y", "%G", "%c", "%x")):
                raise ValueError(f"the format {form!r} has no year")
        if self.default is not None and self.required:
            raise ValueError("'required' and 'default' contradict each other")
        return self


class KeyRule(_Rule):
    """How legacy keys become keys of the table."""

    legacy: Path | None = None
    """Where the legacy key stands; may be `@key`. None: the table's `distinct` columns are the key."""
    to: str
    assign: Assign = "same"
    """`same` keeps the legacy key; `uuid5` makes the same new uuid from it each time; `serial` draws a number
    from the column's sequence."""


class Reconcile(_Rule):
    """What the report proves about a table beyond counts and checksum."""

    sums: tuple[str, ...] = ()
    """Numeric columns whose totals are compared."""
    group_by: str | None = None
    """A column for whose every value counts and sums are compared: the owner's, most often."""


class TableRule(_Rule):
    """One target table: its rows, its key, its columns."""

    into: str | None = None
    """`schema.table` or `table`; None: the name of the section."""
    source: str | None = None
    """Which source; None: the only one."""
    rows: Rows
    key: KeyRule | None = None
    distinct: tuple[str, ...] = ()
    """Rows that agree in these columns are one row."""
    duplicates: Duplicates = "reject"
    """What becomes of rows of the input that share a key but not all their values."""
    conflict: Conflict = "error"
    """What becomes of a row that is in the table already."""
    reconcile: Reconcile = Reconcile()
    ignore: tuple[Path, ...] = ()
    columns: dict[str, ColumnRule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _coherent(self) -> TableRule:
        if self.key is not None:
            if self.key.to in self.columns:
                raise ValueError(f"column {self.key.to!r} has its value from 'key'; take it out of 'columns'")
            if self.key.legacy is None and not (self.distinct and self.key.assign == "uuid5"):
                raise ValueError("'key' without 'legacy' needs 'distinct' and assign = \"uuid5\"")
            if self.key.to in self.distinct:
                raise ValueError("'distinct' cannot name the key that is made from it")
        if not self.columns and self.key is None:
            raise ValueError("no column is mapped")
        for name in self.distinct:
            if name not in self.columns:
                raise ValueError(f"'distinct' names {name!r}, which is no column of this table")
        return self


class Policy(_Rule):
    """What the whole run keeps to."""

    mode: Mode = "atomic"
    batch_rows: int = Field(default=10_000, ge=1)
    """Rows of one transaction, with `mode = "batched"`."""
    on_error: OnError = "refuse"
    max_errors: int = Field(default=100, ge=1)
    """With `on_error = "reject"`: how many rejected rows are borne. With one more nothing (else) is written.
    All rows are judged and all reasons counted in any case, so that the limit never hides one."""
    show_errors: int = Field(default=100, ge=1)
    """How many reasons the report lists; all are counted, and all stand in the reject file."""


class TransferMapping(_Rule):
    """A whole mapping file."""

    version: Literal[1]
    policy: Policy = Policy()
    sources: dict[str, SourceRule] = Field(default_factory=dict, alias="source")
    tables: dict[str, TableRule] = Field(alias="table", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _versioned(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and value.get("version", _FORMAT_VERSION) != _FORMAT_VERSION:
            raise ValueError(
                f"'version' is not {_FORMAT_VERSION}; this neonkit reads version {_FORMAT_VERSION} only"
            )
        return value


class ParentColumn(_Rule):
    """Inside `by`: a column of the enclosing row."""

    parent: str
    column: str | None = None


ColumnSource = Annotated[Path, Field()] | ParentColumn
ColumnRule.model_rebuild()
TableRule.model_rebuild()
TransferMapping.model_rebuild()
