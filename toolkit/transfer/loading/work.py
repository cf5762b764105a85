"""One try of one import in one transaction: judge, write, verify, count. The caller owns the transaction."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import psycopg2

from toolkit.cancel import CancelToken
from toolkit.events import Emit, StepFinished, StepStarted, unheard
from toolkit.transfer.errors import LoadRefusedByServerError, RowsSwallowedError
from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.dependants import reject_dependants
from toolkit.transfer.judge.judge import judge_by_server, judge_rows
from toolkit.transfer.judge.pending import is_pending
from toolkit.transfer.judge.plan import Plan, TablePlan, make_plan
from toolkit.transfer.judge.rows import Cell, Row
from toolkit.transfer.ledger import RunRecord
from toolkit.transfer.loading.batches import Portion, portions
from toolkit.transfer.loading.order import Order, Tally
from toolkit.transfer.loading.past import Past
from toolkit.transfer.loading.readback import Readback, comparable, keyed, missing_rows, read_back
from toolkit.transfer.loading.refusal import refused_by_server, reject_refused, require_about_rows
from toolkit.transfer.loading.second_pass import Withheld, fill_later, whole_again, withheld
from toolkit.transfer.loading.sequences import MovedSequence, move_sequences
from toolkit.transfer.loading.settled import Done, outcomes
from toolkit.transfer.loading.update import mark_unchanged
from toolkit.transfer.loading.write import Writer
from toolkit.transfer.reconcile.figures import counts_by_group
from toolkit.transfer.report import Outcome
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.undo.keeping import Keeping


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found of the rows of one section, of one transaction."""

    found: Readback
    skipped_differing: int | None
    """Skipped rows that differ from the source; None where that is not looked at."""


