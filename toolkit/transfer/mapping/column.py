"""The rule of one column: where its value comes from and how it is read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from toolkit.transfer.mapping.formats import format_problem
from toolkit.transfer.mapping.paths import FieldPath, parse_pointer
from toolkit.transfer.mapping.words import Constant, Form


def _path(value: object) -> object:
    return FieldPath.parse(value) if isinstance(value, str) else value


Path = Annotated[FieldPath, BeforeValidator(_path)]


class Rule(BaseModel):
    """What all parts of a mapping keep to: unknown keys are errors, and no value is in a message."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        populate_by_name=True,
    )


class Replacement(Rule):
    """A text that stands for a character that no text can hold."""

    replace: str


class Use(Rule):
    """A stated value for references that lead nowhere."""

    use: str | int


class ColumnRule(Rule):
    """How one column gets its value.

    From one of `from`, `const`, `parent`, `ref` (with `from` or `by`), `refs` (with `from` and `ref_type`),
    `lookup` (with `by`), `rest`.
    """

    path: Path | None = Field(default=None, alias="from")
    const: Constant | None = None
    parent: str | None = None
    """The enclosing row's table; the value is its key, or its `column`."""
    column: str | None = None
    ref: str | None = None
    """Another table of this mapping; the value found is a legacy key of it. For an array column: a list."""
    refs: dict[str, str] | None = None
    """With `ref_type`: which table a legacy key belongs to, by the word that stands there."""
    ref_type: Path | None = None
    by: dict[str, ColumnSource] | None = None
    """With `ref` or `lookup`: find the row by these of its columns instead of by its legacy key."""
    lookup: str | None = None
    """A table of the database; the value is the primary key, or the `column`, of the row found by `by`."""
    rest: bool = False
    """All fields of the record that nothing maps or ignores, as one JSON object."""
    inside: dict[str, str] | None = None
    """For JSON: where in it legacy keys stand (JSON Pointers, `*` for each) and of which table."""
    unknown: Literal["reject", "null", "stub"] | Use = "reject"
    """What becomes of a reference that leads to no row: the row is rejected, the column is NULL, the parent
    is made from its table's `stub`, or this other one is used."""

    form: Form | None = Field(default=None, alias="as")
    formats: tuple[str, ...] = ("iso",)
    zone: str | None = None
    to_zone: str | None = None
    gap: Literal["reject", "shift"] = "reject"
    """A local time that a clock change skips: `shift` moves it by as much as the clocks were moved."""
    overlap: Literal["reject", "earlier", "later"] = "reject"
    """A local time that a clock change repeats."""
    plausible: tuple[int, int] = (1900, 2200)
    """The years, first and last, between which the moment of an epoch number must lie."""
    true: tuple[str | int, ...] | None = None
    false: tuple[str | int, ...] | None = None
    enum: dict[str, str] | None = None
    trim: bool = False
    case: Literal["lower", "upper"] | None = None
    normal: Literal["NFC", "NFD", "NFKC", "NFKD"] | None = None
    """The Unicode normal form into which texts are brought."""
    scale: Literal["reject", "half-even"] = "reject"
    """More digits after the point than the column holds."""
    truncate: bool = False
    """Cut what the column cannot hold: characters, a time of day, digits of a second."""
    not_finite: Literal["reject", "keep", "null"] = "reject"
    """NaN and the infinities; only a float column can keep them."""
    nul: Literal["reject", "strip"] | Replacement = "reject"
    """The character U+0000."""
    surrogates: Literal["reject"] | Replacement = "reject"
    """Half of a surrogate pair."""
    wrap: bool = False
    """A scalar in an array column becomes a list of one."""
    none: tuple[str | int | bool, ...] = ()
    """Values that mean NULL; an empty text is written `""`."""
    empty: Literal["keep", "null"] = "keep"
    """An empty text, after `trim`."""
    null: Literal["null", "json", "missing"] = "null"
    """What a null in the source is: NULL, JSON's null, or the same as no field at all."""
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
        self._one_source()
        if (self.true is None) != (self.false is None):
            raise ValueError("'true' and 'false' are given together")
        problem = format_problem(self.formats)
        if problem:
            raise ValueError(problem)
        if self.default is not None and self.required:
            raise ValueError("'required' and 'default' contradict each other")
        if self.plausible[0] > self.plausible[1]:
            raise ValueError("'plausible' names the first year and then the last")
        for pointer in self.inside or {}:
            if pointer and not pointer.startswith("/"):
                raise ValueError(f"'inside' names {pointer!r}, which is no JSON Pointer such as '/owner'")
        if self.unknown == "stub" and self.ref is None:
            raise ValueError("unknown = \"stub\" needs 'ref'")
        return self

    def _one_source(self) -> None:
        if (
            self.rest
            and [self.path, self.const, self.parent, self.ref, self.refs, self.lookup].count(None) != 6
        ):
            raise ValueError("'rest' goes with no other source of the value")
        if self.refs is not None:
            if self.ref_type is None or self.path is None or self.ref is not None:
                raise ValueError("'refs' needs 'ref_type' and 'from', and no 'ref'")
        elif self.ref_type is not None:
            raise ValueError("'ref_type' needs 'refs'")
        if self.lookup is not None:
            if not self.by or [self.path, self.const, self.parent, self.ref, self.refs].count(None) != 5:
                raise ValueError("'lookup' needs 'by' and no other source of the value")
        elif self.ref is not None:
            if (self.path is None) == (self.by is None) or self.const is not None or self.parent is not None:
                raise ValueError("'ref' needs either 'from' or 'by', and no 'const' or 'parent'")
        elif self.by is not None:
            raise ValueError("'by' needs 'ref' or 'lookup'")
        elif not self.rest and [self.path, self.const, self.parent].count(None) != 2:
            raise ValueError("say exactly one of 'from', 'const', 'parent', 'ref', 'lookup', 'rest'")
        if self.column is not None and self.parent is None and self.lookup is None:
            raise ValueError("'column' needs 'parent' or 'lookup'")

    def inner_references(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """`inside`, as tokens and tables."""
        return tuple((parse_pointer(pointer), table) for pointer, table in (self.inside or {}).items())


class ParentColumn(Rule):
    """Inside `by`: a column of the enclosing row."""

    parent: str
    column: str | None = None


ColumnSource = Annotated[Path, Field()] | ParentColumn
ColumnRule.model_rebuild()
