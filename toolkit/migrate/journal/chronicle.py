"""The journal of one run as the run uses it: look back, keep beside, look after, and let go."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from alembic.script import ScriptDirectory

from toolkit.database import DatabaseUrl
from toolkit.errors import ExitCode, NeonkitError
from toolkit.migrate.companion import Companion
from toolkit.migrate.graph import read_graph
from toolkit.migrate.guard.terms import Terms
from toolkit.migrate.journal.edited import edited
from toolkit.migrate.journal.entries import RevisionOutcome, RunOutcome, StatementEntry
from toolkit.migrate.journal.keeping import Journal
from toolkit.migrate.journal.reading import JournalReader, LastTry
from toolkit.migrate.journal.resuming import Resumption
from toolkit.migrate.journal.settling import Settled, outcome_of, settled
from toolkit.migrate.journal.tables import NoJournalError
from toolkit.migrate.journal.writing import Pen
from toolkit.migrate.results import Direction

_OPEN: frozenset[RevisionOutcome] = frozenset({"running", "partly applied", "in doubt"})
_ENDINGS: dict[ExitCode, RunOutcome] = {
    ExitCode.TIMED_OUT: "gave way",
    ExitCode.UNREACHABLE: "lost",
    ExitCode.INTERRUPTED: "stopped",
    ExitCode.TERMINATED: "stopped",
}


class Chronicle:
    """One run's journal."""

    def __init__(
        self,
        url: DatabaseUrl,
        direction: Direction,
        target: str,
        terms: Terms,
        warn: Callable[[str], None],
    ) -> None:
        """Nothing is connected or written before something is worth it."""
        self._pen = Pen(url, warn)
        self._direction: Direction = direction
        self._terms = terms
        self._warn = warn
        self._last: tuple[LastTry, ...] = ()
        self._settled: dict[str, Settled] = {}
        self.journal = Journal(self._pen, url, direction, target, terms.plan, terms.restore_point)

    def companions(self, proved: Callable[[StatementEntry], bool | None]) -> tuple[Companion, ...]:
        """Those who go along with the next try of the run."""
        tries = {} if self._terms.from_start else self._settled
        resumption = Resumption(
            tries, self.journal, self._direction, self._terms.in_doubt, proved, self._warn
        )
        return (self.journal, resumption)

    def look_back(self, table: str) -> None:
        """Settle what earlier runs over this version table left open. Silent where there is no journal."""
        reader = self._reader()
        if reader is None:
            return
        try:
            self._last = tuple(one for one in reader.last_tries() if _names(one.entry.version_table, table))
            found = [self._settle(reader, last) for last in self._last if last.entry.outcome in _OPEN]
            # Only now, when it is known of all of them whether they came to anything.
            self._settled = {
                one.entry.revision: one
                for one in found
                if one.outcome in _OPEN and not reader.is_superseded(one.entry)
            }
        except NoJournalError as error:
            self._pen.refuse(str(error))

    def warn_of_edited(self, script: ScriptDirectory, heads: Collection[str]) -> None:
        """Name the revisions below `heads` whose files were edited after they were run."""
        files = {one.revision: Path(one.path) for one in script.walk_revisions()} if self._last else {}

        def applied() -> Collection[str]:
            graph = read_graph(script)
            return {one.id for one in graph.applied(set(heads) - set(graph.unknown(heads)))}

        for finding in edited(self._last, files, applied):
            self._warn(finding.sentence)

    def look_after(self) -> bool:
        """Ask what became of a COMMIT that was not answered; whether everything is known now."""
        numbers = [number for number in self.journal.unsettled if number is not None]
        if not self.journal.unsettled:
            return True
        self._pen.again()
        reader = self._reader()
        fates = {None if reader is None else reader.fate(number) for number in numbers}
        if fates == {"committed"} or fates == {"rolled back"}:
            self.journal.settle("committed" if "committed" in fates else "rolled back")
            return True
        return not numbers

    def end(self, heads: tuple[str, ...] | None, error: NeonkitError | None = None) -> None:
        """Write the last word, if anything ran."""
        if not self.journal.has_begun:
            return
        if error is None:
            self.journal.settle("committed")
        elif self._pen.unusable is not None:
            self._pen.again()
        for entry in self.journal.run.revisions:
            entry.outcome = outcome_of(entry)
        if error is None:
            self.journal.end("done", heads)
        else:
            self.journal.end(_ENDINGS.get(error.exit_code, "failed"), heads, error.code, error.sentence)

    def close(self) -> None:
        """Let go of the connection."""
        self._pen.close()

    def _reader(self) -> JournalReader | None:
        connection = self._pen.look()
        if connection is None:
            return None
        try:
            return JournalReader(connection)
        except NoJournalError:
            return None

    def _settle(self, reader: JournalReader, last: LastTry) -> Settled:
        entry = last.entry
        before = entry.outcome
        found = settled(reader, last.run, entry)
        if found.outcome != before:
            entry.outcome = found.outcome
            self._pen.amend(last.run, entry)
        return found


def _names(table: str, name: str) -> bool:
    """Whether a version table's full name ends in the bare name that the runners' lock goes by."""
    return table.rpartition(".")[2].strip('"') == name.rpartition(".")[2].strip('"')
