"""Did the run do what it said? Asked of the database, on a connection of ours, after the run's are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.database.jobs import Job
from toolkit.errors import NeonkitError
from toolkit.migrate.recording import Recorder, Stage, Step
from toolkit.migrate.results import VersionChange
from toolkit.migrate.run_errors import EnvironmentRanNothingError, NothingAppliedError, VersionMismatchError
from toolkit.migrate.versions import Whereabouts, invalid_indexes, read_heads, whereabouts


class Witness:
    """Reads databases of a run from outside: the chosen one, and those of `[tool.neonkit.databases]`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._others: dict[DatabaseUrl, Database] = {}
        self._places: dict[DatabaseUrl, Whereabouts] = {}

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

    def heads(self, stage: Stage) -> tuple[str, ...]:
        """What the stage's version table holds now."""
        schema = stage.home or stage.configuration.version_table_schema
        with self.database(stage.url).connect(Job.INSPECT) as connection:
            return read_heads(connection, stage.configuration.version_table, schema)

    def heads_if_reachable(self, stage: Stage | None) -> tuple[str, ...] | None:
        """The same after a failure: None if the database cannot be asked."""
        if stage is None:
            return None
        try:
            return self.heads(stage)
        except NeonkitError:
            return None

    def invalid_indexes(self, url: DatabaseUrl) -> tuple[str, ...]:
        """The invalid indexes of the database of `url`."""
        with self.database(url).connect(Job.INSPECT) as connection:
            return invalid_indexes(connection)


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
    now = witness.heads(stage)
    if now == stage.promised:
        return VersionChange(stage.place, stage.table, promise.before, now)
    if now == promise.before:
        opened_by = stage.opened_by.sql if stage.opened_by else None
        raise NothingAppliedError(
            tuple(s.revision for s in promise.steps), env_py, stage.opened_at, opened_by, now
        )
    raise VersionMismatchError(stage.table, stage.promised, now)
