"""Did the run do what it said? Asked of the database, on a connection of ours, after the run's are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.errors import NeonkitError
from toolkit.migrate.condition import (
    Condition,
    broken_promises,
    left_behind,
    read_condition,
    read_invalid,
    schema_changes,
)
from toolkit.migrate.recording import Recorder, Stage, Step
from toolkit.migrate.results import VersionChange
from toolkit.migrate.run_errors import (
    EnvironmentRanNothingError,
    IndexLeftInvalidError,
    NothingAppliedError,
    VersionMismatchError,
)
from toolkit.migrate.versions import Whereabouts, read_heads, whereabouts


class Witness:
    """Reads databases of a run from outside: the chosen one, and those of `[tool.neonkit.databases]`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._others: dict[DatabaseUrl, Database] = {}
        self._places: dict[DatabaseUrl, Whereabouts] = {}
        self.before: dict[DatabaseUrl, Condition] = {}
        self.after: dict[DatabaseUrl, Condition] = {}

    def database(self, url: DatabaseUrl) -> Database:
        """The database of `url`."""
        if url == self._database.url(Job.MIGRATE):
            return self._database
        return self._others.setdefault(url, Database.at(url))

    def place_of(self, url: DatabaseUrl) -> Whereabouts:
        """The identity of the database of `url`, asked once."""
        if url not in self._places:
            with self.database(url).connect(Job.INSPECT) as connection:
                self._places[url] = whereabouts(connection)
        return self._places[url]

    def look_before(self, url: DatabaseUrl) -> None:
        """Keep the condition of the database of `url` from before its first revision."""
        if url not in self.before:
            with self.database(url).connect(Job.INSPECT) as connection:
                self._places[url] = whereabouts(connection)
                self.before[url] = read_condition(connection)

    def heads(self, stage: Stage) -> tuple[str, ...]:
        """What the stage's version table holds now."""
        schema = stage.home or stage.configuration.version_table_schema
        with self.database(stage.url).connect(Job.INSPECT) as connection:
            return read_heads(connection, stage.configuration.version_table, schema)

    def look_after(self, stage: Stage) -> tuple[str, ...]:
        """What the stage's version table holds now; keeps the condition of a database looked at before."""
        schema = stage.home or stage.configuration.version_table_schema
        with self.database(stage.url).connect(Job.INSPECT) as connection:
            heads = read_heads(connection, stage.configuration.version_table, schema)
            if stage.url in self.before and stage.url not in self.after:
                self.after[stage.url] = read_condition(connection)
        return heads

    def left_invalid(self, stage: Stage | None, sql: str) -> tuple[str, ...]:
        """The invalid indexes that a failed statement leaves; none if the database cannot be asked."""
        if stage is None:
            return ()
        try:
            with self.database(stage.url).connect(Job.INSPECT) as connection:
                return broken_promises(read_invalid(connection), [sql])
        except NeonkitError:
            return ()

    def heads_if_reachable(self, stage: Stage | None) -> tuple[str, ...] | None:
        """The same after a failure: None if the database cannot be asked."""
        if stage is None:
            return None
        try:
            return self.heads(stage)
        except NeonkitError:
            return None


@dataclass(slots=True)
class _Promise:
    stage: Stage
    before: tuple[str, ...]
    steps: list[Step]


def verified(recorder: Recorder, witness: Witness, env_py: str) -> tuple[VersionChange, ...]:
    """What changed, as found in the databases.

    Raises EnvironmentRanNothingError, NothingAppliedError, VersionMismatchError.
    """
    ran = [stage for stage in recorder.stages if stage.ran]
    if not ran:
        raise EnvironmentRanNothingError(env_py)
    return tuple(_verify(promise, witness, env_py) for promise in _promises(ran, recorder.steps))


def _promises(stages: Sequence[Stage], steps: Sequence[Step]) -> list[_Promise]:
    """One per version table: a file may go over the same one several times, and the last word counts."""
    found: dict[tuple[str, str], _Promise] = {}
    for stage in stages:
        own = [step for step in steps if step.stage is stage]
        earlier = found.get((stage.place, stage.table))
        if earlier is None:
            found[stage.place, stage.table] = _Promise(stage, stage.before, own)
        else:
            earlier.stage = stage
            earlier.steps += own
    return list(found.values())


def _verify(promise: _Promise, witness: Witness, env_py: str) -> VersionChange:
    stage = promise.stage
    if not promise.steps:
        return VersionChange(stage.place, stage.table, promise.before, stage.promised)
    now = witness.look_after(stage)
    if now == stage.promised:
        hashes = [
            seen[stage.url].fingerprint if stage.url in seen else None
            for seen in (witness.before, witness.after)
        ]
        return VersionChange(stage.place, stage.table, promise.before, now, *hashes)
    if now == promise.before:
        opened_by = stage.opened_by.sql if stage.opened_by else None
        raise NothingAppliedError(
            tuple(s.revision for s in promise.steps), env_py, stage.opened_at, opened_by, now
        )
    raise VersionMismatchError(stage.table, stage.promised, now)


def half_done(recorder: Recorder, witness: Witness) -> tuple[str, ...]:
    """Sentences on what the run left unfinished or unchanged, although nothing failed.

    Raises IndexLeftInvalidError for an index that a statement of the run said to build.
    """
    told: list[str] = []
    for url, after in witness.after.items():
        before = witness.before[url]
        steps = [step for step in recorder.steps if step.stage.url == url]
        statements = [statement.sql for step in steps for statement in step.statements]
        broken = broken_promises(after.invalid_indexes, statements)
        if broken:
            applied = tuple(dict.fromkeys(step.revision for step in steps))
            raise IndexLeftInvalidError(broken, applied, steps[-1].stage.promised)
        told += left_behind(before, after)
        count = schema_changes(statements)
        # The first run makes the version table, so then the schema is another one in any case.
        if count and after.fingerprint is not None and after.fingerprint == before.fingerprint:
            told.append(f"The schema is what it was before, although {_ran(count)} to change it.")
    return tuple(told)


def _ran(count: int) -> str:
    return "1 statement said" if count == 1 else f"{count} statements said"
