"""Going on in a revision of which a part is committed: what is committed is passed over, the rest is run.

The revision's function runs from its beginning. Its changes must come in the same order with the same text as
those the journal proves committed; each of these is not sent again. Lookups and session settings are. What
does not fit, or gave rows back that the function may have used, ends the run: nothing is guessed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from toolkit.migrate.companion import Companion, Running
from toolkit.migrate.journal.digests import bound, checksum, digest
from toolkit.migrate.journal.effects import Effect, effect_of, may_be_repeated
from toolkit.migrate.journal.entries import StatementEntry
from toolkit.migrate.journal.errors import InDoubtError, NotResumableError
from toolkit.migrate.journal.keeping import Journal
from toolkit.migrate.journal.settling import Settled
from toolkit.migrate.recording import Stage, Step
from toolkit.migrate.results import Direction

InDoubt = Literal["refuse", "ran", "rerun"]
"""What is done with a statement in doubt: `ran` takes it for committed, `rerun` for not."""


class Resumption(Companion):
    """Passes over what earlier runs have committed."""

    def __init__(
        self,
        tries: Mapping[str, Settled],
        journal: Journal,
        direction: Direction,
        in_doubt: InDoubt,
        proved: Callable[[StatementEntry], bool | None],
        warn: Callable[[str], None],
    ) -> None:
        """`tries` by revision. `proved` tells from the catalog whether a statement in doubt ran."""
        self._tries = tries
        self._journal = journal
        self._direction: Direction = direction
        self._in_doubt = in_doubt
        self._proved = proved
        self._warn = warn
        self._expected: deque[StatementEntry] = deque()
        self._total = 0
        self._edited = False
        self._revision = ""

    def stage_begins(self, stage: Stage, heads: tuple[str, ...], steps: Iterable[Any]) -> None:
        """Refuse before anything runs if one of the steps is in doubt."""
        del heads
        for step in steps:
            script = getattr(step, "revision", None)
            found = None if script is None else self._of(stage, script.revision)
            if found is not None and found.in_doubt is not None:
                self._decide(found, found.in_doubt)

    def revision_begins(self, step: Step) -> None:
        """Know what of it is committed."""
        found = self._of(step.stage, step.revision)
        self._revision, self._expected = step.revision, deque()
        if found is None or not found.committed:
            return
        self._expected = deque(found.committed)
        self._total = len(found.committed)
        self._edited = found.entry.checksum != checksum(step.path)
        self._warn(
            f"{self._total} {'change' if self._total == 1 else 'changes'} of {step.revision} are committed "
            "by an earlier run, as the journal proves; the run goes on behind them."
        )

    def statement_begins(self, running: Running) -> bool:
        """Whether it is still to be sent."""
        if not self._expected or running.step is None or running.step.revision != self._revision:
            return True
        if effect_of(running.sql) is not Effect.CHANGE:
            return True
        wanted = self._expected.popleft()
        self._compare(running, wanted)
        self._journal.skipped(running)
        return False

    def _compare(self, running: Running, wanted: StatementEntry) -> None:
        same = wanted.digest == digest(running.sql)
        if same and self._edited:
            same = wanted.bound == bound(running.parameters, self._revision)
        if not same:
            self._refuse(f"it was edited, and what it ran first was {_short(wanted.sql)}")
        if wanted.returned:
            self._refuse(f"what {_short(wanted.sql)} gave back is not known any more")

    def _refuse(self, reason: str) -> None:
        raise NotResumableError(self._revision, self._direction, reason, self._total)

    def _of(self, stage: Stage, revision: str) -> Settled | None:
        found = self._tries.get(revision)
        if found is None or found.entry.direction != self._direction:
            return None
        return found if _same_table(found.entry.version_table, stage.table) else None

    def _decide(self, found: Settled, statement: StatementEntry) -> None:
        ran = {"ran": True, "rerun": False}.get(self._in_doubt)
        if ran is None:
            ran = self._proved(statement)
        if ran is None and may_be_repeated(statement.sql):
            ran = False
        if ran is None:
            raise InDoubtError(
                found.entry.revision,
                self._direction,
                _short(statement.sql),
                f"{found.entry.began:%Y-%m-%d %H:%M:%S}",
                len(found.committed),
            )
        if ran:
            found.committed.append(statement)
        found.in_doubt = None


def _same_table(one: str, other: str) -> bool:
    if "." in one and "." in other:
        return one == other
    return one.rpartition(".")[2] == other.rpartition(".")[2]


def _short(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 120 else f"{line[:118]}.."
