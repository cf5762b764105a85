"""What the past has dealt with already: batches of the same run, a finished run of the same file, the run
whose rejects are fed back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.transfer.judge.book import Book
from toolkit.transfer.judge.plan import Plan
from toolkit.transfer.ledger import Ledger, RunRecord
from toolkit.transfer.loading.batches import Portion
from toolkit.transfer.loading.order import Order, Tally
from toolkit.transfer.loading.readback import keyed
from toolkit.transfer.loading.settled import Done, counted, settle, within
from toolkit.transfer.target.wire import Wire


class Past:
    """Earlier runs and batches, as one import looks back at them."""

    def __init__(
        self, order: Order, plan: Plan, earlier: RunRecord | None, done: Done, run: str | None
    ) -> None:
        """`earlier` imported the same file by the same mapping to its end; `done` are batches of `run`."""
        self._order = order
        self._plan = plan
        self._earlier = earlier
        self._done = done
        self._run = run

    def keys(self, wire: Wire) -> dict[str, dict[str, str]]:
        """The keys that these runs have given to legacy keys, by section."""
        known: dict[str, dict[str, str]] = {}
        mended = self._order.mended.run if self._order.mended else None
        for giver in (self._earlier.id if self._earlier else None, mended, self._run):
            for name, table in self._plan.tables.items():
                if giver is not None and table.by_identity:
                    known.setdefault(name, {}).update(Ledger.keys(wire, giver, name))
        return known

    def take_up(self, book: Book, tallies: Mapping[str, Tally], parts: Sequence[Portion]) -> list[Portion]:
        """Settle the rows that were dealt with; returns the portions that are left."""
        if self._order.mended is not None:
            for name, rows in self._order.mended.settle(book).items():
                tallies[name].context = rows
        left = settle(book, parts, self._done)
        for name, tally in tallies.items():
            tally.done = counted(self._done, name)
            tally.made_before = sum(
                sum(batch.counts.values())
                for number, batch in self._done.get(name, {}).items()
                if number <= 0
            )
            tally.resumed = [row for row in book.rows[name] if row.settled] if self._done else []
        if self._earlier is not None:
            self._leave_known(book, tallies, self._earlier)
        return left

    def made(self, book: Book) -> list[Portion]:
        """A portion for each section with rows that no record stands for; others refer to them.

        Their numbers count down from 0, beside those of the portions of the source.
        """
        found = []
        for name in self._plan.fill.order:
            rows = [row for row in book.rows[name] if row.made]
            if rows:
                number = min([0, *(number - 1 for number in self._done.get(name, ()))])
                found.append(Portion(number, {name: rows}))
        return found

    def _leave_known(self, book: Book, tallies: Mapping[str, Tally], earlier: RunRecord) -> None:
        """Write nothing twice where the tables themselves would not tell: a finished file is a no-op."""
        rejected = earlier.facts.get("rejected", {})
        for name, table in self._plan.tables.items():
            if self._order.terms.conflicts[name] != "error" and keyed(table):
                continue
            left = within(rejected.get(name, ()))
            known = [row for row in book.rows[name] if row.live and row.ordinal not in left]
            for row in known:
                row.settled = True
            tallies[name].known = known
