"""Functions, procedures and aggregates, operators and casts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from toolkit.schema.objects.base import SchemaObject
from toolkit.schema.objects.grants import Grants
from toolkit.schema.objects.making import quickly_made
from toolkit.schema.objects.names import Key, Kind
from toolkit.sql.quoting import quote_identifier


@dataclass(frozen=True, slots=True)
class _Routine(SchemaObject):
    schema: str
    name: str
    identity: str
    """The argument list that tells overloads apart: `integer, text`."""
    owner: str
    arguments: str
    """The argument list with names, modes and defaults."""

    @property
    def signature(self) -> str:
        """Name and identity arguments, quoted where needed: `add(integer, integer)`."""
        return f"{quote_identifier(self.name)}({self.identity})"

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, self.signature))


@dataclass(frozen=True, slots=True)
class _Code(_Routine):
    language: str
    body: str
    """The source text, or the file of a compiled function."""
    sql_body: str | None = None
    """The parsed body of `BEGIN ATOMIC` or `RETURN`, as the server writes it."""
    symbol_file: str | None = None
    security_definer: bool = False
    settings: tuple[str, ...] = ()
    """`name=value`, from `SET` clauses, in order."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Function(_Code):
    """A function, window functions included."""

    kind: ClassVar[Kind] = Kind.FUNCTION

    returns: str = ""
    volatility: Literal["immutable", "stable", "volatile"] = "volatile"
    parallel: Literal["safe", "restricted", "unsafe"] = "unsafe"
    strict: bool = False
    leakproof: bool = False
    window: bool = False
    cost: float = 100.0
    rows: float = 0.0
    support: str | None = None
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Procedure(_Code):
    """A procedure."""

    kind: ClassVar[Kind] = Kind.PROCEDURE

    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Aggregate(_Routine):
    """An aggregate function."""

    kind: ClassVar[Kind] = Kind.AGGREGATE

    returns: str
    definition: tuple[str, ...]
    """`name=value` of everything `CREATE AGGREGATE` takes, sorted; defaults left out."""
    parallel: Literal["safe", "restricted", "unsafe"] = "unsafe"
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Operator(SchemaObject):
    """A user-made operator."""

    kind: ClassVar[Kind] = Kind.OPERATOR

    schema: str
    name: str
    left: str | None
    right: str | None
    owner: str
    function: str
    result: str
    commutator: str | None = None
    negator: str | None = None
    restrict: str | None = None
    join: str | None = None
    merges: bool = False
    hashes: bool = False

    @property
    def key(self) -> Key:
        return Key(self.kind, (self.schema, f"{self.name} ({self.left or 'NONE'}, {self.right or 'NONE'})"))


@dataclass(frozen=True, slots=True)
class Cast(SchemaObject):
    """A user-made cast."""

    kind: ClassVar[Kind] = Kind.CAST

    source: str
    target: str
    context: Literal["explicit", "assignment", "implicit"]
    method: Literal["function", "inout", "binary"]
    function: str | None = None

    @property
    def key(self) -> Key:
        return Key(self.kind, (f"({self.source} AS {self.target})",))
