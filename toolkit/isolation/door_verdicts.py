"""Verdicts on the ways past the tables: a row of the verdict table for each that is open to the role.

Told from the catalog, from definitions and policies; what a definition does beyond what is understood stays
UNKNOWN. A view counts as what it reads, as the role that it reads it as.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from toolkit.isolation import judge
from toolkit.isolation.catalog import Catalog
from toolkit.isolation.definition import Definition, read_definition
from toolkit.isolation.doorways import Door
from toolkit.isolation.grounds import OwnedTable, sql_table
from toolkit.isolation.judge import Bench
from toolkit.isolation.rulebook import Rulebook
from toolkit.isolation.verdict import BADNESS, Cell, Verb, Verdict
from toolkit.models.shapes import split_table_name

Answer = tuple[Verdict, str]
_WRITES: Final = {Verb.INSERT: 8, Verb.UPDATE: 4, Verb.DELETE: 16}
"""The bits of `pg_relation_is_updatable`."""
_DEEPEST: Final = 20


@dataclass(slots=True)
class Doorman:
    """Judges doors from what is known of the tables behind them."""

    catalog: Catalog
    rules: Rulebook
    doors: Mapping[str, Door]
    cells: Mapping[tuple[str, Verb], Cell]
    _books: dict[str, Rulebook] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: Catalog, rules: Rulebook, doors: Iterable[Door], cells: Iterable[Cell]) -> Doorman:
        """For these doors, and the cells of the tables."""
        return cls(catalog, rules, {door.name: door for door in doors}, {(c.table, c.verb): c for c in cells})

    def answers(self) -> Iterator[Cell]:
        """A cell for each open door and verb; a partition that the role may not touch has none."""
        for door in self.doors.values():
            if door.is_open and not self._holds_nothing(door):
                for verb in Verb:
                    verdict, reason = self._answer(door, verb)
                    yield Cell(door.name, verb, verdict, reason, {"owner": door.owner}, kind=door.kind)

    def _holds_nothing(self, door: Door) -> bool:
        """Whether nothing behind it belongs to a user: shared tables, and the server's own relations."""
        grounds = self.rules.grounds
        if door.kind in ("function", "foreign table", "partition"):
            return door.parent in grounds.shared
        behind = {name for name in door.reads if name not in grounds.shared and not _is_server(name)}
        return not door.calls and all(
            name in self.doors and self._holds_nothing(self.doors[name]) for name in behind
        )

    def _answer(self, door: Door, verb: Verb) -> Answer:
        if verb is Verb.REFERENCES and door.kind != "function":
            return self._conditional((Verdict.HELD, "no key of its own leads anywhere"))
        if door.kind == "function":
            return self._function(door, verb)
        if not _may(door, verb):
            return self._conditional((Verdict.HELD, f"the role has no right to {verb.value}"))
        if door.kind == "foreign table":
            return Verdict.UNKNOWN, "another server decides what comes of it"
        if door.kind == "partition":
            return self._partition(door, verb)
        if verb is Verb.READ:
            return self._conditional(self._reading(door, self.rules.subject.role or "", 0))
        return self._conditional(self._writing(door, verb))

    def _conditional(self, answer: Answer) -> Answer:
        ways = self.rules.subject.exempt_ways
        if answer[0] is Verdict.HELD and ways:
            return Verdict.CONDITIONAL, f"{answer[1]}, as long as no statement becomes {', '.join(ways)}"
        return answer

    def _partition(self, door: Door, verb: Verb) -> Answer:
        parent = self.rules.grounds.table(door.parent or "")
        if parent is None:
            return Verdict.UNKNOWN, "nobody said whose rows these are"
        schema, name = split_table_name(door.name)
        table = replace(parent, shape=replace(parent.shape, schema=schema, table=name))
        security, policies = self.catalog.tables([door.name]), self.catalog.policies([door.name])
        book = replace(
            self.rules,
            security={**self.rules.security, **security},
            policies=(*self.rules.policies, *policies),
        )
        bench = Bench(table, self.rules.subject, security.get(door.name), policies, book)
        decided = judge.by_catalog(bench, verb)
        if decided is not None:
            return decided.verdict, decided.reason
        found = book.loose(table, verb)
        if found.rows or found.values:
            names = ", ".join(dict.fromkeys((*found.rows, *found.values)))
            return Verdict.UNKNOWN, f"{names} may let others through; it was not tried under this name"
        cell = bench.closed(verb, "every policy of its own binds each row to the acting user")
        return cell.verdict, cell.reason

    def _function(self, door: Door, verb: Verb) -> Answer:
        unknown = Verdict.UNKNOWN, f"it acts as {door.owner}, and what it does was not followed"
        if verb is not Verb.READ or door.definition is None:
            return unknown
        found = read_definition(_only_statement(door.definition), calls=False)
        if found is None or not (found.for_everybody and found.rows):
            return unknown
        owned = [t for name in found.relations if (t := self._named(name)) is not None]
        if owned and found.unconditional and self._ignores_policies(owned[0].name, door.owner):
            return Verdict.LEAK, f"it gives every row of {owned[0].name}, as {door.owner}"
        return unknown

    def _reading(self, door: Door, reader: str, depth: int) -> Answer:
        """What a reader gets through a view, a stored one too."""
        if depth > _DEEPEST:
            return Verdict.UNKNOWN, "views lead through too many views"
        stored = door.kind == "materialized view"
        role = door.owner if stored or not door.invoker else reader
        found = read_definition(door.definition or "", calls=door.calls)
        if found is None or door.calls:
            return Verdict.UNKNOWN, "what its query does was not understood"
        answers = [self._base(door, found, name, role, depth, stored=stored) for name in door.reads]
        return max(answers, key=lambda each: BADNESS[each[0]], default=(Verdict.HELD, "it reads no table"))

    def _base(
        self, door: Door, found: Definition, name: str, role: str, depth: int, *, stored: bool
    ) -> Answer:
        """What comes of one relation that a view reads as a role."""
        grounds = self.rules.grounds
        if name in grounds.shared or _is_server(name):
            return Verdict.HELD, f"{name} is shared"
        table = grounds.table(name)
        if table is None:
            inner = self.doors.get(name)
            if inner is None or inner.kind not in ("view", "materialized view"):
                return Verdict.UNKNOWN, f"nobody said whose rows {name} holds"
            verdict, reason = self._reading(inner, role, depth + 1)
            return _unless_filtered(found, (verdict, f"through {name}: {reason}"))
        if stored:
            if found.rows:
                return Verdict.LEAK, f"it keeps rows of {name}, the same for every user"
            return Verdict.UNKNOWN, f"it keeps sums over the rows of {name}, the same for every user"
        if self._ignores_policies(name, role):
            return self._own_filter(door, found, table, role)
        if role == self.rules.subject.role:
            cell = self.cells[name, Verb.READ]
            answer = cell.verdict, f"it reads {name} as the user who asks: {cell.reason}"
            return _unless_filtered(found, answer)
        return self._by_policies(table, role, Verb.READ)

    def _by_policies(self, table: OwnedTable, role: str, verb: Verb) -> Answer:
        loose = self._book(role).loose(table, verb)
        names = ", ".join(dict.fromkeys((*loose.rows, *loose.values)))
        if names:
            return Verdict.UNKNOWN, f"for {role}, {names} of {table.name} may let others through"
        return Verdict.HELD, f"the policies of {table.name} bind {role}, as which it acts"

    def _own_filter(self, door: Door, found: Definition, table: OwnedTable, role: str) -> Answer:
        """What a view's own condition is worth where no policy binds the role that reads."""
        past = f"it reads {table.name} as {role}, past every policy"
        if found.for_everybody and found.rows and table.name in found.relations:
            if found.unconditional:
                return Verdict.LEAK, f"{past}, and gives every user the same rows"
            return self._same_for_all(door, past)
        if len(door.reads) == 1 and self._condition_binds(found, table, role):
            if door.barrier:
                return Verdict.HELD, f"{past}, but its own condition binds each row to the acting user"
            return (
                Verdict.CONDITIONAL,
                f"{past}; its own condition binds, as long as no condition of a user runs before it",
            )
        return Verdict.UNKNOWN, f"{past}, and what its own condition lets through was not understood"

    def _same_for_all(self, door: Door, past: str) -> Answer:
        """A view whose condition does not ask who asks: two users with rows in it see each other's."""
        if not self.rules.try_functions or not self.rules.subject.observer_exempt:
            return Verdict.UNKNOWN, f"{past}, and gives every user the same rows; it was not looked into"
        outcome = self.rules.stage.attempt("", f"SELECT FROM {sql_table(door.name)} LIMIT 1")
        if outcome.rows:
            return Verdict.LEAK, f"{past}, and gives every user the same rows"
        return Verdict.CONDITIONAL, f"{past}, as long as its condition gives no row to anybody"

    def _condition_binds(self, found: Definition, table: OwnedTable, role: str) -> bool:
        """Whether a view's own condition binds its rows, where subqueries see what the role sees."""
        if found.condition is None:
            return False
        return self._book(role).condition_binds(found.condition, table, table.path)

    def _writing(self, door: Door, verb: Verb) -> Answer:
        if door.rewritten:
            return Verdict.UNKNOWN, "a rule or trigger says what becomes of it"
        if not door.updatable & _WRITES[verb]:
            return Verdict.HELD, "it cannot be written"
        found = read_definition(door.definition or "", calls=door.calls)
        table = self.rules.grounds.table(door.reads[0]) if len(door.reads) == 1 else None
        if found is None or table is None or found.table is None:
            return Verdict.UNKNOWN, "what a write through it reaches was not followed"
        role = (self.rules.subject.role or "") if door.invoker else door.owner
        if not self._ignores_policies(table.name, role):
            if role == self.rules.subject.role:
                cell = self.cells[table.name, verb]
                answer = cell.verdict, f"it writes {table.name} as the user who asks: {cell.reason}"
                return _unless_filtered(found, answer)
            return self._by_policies(table, role, verb)
        past = f"it writes {table.name} as {role}, past every policy"
        if found.unconditional:
            return Verdict.LEAK, past
        if not self._condition_binds(found, table, role):
            return Verdict.UNKNOWN, f"{past}, and what its own condition lets through was not understood"
        if verb is Verb.DELETE or door.checked:
            return Verdict.CONDITIONAL, f"{past}; its own condition binds, as long as it stays"
        if verb is Verb.INSERT:
            return Verdict.LEAK, f"{past}, and nothing checks the rows that are made"
        return Verdict.UNKNOWN, f"{past}, and nothing checks what rows are changed to"

    def _ignores_policies(self, name: str, role: str) -> bool:
        security = self._book(role).security.get(name)
        exempt = self._book(role).subject.exempt
        return exempt or security is None or not security.enabled or (security.owned and not security.forced)

    def _book(self, role: str) -> Rulebook:
        """The policies as they apply to a role."""
        subject = self.rules.subject
        if role == subject.role:
            return self.rules
        if role not in self._books:
            names = [table.name for table in self.rules.grounds.owned]
            catalog = Catalog(self.catalog.connection, role)
            facts = catalog.is_exempt()
            self._books[role] = replace(
                self.rules,
                subject=replace(subject, role=role, exempt=facts, exempt_ways=()),
                security=catalog.tables(names),
                policies=catalog.policies(names),
                _trust={},
            )
        return self._books[role]

    def _named(self, name: str) -> OwnedTable | None:
        """The one owned table that a name in a function can mean."""
        found = [t for t in self.rules.grounds.owned if name in (t.name, t.shape.table)]
        return found[0] if len(found) == 1 else None


def _unless_filtered(found: Definition, answer: Answer) -> Answer:
    """What comes of a leak behind a query of its own: as much of it as the query lets through."""
    if answer[0] is Verdict.LEAK and not found.unconditional:
        return Verdict.UNKNOWN, f"{answer[1]}; what its own query lets through was not understood"
    return answer


def _only_statement(body: str) -> str:
    """A function's body as one query: without BEGIN ATOMIC, and RETURN as SELECT."""
    text = body.strip()
    if text.upper().startswith("BEGIN ATOMIC"):
        text = text[len("BEGIN ATOMIC") :].rpartition("END")[0]
    elif text.upper().startswith("RETURN"):
        text = "SELECT" + text[len("RETURN") :]
    return text.strip().rstrip(";")


def _is_server(name: str) -> bool:
    return name.startswith(("pg_catalog.", "information_schema."))


def _may(door: Door, verb: Verb) -> bool:
    return {
        Verb.READ: door.can_read,
        Verb.INSERT: door.can_insert,
        Verb.UPDATE: door.can_update,
        Verb.DELETE: door.can_delete,
        Verb.REFERENCES: False,
    }[verb]
