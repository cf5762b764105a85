"""What a plan stands on, as facts by name; its id; and whether they still hold.

The id is made of the target's identity, its revisions, the scripts and the settings. The schema is a fact as
well, and is compared, but is no part of the id: a table made by hand makes a plan wrong, not another plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from toolkit.database import Database, Job
from toolkit.migrate.drift.fingerprint import digest
from toolkit.migrate.graph import Revision
from toolkit.migrate.plan.errors import PlanChangedError
from toolkit.migrate.plan.values import Plan
from toolkit.migrate.project import AlembicProject
from toolkit.migrate.standing import standings
from toolkit.schema import Snapshot, read_snapshot

SCHEMA: Final = "schema"
TARGET: Final = "target database"
REVISIONS: Final = "current revisions"
SCRIPT: Final = "revision "
ENV: Final = "env.py"
SETTINGS: Final = "settings"
_ID: Final = 12


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing a plan stands on that is not as it was."""

    what: str
    planned: str
    found: str

    @property
    def sentence(self) -> str:
        """In words; contents are told apart by digests, which say nothing to a reader."""
        if self.what == "time":
            return f"it expired at {self.planned}"
        if self.planned == "missing":
            return f"{self.what} is new"
        if self.what.startswith((SCRIPT, ENV, SCHEMA)):
            return f"{self.what} was removed" if self.found == "missing" else f"{self.what} was changed"
        return f"{self.what}: planned {self.planned or 'none'}, found {self.found or 'none'}"


def facts_of(
    project: AlembicProject,
    database: Database,
    heads: Iterable[str],
    pending: Iterable[Revision],
    target: str,
    schema: Snapshot,
) -> dict[str, str]:
    """The facts a plan stands on now."""
    facts = {
        TARGET: place_of(database),
        REVISIONS: ", ".join(sorted(heads)),
        ENV: _env(project),
        SETTINGS: f"target {target}, section {project.section}, -x {' '.join(project.x) or 'nothing'}",
    }
    for revision in pending:
        facts[f"{SCRIPT}{revision.id}"] = _content(revision.path)
    return {**facts, SCHEMA: schema.hash}


def place_of(database: Database) -> str:
    """Host, port and name, without credentials."""
    url = database.url(Job.MIGRATE)
    return f"{url.host}:{url.port or 5432}/{url.database}"


def plan_id(facts: Mapping[str, str]) -> str:
    """The id of a plan that stands on the facts."""
    return digest(*(f"{name}={value}" for name, value in sorted(facts.items()) if name != SCHEMA))[:_ID]


def verify_plan(
    project: AlembicProject, database: Database, plan: Plan, *, now: datetime | None = None
) -> tuple[Changed, ...]:
    """What is not as the plan says; empty if it holds. Only reads. Raises as `standings` does."""
    changes = []
    now = now or datetime.now(UTC)
    if now >= plan.expires:
        changes.append(Changed("time", f"{plan.expires:%Y-%m-%d %H:%M} UTC", f"{now:%Y-%m-%d %H:%M} UTC"))
    heads = sorted({head for one in standings(project, database) for head in one.heads})
    graph = project.graph()
    pending = [] if graph.unknown(heads) else graph.pending(heads, plan.target)
    with database.connect(Job.INSPECT) as connection:
        schema = read_snapshot(connection)
    found = facts_of(project, database, heads, pending, plan.target, schema)
    for name, planned in plan.facts.items():
        is_ = found.get(name, "missing")
        if name.startswith(SCRIPT) and is_ == "missing":
            known = graph.get(name.removeprefix(SCRIPT))
            is_ = "missing" if known is None else _content(known.path)
        if is_ != planned:
            changes.append(Changed(name, planned, is_))
    new = sorted(found.keys() - plan.facts.keys())
    changes += [Changed(name, "missing", found[name]) for name in new]
    return tuple(changes)


def require_holding(project: AlembicProject, database: Database, plan: Plan) -> None:
    """Raise PlanChangedError, naming what changed, unless the plan holds."""
    changes = verify_plan(project, database, plan)
    if changes:
        raise PlanChangedError(plan.id, tuple(one.sentence for one in changes))


def _content(path: Path) -> str:
    try:
        return digest(path.read_bytes().hex())
    except OSError:
        return "missing"


def _env(project: AlembicProject) -> str:
    with project.opened() as opened:
        return _content(opened.env_py)
