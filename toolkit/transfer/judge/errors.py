"""What the judge refuses before it judges a row."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.errors import RunFailedError, UsageError


@dataclass(frozen=True, slots=True)
class CollidingField:
    """Two fields of one object that are spellings of one name, of which at least one is not mapped."""

    table: str
    field: str
    other: str
    where: str
    """The first record that has both."""


@dataclass(eq=False)
class NameCollisionError(UsageError):
    """Records have two fields whose names differ only in case, separators or Unicode form."""

    code = "E192"

    fields: tuple[CollidingField, ...]

    @property
    def sentence(self) -> str:
        first = self.fields[0]
        more = f", and {len(self.fields) - 1} more such pairs" if len(self.fields) > 1 else ""
        return (
            f"Fields {first.field!a} and {first.other!a} for {first.table} are spellings of one name "
            f"(first at {first.where}), and not both are mapped{more}."
        )

    @property
    def hint(self) -> str:
        rest = "".join(f"\n  {item.table}: {item.field!a}, {item.other!a}" for item in self.fields[1:])
        return f"Map or ignore each of them by its own spelling; nothing was written.{rest}"


@dataclass(eq=False)
class SequenceExhaustedError(RunFailedError):
    """A sequence has not as many numbers left as rows need."""

    code = "E479"

    sequence: str
    needed: int
    reason: str

    @property
    def sentence(self) -> str:
        return f"Sequence {self.sequence} does not give {self.needed} numbers: {self.reason}."

    @property
    def hint(self) -> str:
        return "Widen the column and its sequence. Nothing was written."
