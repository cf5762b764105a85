"""The closed sets of words of a mapping file: shapes, forms, modes and policies, each with its meaning."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

Constant = bool | int | Decimal | str | datetime | date | time
"""A value written in the mapping file itself."""

Shape = Literal[
    "auto",
    "array",
    "ndjson",
    "concatenated",
    "keyed",
    "grouped",
    "document",
    "csv",
    "tinydb",
    "json-server",
    "mongo",
]

Form = Literal[
    "text",
    "int",
    "decimal",
    "float",
    "bool",
    "uuid",
    "objectid",
    "date",
    "datetime",
    "epoch-s",
    "epoch-ms",
    "epoch-us",
    "epoch-ns",
    "json",
    "json-text",
    "base64",
    "base64url",
    "hex",
    "data-uri",
    "python-bytes",
    "byte-list",
    "server",
]
"""How a value is written in the source, where the column's type alone does not say it."""

Conflict = Literal["error", "skip", "update-changed", "replace", "insert-missing"]
"""What becomes of a row that is in the table already, found by its primary key or by `match`.

`error` rejects it. `skip` leaves the stored row as it is; where the two differ, that is counted.
`update-changed` writes the mapped columns of rows that differ and does not touch equal ones. `replace` makes
the stored row what a new one would be: mapped columns from the source, the others from their defaults.
`insert-missing` leaves the stored row as it is without comparing, also one that another session writes
meanwhile.
"""

Assign = Literal["same", "uuid5", "serial"]
"""How a legacy key becomes a key: kept; a uuid made from it; the next number of the column's own sequence,
which stands behind `serial` and identity columns alike."""

Mode = Literal["atomic", "batched"]
"""One transaction for all of the import, or one for each `batch_rows` rows, with a checkpoint in each."""

OnError = Literal["refuse", "reject"]
"""With rows that do not fit: write nothing, or write the others."""

Duplicates = Literal["reject", "first", "last", "sum"]
"""What becomes of rows of the input that share a key but not all their values.

`reject` rejects all of them, since nothing says which one is right, and so the order of the input does not
decide. `first` and `last` keep that one in the order of the source, of those that fit by themselves. `sum`
keeps one and adds up the columns that the table's `sum` names; where other columns differ, all are rejected.
Rows that agree in every column are one row and counted, whatever is said here.
"""
