"""What is asked for: which rows, in which order, how many, from where on; and how people spell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from toolkit.schema.rows.errors import RowRequestError
from toolkit.schema.rows.source import RowColumn, RowSource

PAGE_SIZE: Final = 50
LARGEST_PAGE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Equals:
    """Rows whose column has this value; None stands for NULL."""

    column: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Sorted:
    """Sort by a column."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class RowRequest:
    """A page of rows. Values are texts as the server reads and writes them."""

    where: tuple[Equals, ...] = ()
    sort: tuple[Sorted, ...] = ()
    size: int = PAGE_SIZE
    after: str | None = None
    """The cursor of the page before."""
    cell_limit: int | None = None
    """Characters of a value that are fetched at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """One column of the complete order."""

    column: RowColumn
    descending: bool = False


def order_of(source: RowSource, request: RowRequest) -> tuple[Step, ...]:
    """The asked order, made unambiguous by the source's place. Raises `RowRequestError`."""
    steps: dict[str, Step] = {}
    for wanted in request.sort:
        column = source.column(wanted.column)
        if not column.comparable:
            raise RowRequestError(
                str(source.relation), f"values of type {column.type} have no order, so not by {column.name!r}"
            )
        steps.setdefault(column.name, Step(column, wanted.descending))
    for column in source.place:
        steps.setdefault(column.name, Step(column))
    return tuple(steps.values())


def equals(source: RowSource, text: str) -> Equals:
    """`COLUMN=VALUE` as a filter. A column whose name holds `=` is found too. Raises `RowRequestError`."""
    cuts = [place for place, letter in enumerate(text) if letter == "="]
    for cut in reversed(cuts):
        if any(column.name == text[:cut] for column in source.columns):
            return Equals(text[:cut], text[cut + 1 :])
    if not cuts:
        raise RowRequestError(str(source.relation), f"{text!r} is not COLUMN=VALUE")
    return Equals(source.column(text[: cuts[0]]).name, text[cuts[0] + 1 :])


def sorted_by(text: str) -> Sorted:
    """`COLUMN`, or `-COLUMN` for the greatest first."""
    return Sorted(text.removeprefix("-"), text.startswith("-"))
