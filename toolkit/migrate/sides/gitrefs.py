"""The sides of a git ref: its files in a temporary folder, read there by a process of its own."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from toolkit import __version__
from toolkit.cancel import CancelToken
from toolkit.database import Job
from toolkit.errors import NeonkitError
from toolkit.events import Emit, StepFinished, StepStarted
from toolkit.migrate.drift.cache import SnapshotCache
from toolkit.migrate.drift.fingerprint import digest
from toolkit.migrate.drift.planning import server_digest
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.drift.terms import Declared
from toolkit.migrate.sides.apart import built_apart
from toolkit.migrate.sides.errors import SideNotBuiltError
from toolkit.migrate.sides.ground import Ground, Reference
from toolkit.migrate.sides.tree import Repository
from toolkit.migrate.sides.values import Known, ModelsSide, RevisionSide, ScratchSide
from toolkit.schema import Snapshot
from toolkit.schema.objects import Domain, Enum, Qualified, Table
from toolkit.schema.objects import Sequence as SequenceObject
from toolkit.schema.snapshot_file import VERSION


def at_git_ref(
    side: ScratchSide, ground: Ground, reference: Reference, *, emit: Emit, cancel: CancelToken | None
) -> Known:
    """The side as it is at its git ref. Raises GitRefError, SideNotBuiltError."""
    assert side.git is not None
    begun = time.monotonic()
    repository = Repository.around(ground.directory, side.git)
    commit = repository.commit(side.git)
    wanted = "models" if isinstance(side, ModelsSide) else f"rev:{side.revision}"
    place = Scratch.EMBEDDED if _must_be_apart(ground, reference) else ground.scratch
    cache = SnapshotCache(ground.cache)
    key = _key(commit, repository, wanted, ground, place, reference)
    snapshot = None if ground.fresh else cache.get(key)
    source = "cache"
    if snapshot is None:
        source = f"built from commit {commit[:12]}"
        emit(StepStarted(f"build {side}", commit[:12]))
        try:
            with repository.files_at(commit, side.git) as tree:
                options = [
                    *_config(repository, tree, ground, side),
                    *ground.options,
                    "--scratch",
                    place.value,
                ]
                database = reference.database
                url = None if database is None else database.url(Job.ADMIN)
                snapshot = built_apart(repository, tree, str(side), wanted, options, url, cancel)
        except NeonkitError:
            emit(StepFinished(f"build {side}", "failed", seconds=time.monotonic() - begun))
            raise
        cache.put(key, snapshot)
        objects = f"{len(snapshot.objects):,} objects"
        emit(StepFinished(f"build {side}", "done", objects, time.monotonic() - begun))
    what = None if isinstance(side, RevisionSide) else declared_by(snapshot)
    return Known(side, snapshot, source, time.monotonic() - begun, declared=what)


def _must_be_apart(ground: Ground, reference: Reference) -> bool:
    """Whether an embedded server is needed: the process itself does not know what is production."""
    return reference.database is None or (reference.production and ground.scratch is Scratch.AUTO)


def _key(
    commit: str, repository: Repository, wanted: str, ground: Ground, place: Scratch, reference: Reference
) -> str:
    servers = [server_digest(Scratch.SERVER, reference.snapshot)]
    with suppress(NeonkitError, OSError):
        servers.append(server_digest(Scratch.EMBEDDED, reference.snapshot))
    asked = (wanted, repository.below, ground.config, ground.options, place)
    return digest("git", __version__, VERSION, commit, *asked, *servers)


def _config(repository: Repository, tree: Path, ground: Ground, side: ScratchSide) -> Sequence[str]:
    """The configured ini file, where the ref has it."""
    if ground.config is None:
        return ()
    path, top = ground.config.resolve(), repository.top.resolve()
    if not path.is_relative_to(top):
        raise SideNotBuiltError(str(side), f"{path} is not in the repository.")
    return ("--config", str(tree / path.relative_to(top)))


def declared_by(snapshot: Snapshot) -> Declared:
    """What models declare of which only the tables are known.

    A constraint that has the name the server would choose is taken to have none in the models.
    """
    metadata = sa.MetaData()
    tables = {table.qualified: _stand_in(table, snapshot, metadata) for table in snapshot.of(Table)}
    types = {Qualified(one.schema, one.name) for kind in (Enum, Domain) for one in snapshot.of(kind)}
    sequences = {Qualified(one.schema, one.name) for one in snapshot.of(SequenceObject) if not one.owned_by}
    return Declared(tables, frozenset(types), frozenset(sequences))


def _stand_in(table: Table, snapshot: Snapshot, metadata: sa.MetaData) -> sa.Table:
    made = sa.Table(table.name, metadata, schema=table.schema)
    chosen = re.compile(rf"{re.escape(table.name)}_.*(pkey|key|fkey|check|excl)\d*", re.DOTALL)
    for constraint in snapshot.parts(table.qualified).constraints:
        if not chosen.fullmatch(constraint.name):
            made.append_constraint(sa.CheckConstraint("true", name=constraint.name))
    return made
