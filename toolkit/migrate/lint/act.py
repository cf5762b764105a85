"""An act: one statement of a revision, with what it does and the world it meets.

Invariant: an act is a value; its `before` is the world as the statements of earlier revisions and of this one
have left it, and its verdict is the lock matrix's, asked with what that world knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from toolkit.migrate.lint.live import Live
from toolkit.migrate.lint.world import World, after
from toolkit.sql.classify import Classified, Part, StatementKind, classify
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.locks.verdict import PartVerdict, Verdicts, verdict_of
from toolkit.sql.parse import Statement, parse_script

NO_SETTINGS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Written:
    """A text of SQL as a revision or a file has it; one statement or several."""

    sql: str
    line: int | None = None
    """Of the file it comes from, from 1; for a statement of a revision, that of the call."""
    autocommit: bool = False
    """Whether each statement commits by itself."""
    begins: bool = False
    """Whether a new transaction begins with it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A text that PostgreSQL's grammar does not read."""

    written: int
    """Which of the texts, from 0."""
    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """One statement."""

    number: int
    """In its revision, from 0."""
    written: int
    """Which of the texts it comes from, from 0."""
    revision: str
    line: int | None
    transaction: int | None
    """Which transaction of the revision it is part of; None if it commits by itself."""
    classified: Classified
    verdicts: Verdicts
    before: World
    after: World
    settings: Mapping[str, str]
    """What `SET` said before, by lower-case name, and still holds."""
    major: int
    live: Live | None = field(default=None, repr=False)

    @property
    def statement(self) -> Statement:
        """The parsed statement."""
        return self.classified.statement

    @property
    def text(self) -> str:
        """The statement's text."""
        return self.statement.text

    @property
    def parts(self) -> Iterator[tuple[Part, PartVerdict]]:
        """Its parts with the verdict on each."""
        return zip(self.classified.parts, self.verdicts.parts, strict=True)

    def of(self, *kinds: StatementKind) -> Iterator[Part]:
        """Its parts of the given kinds."""
        return (part for part in self.classified.parts if part.kind in kinds)


@dataclass(slots=True)
class _Session:
    """Settings and transactions along a revision."""

    transaction: int = 0
    in_block: bool = False
    """Whether a text's own BEGIN is open."""
    lasting: dict[str, str] = field(default_factory=dict)
    local: dict[str, str] = field(default_factory=dict)

    def place(self, autocommit: bool) -> int | None:
        """The transaction that the next statement is part of."""
        return None if autocommit and not self.in_block else self.transaction

    def hear(self, statement: Statement, autocommit: bool) -> None:
        """What a statement changes about the session."""
        if statement.node_type == "TransactionStmt":
            self.hear_transaction(str(statement.node.get("kind")))
        elif statement.node_type == "VariableSetStmt":
            self._set(statement, autocommit)

    def hear_transaction(self, kind: str) -> None:
        """A boundary in the text itself."""
        if kind in ("TRANS_STMT_BEGIN", "TRANS_STMT_START"):
            self.in_block = True
        elif kind in ("TRANS_STMT_COMMIT", "TRANS_STMT_ROLLBACK"):
            self.in_block = False
            self.end()

    def end(self) -> None:
        """The transaction ended."""
        self.transaction += 1
        self.local.clear()

    def _set(self, statement: Statement, autocommit: bool) -> None:
        node = statement.node
        name = str(node.get("name", "")).lower()
        where = self.local if node.get("is_local") else self.lasting
        if node.get("is_local") and autocommit and not self.in_block:
            return
        if node["kind"] == "VAR_SET_VALUE" and node.get("args"):
            where[name] = _value(node["args"][0].get("A_Const", {}))
        elif node["kind"] == "VAR_RESET_ALL":
            self.lasting.clear()
        else:
            where.pop(name, None)


def _value(constant: Mapping[str, Mapping[str, object]]) -> str:
    for content in constant.values():
        if isinstance(content, Mapping):
            return next((str(one) for one in content.values()), "0")
    return ""


def acts_of(
    texts: Sequence[Written],
    world: World,
    *,
    revision: str,
    major: int,
    live: Live | None = None,
) -> tuple[tuple[Act, ...], tuple[Unread, ...], World]:
    """The acts of the texts in order, the texts that do not parse, and the world they leave."""
    acts: list[Act] = []
    unread: list[Unread] = []
    session = _Session()
    was_alone = False
    for number, text in enumerate(texts):
        if (text.autocommit and not was_alone and not session.in_block) or text.begins:
            session.end()
        was_alone = text.autocommit
        try:
            statements = parse_script(text.sql)
        except SqlSyntaxError as error:
            unread.append(Unread(number, text.line, error.message))
            continue
        # The server runs several statements of one message in a transaction, whatever the session is in.
        alone = text.autocommit and len(statements) == 1
        if text.autocommit and not alone:
            session.end()
        for statement in statements:
            classified = classify(statement, world)
            then = after(world, statement, revision)
            acts.append(
                Act(
                    number=len(acts),
                    written=number,
                    revision=revision,
                    line=text.line,
                    transaction=session.place(alone),
                    classified=classified,
                    verdicts=verdict_of(classified, major),
                    before=world,
                    after=then,
                    settings={**session.lasting, **session.local},
                    major=major,
                    live=live,
                )
            )
            session.hear(statement, alone)
            world = then
    return tuple(acts), tuple(unread), world


def in_transactions(acts: Iterable[Act]) -> Iterator[tuple[Act, ...]]:
    """The acts of each transaction, those that commit by themselves alone."""
    together: list[Act] = []
    for act in acts:
        if together and (act.transaction is None or act.transaction != together[0].transaction):
            yield tuple(together)
            together = []
        if act.transaction is None:
            yield (act,)
        else:
            together.append(act)
    if together:
        yield tuple(together)
