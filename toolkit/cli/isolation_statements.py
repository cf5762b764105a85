"""A saved trace beside verdicts: the option, and what people read of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from toolkit.isolation import Cell
    from toolkit.isolation.statements import StatementAnswer
    from toolkit.isolation.trace import HeardStatements

TraceFile = Annotated[
    Path | None,
    typer.Option(
        "--trace", metavar="FILE", help="What `isolation trace --save FILE` heard, beside the verdicts."
    ),
]


@dataclass(frozen=True, slots=True)
class Statements:
    """What a saved trace says of each cell."""

    heard: HeardStatements
    answers: tuple[StatementAnswer, ...]

    @property
    def doubtful(self) -> tuple[StatementAnswer, ...]:
        """Where a statement is not bound, or not known to be."""
        from toolkit.isolation.statements import doubtful

        return doubtful(self.answers)


def statements_of(cells: Iterable[Cell], path: Path) -> Statements:
    """Raises TraceFileError."""
    from toolkit.isolation.statements import statement_answers
    from toolkit.isolation.trace.heard import load

    heard = load(path)
    return Statements(heard, statement_answers(cells, heard))


def statement_lines(statements: Statements | None) -> Iterator[str]:
    """A line for each doubt, and how much was heard."""
    from toolkit.reports.table import printable

    if statements is None:
        return
    for each in statements.doubtful:
        yield printable(f"statements of {each.table} ({each.verb.value}): {each.says}")
    yield _heard(statements.heard, statements.answers)


def _heard(heard: HeardStatements, answers: Sequence[StatementAnswer]) -> str:
    told = sum(each.verdict is not None for each in answers)
    return (
        f"{heard.statements} statements were heard, {heard.of_users} of them of a user;"
        f" they tell of {told} of {len(answers)} cells."
    )
