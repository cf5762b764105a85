"""The mapping file as values: which source value becomes which column of which table.

The format is described for people in `docs/mapping.md`. Invariants: an unknown key is an error, nothing that
is not written in the file is done, and no input value appears in a validation message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from toolkit.transfer.mapping.column import ColumnRule, ColumnSource, ParentColumn, Path, Rule
from toolkit.transfer.mapping.paths import FieldPath, RowPointer, field_path
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
from toolkit.transfer.sources.options import CsvRules, ReadOptions

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


def _rows(value: object) -> object:
    return RowPointer.parse(value) if isinstance(value, str) else value


Rows = Annotated[RowPointer, BeforeValidator(_rows)]
Word = str | int | bool


class CsvRule(Rule):
    """How a CSV source is written. Cells are texts or NULL, whatever they look like."""

    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """None: found in the header line, and said."""
    quote: str = Field(default='"', min_length=1, max_length=1)
    header: tuple[str, ...] | None = None
    """The names of the columns; None: the first row has them."""
    null: str = ""
    """An unquoted cell with this text is NULL; a quoted one never is."""


class SourceRule(Rule):
    """One source: a file beside the mapping, or `module:attribute`."""

    location: str | None = Field(default=None, alias="from")
    """Relative to the mapping file. None: given on the command line or in the call."""
    shape: Shape = "auto"
    timezone: str | None = None
    """The zone of date-times that name none. None: such date-times are rejected for a column with zone."""
    encoding: str | None = None
    """A codec such as `latin-1`. None: UTF-8, or what the byte order mark says."""
    csv: CsvRule = CsvRule()
    cut: Literal["refuse", "reject"] = "refuse"
    """Input that ends in the middle of a record: refused as a whole, or the last record is rejected."""
    duplicate_keys: Literal["reject", "first", "last"] = "reject"
    """Which value counts where one object has a key twice."""
    relaxed: bool = False
    """Whether JSON may have comments and a comma behind the last element."""
    unmatched: Literal["error", "ignore"] = "error"
    """Rows that the `where` of no table takes."""
    ignore: tuple[Path, ...] = ()
    """Fields of the document's top level that nobody maps."""

    @property
    def reading(self) -> ReadOptions:
        """What is said here about how to read the source."""
        rules = CsvRules(self.csv.delimiter, self.csv.quote, self.csv.header, self.csv.null)
        on_cut: Literal["raise", "flaw"] = "raise" if self.cut == "refuse" else "flaw"
        return ReadOptions(self.encoding, rules, on_cut, self.duplicate_keys, self.relaxed)


class KeyRule(Rule):
    """How legacy keys become keys of the table."""

    legacy: Path | None = None
    """Where the legacy key stands; may be `@key`. None: no row has one, so that others can refer to it by
    `parent` and `by` only; `uuid5` then makes the key from the `distinct` columns."""
    to: str
    assign: Assign = "same"
    """`same` keeps the legacy key; `uuid5` makes the same new uuid from it each time; `serial` draws a number
    from the column's sequence."""


class Reconcile(Rule):
    """What the report proves about a table beyond counts and checksum."""

    sums: tuple[str, ...] = ()
    """Numeric columns whose totals are compared."""
    group_by: str | None = None
    """A column for whose every value counts and sums are compared: the owner's, most often."""


class TableRule(Rule):
    """One target table: its rows, its key, its columns."""

    into: str | None = None
    """`schema.table` or `table`; None: the name of the section."""
    source: str | None = None
    """Which source; None: the only one."""
    rows: Rows
    where: dict[str, Word | tuple[Word, ...]] = Field(default_factory=dict)
    """Only rows that have one of these values in each of these fields, which are written as paths."""
    key: KeyRule | None = None
    match: tuple[str, ...] = ()
    """Columns by which a row of the database is taken for the same: its key is used instead of a new one."""
    distinct: tuple[str, ...] = ()
    """Rows that agree in these columns are one row."""
    duplicates: Duplicates = "reject"
    """What becomes of rows of the input that share a key but not all their values."""
    sum: tuple[str, ...] = ()
    """With `duplicates = "sum"`: the columns that are added up."""
    conflict: Conflict = "error"
    """What becomes of a row that is in the table already."""
    stub: dict[str, Constant] | None = None
    """The columns of a row that is made because others refer to it and nobody has it."""
    reconcile: Reconcile = Reconcile()
    ignore: tuple[Path, ...] = ()
    columns: dict[str, ColumnRule] = Field(default_factory=dict)

    @property
    def conditions(self) -> tuple[tuple[FieldPath, tuple[Word, ...]], ...]:
        """`where`, as paths and the values that each may have."""
        return tuple(
            (field_path(path), words if isinstance(words, tuple) else (words,))
            for path, words in self.where.items()
        )

    @model_validator(mode="after")
    def _coherent(self) -> TableRule:
        for path in self.where:
            field_path(path)
        if self.key is not None:
            if self.key.to in self.columns:
                raise ValueError(f"column {self.key.to!r} has its value from 'key'; take it out of 'columns'")
            if self.key.legacy is None and not (
                self.key.assign == "serial" or (self.distinct and self.key.assign == "uuid5")
            ):
                raise ValueError(
                    "'key' without 'legacy' needs 'distinct' and assign = \"uuid5\", or \"serial\""
                )
            if self.key.to in self.distinct or self.key.to in self.match:
                raise ValueError("'distinct' and 'match' cannot name the key that is made from them")
        if not self.columns and self.key is None:
            raise ValueError("no column is mapped")
        if (self.duplicates == "sum") != bool(self.sum):
            raise ValueError("duplicates = \"sum\" and 'sum' = [...] go together")
        for word in ("distinct", "match", "sum"):
            for name in getattr(self, word):
                if name not in self.columns:
                    raise ValueError(f"{word!r} names {name!r}, which is no column of this table")
        return self


class Policy(Rule):
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
    undo: bool | None = None
    """Whether the ledger keeps what undoing the import needs. None: for imports that are not large."""


class TransferMapping(Rule):
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
