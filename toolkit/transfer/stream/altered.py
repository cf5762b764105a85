"""What the mapping altered in blocks: counted, with the first examples in the order of the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.transfer.judge.altered import EXAMPLES, AlteredColumn, AlteredValue
from toolkit.transfer.stream.exact import Judged
from toolkit.transfer.stream.prepare import Prepared


@dataclass(frozen=True, slots=True)
class Altered:
    """One rule that altered values of one column."""

    table: str
    column: str
    rule: str
    count: int
    examples: tuple[tuple[int, AlteredValue], ...] = ()
    """The first ones, each with the ordinal of its row."""

    def told(self) -> AlteredColumn:
        """The same for a report."""
        examples = tuple(example for _, example in self.examples)
        return AlteredColumn(self.table, self.column, self.rule, self.count, examples)


def added_up(some: Iterable[Altered]) -> list[Altered]:
    """One for each column and rule."""
    whole: dict[tuple[str, str], Altered] = {}
    for one in some:
        old = whole.get((one.column, one.rule))
        if old is not None:
            examples = sorted([*old.examples, *one.examples], key=lambda example: example[0])[:EXAMPLES]
            one = Altered(one.table, one.column, one.rule, old.count + one.count, tuple(examples))
        whole[one.column, one.rule] = one
    return list(whole.values())


def altered_exactly(judged: Judged) -> list[Altered]:
    """What was altered in records that the exact judge saw."""
    found = judged.book.altered
    ordinals = {str(row.place): row.ordinal for row in judged.rows} if found else {}
    return [
        Altered(
            one.table,
            one.column,
            one.rule,
            one.count,
            tuple((ordinals[example.where], example) for example in one.examples),
        )
        for one in found
    ]


def altered_natively(
    table: str,
    block: Prepared,
    shown: Callable[[str, str], int],
    judge: Callable[[Sequence[int]], Judged],
) -> list[Altered]:
    """What was altered in the accepted rows of a block.

    `shown` tells how many examples there are already; if too few, `judge` makes more of some rows.
    """
    firsts: Mapping[tuple[str, str], Sequence[int]] = {
        rule: rows[:EXAMPLES] for rule, rows in block.noted.items() if rows and shown(*rule) < EXAMPLES
    }
    examples: dict[tuple[str, str], tuple[tuple[int, AlteredValue], ...]] = {}
    if firsts:
        judged = judge(sorted({at for rows in firsts.values() for at in rows}))
        examples = {(one.column, one.rule): one.examples for one in altered_exactly(judged)}
    return [
        Altered(table, *rule, len(rows), examples.get(rule, ()) if rule in firsts else ())
        for rule, rows in block.noted.items()
        if rows
    ]
