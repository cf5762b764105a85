"""The proof for one user: what this user reaches in each table by each verb, as a document.

Invariant: the same database, role and user give the same text and the same digest; no time, address or chance
is in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, unheard
from toolkit.isolation.attempt import Stage
from toolkit.isolation.catalog import Catalog
from toolkit.isolation.first import verdicts_within
from toolkit.isolation.grounds import Grounds, sql_table
from toolkit.isolation.moment import undone
from toolkit.isolation.prove.reach import Reach, Walk
from toolkit.isolation.shapes import is_bookkeeping, shapes_of_snapshot
from toolkit.isolation.subject import may_act
from toolkit.isolation.verdict import Cell, IsolationReport, Verb, Verdict
from toolkit.models.ownership import OwnershipRules, build_ownership
from toolkit.models.shapes import table_name
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.objects import Table


@dataclass(frozen=True, slots=True)
class ProvenTable:
    """One table, for one user."""

    table: str
    way: str
    """From a row to its owner."""
    rows: int | None
    """All there are; None where the connection cannot see them all."""
    own_rows: int | None
    own_digest: str | None
    """Changes when the set of the user's rows does."""
    verbs: Mapping[str, Mapping[str, Any]]
    """By verb: `verdict`, `reason`, and what the user `did`."""


@dataclass(frozen=True, slots=True)
class UserProof:
    """What one user reaches. Everything in it is text, numbers and lists, in a fixed order."""

    user: str
    is_user: bool
    """Whether the table of users has a row of this key; a stranger must reach nothing at all."""
    database: str
    server_version: str
    revisions: tuple[str, ...]
    """What the version table holds."""
    schema_hash: str
    role: str | None
    identity_setting: str
    headline: str
    tables: tuple[ProvenTable, ...]
    shared: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """What nobody looked at."""

    @property
    def totals(self) -> dict[str, int]:
        """How many cells have each verdict; every verdict is there."""
        verdicts = [verb["verdict"] for table in self.tables for verb in table.verbs.values()]
        return {verdict.value: verdicts.count(verdict.value) for verdict in Verdict}

    @property
    def document(self) -> dict[str, Any]:
        """The proof as JSON values."""
        return {
            "user": self.user,
            "is_user": self.is_user,
            "database": self.database,
            "server_version": self.server_version,
            "revisions": list(self.revisions),
            "schema_hash": self.schema_hash,
            "role": self.role,
            "identity_setting": self.identity_setting,
            "headline": self.headline,
            "tables": [_document(table) for table in self.tables],
            "shared": dict(sorted(self.shared.items())),
            "unknown": list(self.unknown),
            "totals": self.totals,
        }

    @property
    def digest(self) -> str:
        """SHA-256 over the document as compact JSON with sorted keys, in UTF-8."""
        whole = json.dumps(self.document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()


def _document(table: ProvenTable) -> dict[str, Any]:
    return {
        "table": table.table,
        "way": table.way,
        "rows": table.rows,
        "own_rows": table.own_rows,
        "own_digest": table.own_digest,
        "verbs": {verb: dict(sorted(said.items())) for verb, said in table.verbs.items()},
    }


def prove_user(
    database: Database,
    user: str,
    rules: OwnershipRules | None = None,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> UserProof:
    """Act as the user in a transaction that is rolled back, and judge every table for everybody.

    A verdict is the worst of what anybody reached; where only other users leak, the cell says so.

    Raises NoSuchRoleError, BadIdentitySettingError, OwnershipRuleError, what `Database.connect` raises, and
    CancelledError.
    """
    with database.connect(Job.MIGRATE, emit=emit, cancel=cancel) as connection, undone(connection):
        snapshot = read_snapshot(connection)
        graph = build_ownership(shapes_of_snapshot(snapshot), rules)
        report = verdicts_within(
            connection,
            graph,
            app_role=app_role,
            identity_setting=identity_setting,
            emit=emit,
            cancel=cancel,
        )
        grounds = Grounds.of(graph)
        return UserProof(
            user=user,
            is_user=_is_user(connection, grounds, user),
            database=report.database,
            server_version=snapshot.server.version,
            revisions=_revisions(connection, snapshot),
            schema_hash=snapshot.hash,
            role=report.subject.role,
            identity_setting=identity_setting,
            headline=report.headline,
            tables=tuple(_tables(connection, grounds, report, snapshot, user, cancel)),
            shared=report.shared,
            unknown=tuple(sorted(f"{each.subject}: {each.reason}" for each in report.audit.unknowns)),
        )


def _tables(
    connection: Connection,
    grounds: Grounds,
    report: IsolationReport,
    snapshot: Snapshot,
    user: str,
    cancel: CancelToken | None,
) -> Iterator[ProvenTable]:
    subject = report.subject
    role = subject.role
    acts = role is not None and subject.observer_exempt and may_act(connection, role)
    stage = Stage(connection, role or "none", subject.identity_setting, cancel)
    walk = Walk(stage, Catalog(connection, role or subject.observer), user, snapshot.server.superuser)
    cells: dict[str, dict[Verb, Cell]] = {}
    for cell in report.cells:
        cells.setdefault(cell.table, {})[cell.verb] = cell
    for name in sorted(cells):
        stage.check()
        table = grounds.table(name)
        if table is None or not acts:
            way = "not known" if table is None else str(table.path)
            yield ProvenTable(name, way, None, None, None, _said(cells[name], {}))
            continue
        own = walk.own_rows(table)
        said = _said(cells[name], walk.reaches(table, own))
        yield ProvenTable(name, str(table.path), own.all, own.own, own.digest, said)


def _said(cells: Mapping[Verb, Cell], reached: Mapping[Verb, Reach]) -> dict[str, dict[str, Any]]:
    """Each verb's cell: the user's own leak first, then what holds for everybody."""
    found: dict[str, dict[str, Any]] = {}
    for verb in Verb:
        cell, reach = cells[verb], reached.get(verb)
        said: dict[str, Any] = {"verdict": cell.verdict.value, "reason": cell.reason}
        if reach is not None:
            said |= reach.evidence
            if reach.others:
                said |= {"verdict": Verdict.LEAK.value, "reason": "this user reaches rows of others"}
            elif cell.verdict is Verdict.LEAK:
                said["reason"] = f"{cell.reason} (not this user, in what was tried)"
        found[verb.value] = said
    return found


def _is_user(connection: Connection, grounds: Grounds, user: str) -> bool:
    root = grounds.root
    if root is None:
        return False
    found = connection.execute(
        text(f"SELECT EXISTS (SELECT FROM {root.source} WHERE {root.owner} = :user)"), {"user": user}
    )
    return bool(found.scalar_one())


def _revisions(connection: Connection, snapshot: Snapshot) -> tuple[str, ...]:
    """What Alembic's version tables hold."""
    own = snapshot.own(Table)
    tables = [table_name(each.schema, each.name) for each in own if is_bookkeeping(snapshot, each)]
    return tuple(
        sorted(
            str(version)
            for name in tables
            for version in connection.execute(text(f"SELECT version_num FROM {sql_table(name)}")).scalars()
        )
    )