class Work:
    """The import under way. `plan` and `book` are there once it is judged."""

    plan: Plan
    book: Book

    def __init__(
        self,
        wire: Wire,
        order: Order,
        emit: Emit,
        cancel: CancelToken,
        earlier: RunRecord | None = None,
    ) -> None:
        """`earlier` is the run that imported the same file by the same mapping to its end."""
        self.wire = wire
        self.earlier = earlier
        self.order = order
        self.terms = order.terms
        self.tallies: dict[str, Tally] = {}
        self.sequences: list[MovedSequence] = []
        self.left: list[Portion] = []
        """The portions that are still to be written."""
        self.stands: list[Portion] = []
        """Those of them that stand by now."""
        self.keeping: Keeping | None = None
        """What is kept for undoing the import, if it is."""
        self._emit = emit
        self._cancel = cancel

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections, parents first."""
        return self.plan.fill.order

    @property
    def judged(self) -> bool:
        """Whether all rows are judged."""
        return hasattr(self, "book")

    @property
    def rejected(self) -> int:
        """How many rows and broken records are rejected."""
        return self.book.rejected

    @property
    def refused(self) -> bool:
        """Whether more rows are rejected than the run bears."""
        return bool(self.book.rejects) and self.rejected > self.terms.bears

    @property
    def sizes(self) -> list[int]:
        """How many rows each section has."""
        return [len(rows) for rows in self.book.rows.values()]

    def judge(self, done: Done | None = None, run: str | None = None) -> None:
        """Judge all rows; those of batches that are `done` by `run` only stand for others to refer to."""
        begun = time.monotonic()
        self._emit(StepStarted("judge"))
        rules = self.order.rules
        names = {name: table.into or name for name, table in rules.tables.items()}
        self.plan = make_plan(rules, read_tables(self.wire, names))
        past = Past(self.order, self.plan, self.earlier, done or {}, run)
        keys = past.keys(self.wire)
        self.book = judge_rows(
            self.plan, rules, self.order.contents, self._emit, self._cancel, self.wire, keys
        )
        self.tallies = {name: Tally() for name in self.plan.tables}
        if self.terms.mode == "batched":
            self.left = portions(self.plan, self.book, self.sections, self.terms.batch_rows)

        def take_up() -> None:
            self.left = past.take_up(self.book, self.tallies, self.left)

        judge_by_server(self.plan, self.book, self.wire, self.terms.conflicts, self._cancel, take_up)
        self.left = [*past.made(self.book), *self.left]
        if not self.refused:
            mark_unchanged(self.wire, self.plan, self.terms.conflicts, self.book.rows)
        rows, seconds = sum(self.sizes), time.monotonic() - begun
        self._emit(StepFinished("judge", "failed" if self.book.rejects else "done", f"{rows} rows", seconds))

    def count_before(self) -> None:
        """How many rows each table has, as the connected role sees them."""
        for name, table in self.plan.tables.items():
            tally = self.tallies[name]
            tally.before = tally.after = count(self.wire, table)
            tally.before_by_group = counts_by_group(self.wire, table)

    def standing(self, name: str) -> Counter[str]:
        """What was done to the rows of a section whose batches stand by now, by outcome."""
        return outcomes(row for portion in self.stands for row in portion.rows.get(name, ()))

    def take_counts(self, before: Mapping[str, int]) -> None:
        """Take the counts from before the first batch, as an earlier process found them."""
        for name, rows in before.items():
            self.tallies[name].before = rows

    def count_after(self) -> None:
        """Count again, when other sessions may have written, too."""
        for name, table in self.plan.tables.items():
            self.tallies[name].after = count(self.wire, table)

    def should_stand(self, name: str) -> list[Row]:
        """The rows that stand with the values of the source when all is written, as far as they can be found.

        Skipped ones are left as they stood, so they are none.
        """
        if not comparable(self.plan.tables[name]):
            return []
        return [row for row in self.book.rows[name] if not (row.rejected or row.skipped or row.merged)]

    def fill_later(self, kept: Sequence[Withheld]) -> None:
        """Write what had to wait until all rows stood."""
        fill_later(self.wire, self.book, kept)

    def fill_batches(self, kept: Sequence[Withheld], run: str | None = None) -> None:
        """The same when batches stand already, also those of an earlier process, which are compared now.

        `run` is that for which is kept what undoing needs. Raises `LoadRefusedByServerError` for a row whose
        batch stands and that the server does not let refer to another one any more.
        """
        resumed = [
            Withheld(part.table, part.columns, _cells(self.tallies[part.table.name].resumed, part.columns))
            for part in kept
        ]
        parts = [*kept, *resumed]
        changed: dict[str, list[Row]] = {}
        for part in parts:
            changed.setdefault(part.table.name, []).extend(part.cells)
        before = {part.table.name: self._stands(part.table, part.cells) for part in kept}
        if self.keeping is not None and run is not None:
            self.keeping.expect_changes(self.wire, run, changed)
        rejects = len(self.book.rejects)
        fill_later(self.wire, self.book, parts)
        if len(self.book.rejects) > rejects:
            refused = self.book.rejects[-1]
            raise LoadRefusedByServerError(refused.table, refused.sqlstate or "", refused.reason)
        if self.keeping is not None and run is not None:
            self.keeping.keep_changes(self.wire, run, changed)
        for part in kept:
            back = self.tallies[part.table.name].readback
            if back is not None:
                back.replace(before[part.table.name], self._stands(part.table, part.cells))
        for name, tally in self.tallies.items():
            if tally.resumed and comparable(self.plan.tables[name]):
                tally.readback = tally.readback or Readback()
                tally.readback.take(self._stands(self.plan.tables[name], tally.resumed))

    def _stands(self, table: TablePlan, rows: Iterable[Row]) -> Readback:
        """What stands of rows that are written."""
        if not comparable(table):
            return Readback()
        return read_back(
            self.wire, table, [row for row in rows if not (row.rejected or row.skipped or row.merged)]
        )

    def assigned(self, table: TablePlan, rows: Iterable[Row]) -> list[tuple[str, str]]:
        """The legacy key and the new key of each of the rows, where rows get their keys one by one."""
        if not table.by_identity:
            return []
        written = [row for row in rows if row.legacy is not None and not row.rejected]
        return [(str(row.legacy), str(row.cells[str(table.key)])) for row in written]

    def written_outcome(self) -> Outcome:
        """What became of an import whose rows stand."""
        if self.book.rejects:
            return "partly"
        live = any(row.live for rows in self.book.rows.values() for row in rows)
        done = any(tally.done["inserted"] or tally.done["updated"] for tally in self.tallies.values())
        return "loaded" if live or done else "unchanged"

    def write_all(self) -> None:
        """Write everything that is live, in one transaction; look at `book.rejects` afterwards."""
        everything = Portion(1, {name: self.book.rows[name] for name in self.sections})
        while True:
            before = len(self.book.rejects)
            self.wire.run("SAVEPOINT neonkit_all")
            with withheld(self.plan, self.book) as kept:
                self.write(everything, steps=True)
                if len(self.book.rejects) == before:
                    self.fill_later(kept)
            if len(self.book.rejects) == before or self.refused:
                return
            # Rows that were written before one they refer to was refused fall with it.
            self.wire.run("ROLLBACK TO SAVEPOINT neonkit_all")

    def write(self, portion: Portion, *, steps: bool = False) -> None:
        """Write one portion and have the server check what it would check at the end of the transaction.

        Stops after the first section with more rejects than the run bears. `steps`: whether each section is
        told as a step, which one of many portions is not.
        """
        told = self._emit if steps else unheard
        if self.keeping is not None:
            self.keeping.look(self.wire, portion.rows)
        self.wire.run("SET CONSTRAINTS ALL DEFERRED")
        writer = Writer(self.wire, self.plan, self.book, self.terms, self._emit, self._cancel)
        for name, rows in portion.rows.items():
            table = self.plan.tables[name]
            step, begun = f"load {table.target.label}", time.monotonic()
            told(StepStarted(step))
            writer.write(table, rows)
            if self.refused:
                told(StepFinished(step, "failed", seconds=time.monotonic() - begun))
                return
            written, seconds = sum(row.live for row in rows), time.monotonic() - begun
            told(StepFinished(step, "done" if written else "unchanged", f"{written} rows", seconds))
        self._check_constraints(portion)

    def look_again(self, portion: Portion, kept: Sequence[Withheld]) -> None:
        """Ask anew which rows are there already: another transaction than the judge's writes them."""
        with whole_again(kept, portion.rows):
            self._look_again(portion)

    def _look_again(self, portion: Portion) -> None:
        for name, rows in portion.rows.items():
            table, conflict = self.plan.tables[name], self.terms.conflicts[name]
            if conflict == "error" or not keyed(table):
                continue
            live = [row for row in rows if row.live]
            gone = set(missing_rows(self.wire, table, live))
            for row in live:
                row.exists = row not in gone
                row.skipped = row.exists and conflict in ("skip", "insert-missing")
        mark_unchanged(self.wire, self.plan, self.terms.conflicts, portion.rows)

    def verify_counts(self) -> None:
        """Count again, in the same snapshot: the difference is what was written, and nothing else.

        Raises `RowsSwallowedError`.
        """
        for sections in self.plan.by_target().values():
            self._cancel.raise_if_cancelled()
            table = self.plan.tables[sections[0]]
            after = count(self.wire, table)
            inserted = sum(row.live and not row.exists for name in sections for row in self.book.rows[name])
            more = after - self.tallies[sections[0]].before
            if not table.target.row_security and more != inserted:
                raise RowsSwallowedError(table.target.label, inserted, more)
            for name in sections:
                self.tallies[name].after = after

    def compare(self, rows: Mapping[str, Sequence[Row]]) -> dict[str, Compared]:
        """Compare what stands with what was sent; sections whose rows cannot be found again are left out."""
        compared = {}
        for name, members in rows.items():
            self._cancel.raise_if_cancelled()
            table = self.plan.tables[name]
            if not comparable(table):
                continue
            found = read_back(self.wire, table, [row for row in members if row.live or row.unchanged])
            differing = None
            if self.terms.conflicts[name] != "insert-missing":
                skipped = [row for row in members if row.skipped and not row.rejected and not row.settled]
                # One whose reference leads to a rejected row has no value there that could be compared.
                skipped = [row for row in skipped if not any(map(is_pending, row.cells.values()))]
                differing = len(read_back(self.wire, table, skipped).differing)
            compared[name] = Compared(found, differing)
        return compared

    def take(self, compared: Mapping[str, Compared]) -> None:
        """Add up what a transaction that stands has compared."""
        for name, one in compared.items():
            tally = self.tallies[name]
            tally.readback = tally.readback or Readback()
            tally.readback.take(one.found)
            if one.skipped_differing is not None:
                tally.skipped_differing = (tally.skipped_differing or 0) + one.skipped_differing

    def read_back(self, rows: Mapping[str, Sequence[Row]]) -> None:
        """Compare what stands with what was sent, in a transaction that goes on with nothing but its end."""
        self.take(self.compare(rows))
        self.look_at_known()

    def look_at_known(self) -> None:
        """Compare the rows that an earlier run of the same file wrote."""
        for name, tally in self.tallies.items():
            if tally.known and comparable(self.plan.tables[name]):
                tally.known_differing = len(
                    read_back(self.wire, self.plan.tables[name], tally.known).differing
                )

    def move_sequences(self, rows: Mapping[str, Iterable[Row]]) -> None:
        """Move sequences past the numbers that these rows brought along."""
        for name, members in rows.items():
            for moved in move_sequences(self.wire, self.plan.tables[name], members):
                self.sequences = [one for one in self.sequences if one.sequence != moved.sequence]
                self.sequences.append(moved)

    def _check_constraints(self, portion: Portion) -> None:
        """Let the server check now what it checks at the end, so that a dry run gets the same verdict."""
        try:
            with self.wire.savepoint():
                self.wire.run("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg2.Error as error:
            self._cancel.raise_if_cancelled()
            require_about_rows(error)
            tables = [(self.plan.tables[name], rows) for name, rows in portion.rows.items()]
            refused = [reject_refused(error, table, rows, self.book) for table, rows in tables]
            if not any(refused):
                raise refused_by_server(error) from None
            reject_dependants(self.plan, self.book)


def _cells(rows: Iterable[Row], columns: Sequence[str]) -> dict[Row, tuple[Cell, ...]]:
    """What rows that were written by an earlier process refer to."""
    return {
        row: tuple(row.cells[name] for name in columns)
        for row in rows
        if not (row.rejected or row.skipped or row.merged)
        and any(isinstance(row.cells[name], str) for name in columns)
    }


def count(wire: Wire, table: TablePlan) -> int:
    """How many rows the table has, as the connected role sees them."""
    (rows,) = wire.rows(f"SELECT count(*) FROM {table.target.sql}")[0]  # noqa: S608 - the name is quoted
    return int(rows)
