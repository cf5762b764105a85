"""The one place where the cockpit calls the core. Every method blocks, and is called in a worker thread.

It turns results of the core into `facts`, which are texts and figures ready to be drawn; it decides nothing.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from toolkit import migrate
from toolkit.cancel import CancelToken
from toolkit.database.activity import cancel_statement, lock_tree, read_activity, terminate_session
from toolkit.database.activity.spelling import SESSION_HEADINGS, node_lines, session_cells
from toolkit.database.jobs import Job
from toolkit.events import Emit
from toolkit.friction import Deed, demand
from toolkit.isolation import judge_database
from toolkit.migrate import PreviewedRevision, Revision, RevisionGraph, RunResult
from toolkit.schema import Snapshot, TreeNode, describe, read_snapshot, summarise, tree
from toolkit.schema.objects import Key
from toolkit.schema.spelling import plural
from toolkit.transfer import ImportOrder, arrange, load
from toolkit.tui.facts import (
    Activity,
    Identity,
    ImportOutcome,
    ImportSource,
    Isolation,
    PlanText,
    RevisionLine,
    Revisions,
    RevisionState,
    Schema,
    SchemaNode,
    SchemaSection,
    TableLine,
    VerdictLine,
)

if TYPE_CHECKING:
    from toolkit.workspace import Workspace


_OUTCOMES: Final = {
    "loaded": "Loaded: everything arrived",
    "partly": "Loaded, but for the rows that do not fit",
    "unchanged": "Nothing to load: all of it is there already",
    "rehearsed": "Rehearsed and rolled back: everything fits, nothing was written",
    "rejected": "Rejected: nothing was written",
}


class Backend:
    """One opened workspace, read and changed for the screens."""

    def __init__(self, workspace: Workspace) -> None:
        self._as_configured = workspace
        self._workspace = workspace
        self._snapshot: Snapshot | None = None
        self._keys: dict[str, Key] = {}

    def close(self) -> None:
        """Let go of all connections."""
        self._workspace.database.dispose()

    def arm(self) -> None:
        """From now on sessions may write."""
        self._workspace = self._as_configured.armed()

    def disarm(self) -> None:
        """Back to sessions as they are configured; the writing ones are closed."""
        if self._workspace is not self._as_configured:
            self._workspace.database.dispose()
            self._workspace = self._as_configured

    def must_type_name(self, *, reversible: bool) -> bool:
        """Whether the ladder of friction wants the database's name typed."""
        deed = Deed.REVERSIBLE_WRITE if reversible else Deed.WRITE
        return bool(demand(deed, self._workspace.settings.environment, "any").to_type)

    def identity(self) -> Identity:
        """Connect and ask who we are."""
        started = time.perf_counter()
        found = self._workspace.database.describe()
        return Identity(
            environment=self._workspace.settings.environment,
            host=found.host or "local socket",
            database=found.database,
            role=found.role,
            version=found.version,
            pooled=found.pooled,
            read_only=found.read_only or self._workspace.settings.read_only,
            bypasses_policies=found.bypasses_rls,
            milliseconds=(time.perf_counter() - started) * 1000,
        )

    # Schema

    def schema(self) -> Schema:
        """Read the whole catalog."""
        with self._workspace.database.connect(Job.INSPECT) as connection:
            self._snapshot = snapshot = read_snapshot(connection)
        summary = summarise(snapshot)
        self._keys = {}
        return Schema(
            tree=tuple(self._node(node) for node in tree(snapshot, parts=False)),
            counts=tuple(plural(kind, number) for kind, number in summary.counts.items()),
            tables=tuple(
                TableLine(
                    f"{line.schema}.{line.name}", line.kind, line.rows, line.total_bytes, line.row_security
                )
                for line in summary.tables
            ),
            digest=summary.hash,
        )

    def _node(self, node: TreeNode) -> SchemaNode:
        key = None
        if node.key is not None:
            key = str(node.key)
            self._keys[key] = node.key
        label = f"{node.label}  {node.detail}" if node.detail else node.label
        return SchemaNode(label, key, tuple(self._node(child) for child in node.children))

    def describe(self, key: str) -> tuple[SchemaSection, ...]:
        """What the last snapshot says of an object."""
        if self._snapshot is None or key not in self._keys:
            return ()
        found = describe(self._snapshot, self._keys[key])
        facts = SchemaSection("facts", ("what", "value"), found.facts)
        sections = tuple(SchemaSection(part.title, part.columns, part.rows) for part in found.sections)
        definition = tuple((line,) for line in (found.definition or "").splitlines())
        texts = (SchemaSection("definition", ("SQL",), definition),) if definition else ()
        return (*((facts,) if found.facts else ()), *sections, *texts)

    # Migrations

    def revisions(self) -> Revisions:
        """The graph against the version table."""
        project = self._workspace.project
        graph = project.graph()
        standing = migrate.current(project, self._workspace.database)
        current = tuple(dict.fromkeys(head for table in standing for head in table.heads))
        unknown = graph.unknown(current)
        known = tuple(revision for revision in current if revision not in unknown)
        pending = tuple(one.id for one in graph.pending(known))
        lines = tuple(_line(one, graph, known, pending) for one in reversed(graph.revisions))
        return Revisions(lines, current, graph.heads, pending, unknown)

    def plan(self) -> PlanText:
        """What an upgrade to the heads would send, rendered offline."""
        preview = migrate.preview(self._workspace.project, self._workspace.database, "heads")
        if not preview.revisions:
            return PlanText("Plan", "Nothing is pending: the database is at head.")
        parts = [_previewed(one) for one in preview.revisions]
        return PlanText(f"Plan for +{len(parts)}, SQL as written offline", "\n\n".join(parts))

    def upgrade(self, emit: Emit, cancel: CancelToken) -> str:
        """Upgrade to the heads."""
        work = self._workspace
        result = migrate.upgrade(work.project, work.database, "heads", emit=emit, cancel=cancel)
        return _sentence(result, "upgraded")

    def downgrade(self, emit: Emit, cancel: CancelToken) -> str:
        """Take back one revision."""
        work = self._workspace
        result = migrate.downgrade(work.project, work.database, "-1", emit=emit, cancel=cancel)
        return _sentence(result, "downgraded")

    # Import

    def source(self) -> ImportSource:
        """The project's seeds: the configured folder, or `seeds` beside the Alembic project."""
        order = self._order()
        folder = order.mapping.parent
        files = tuple(
            (path.name, path.stat().st_size)
            for path in sorted(folder.iterdir())
            if path.is_file() and path != order.mapping
        )
        return ImportSource(order.label, files, order.mapping.read_text(encoding="utf-8"))

    def load(self, emit: Emit, cancel: CancelToken, *, dry_run: bool) -> ImportOutcome:
        """Validate or load the seeds; rows that are there already are left as they are."""
        order, settings = self._order(), self._workspace.settings
        report = load(
            order.source,
            mapping=order.mapping,
            database=self._workspace.database,
            dry_run=dry_run,
            mode="skip",
            emit=emit,
            cancel=cancel,
            modules=settings.project_dir,
        )
        rows = tuple(
            tuple(
                str(figure)
                for figure in (
                    one.target,
                    one.read,
                    one.inserted,
                    one.skipped + one.unchanged + one.updated,
                    one.rejected,
                    one.after,
                )
            )
            for one in report.tables
        )
        return ImportOutcome(
            headings=("table", "read", "inserted", "there already", "rejected", "rows now"),
            rows=rows,
            sentence=f"{_OUTCOMES[report.outcome]} ({report.read} rows read in {report.seconds:.1f} s)",
            rejects=tuple(reject.sentence for reject in report.rejects),
            rejected=bool(report.rejects),
        )

    def _order(self) -> ImportOrder:
        settings = self._workspace.settings
        return arrange((), seeds=settings.seeds or settings.project_dir / "seeds")

    # Activity

    def activity(self) -> Activity:
        """Sample sessions and locks."""
        with self._workspace.database.connect(Job.ADMIN) as connection:
            found = read_activity(connection)
        tree = lock_tree(found)
        return Activity(
            tree=tuple(line for root in tree.roots for line in node_lines(root)),
            headings=SESSION_HEADINGS,
            sessions=tuple(session_cells(session) for session in found.sessions if not session.is_us),
            waiting=len(found.waiting),
        )

    def end_session(self, pid: int, *, terminate: bool) -> str:
        """Cancel a statement or end a session; what became of it."""
        with self._workspace.database.connect(Job.ADMIN) as connection:
            done = (terminate_session if terminate else cancel_statement)(connection, pid)
        if not done:
            return f"there is no session {pid} any more"
        return f"session {pid} was asked to end" if terminate else f"the statement of {pid} was cancelled"

    # Isolation

    def isolation(self, emit: Emit, cancel: CancelToken) -> Isolation:
        """Judge every table and verb with two users, rolled back."""
        declared = self._workspace.settings.isolation
        report = judge_database(
            self._workspace.database,
            self._workspace.ownership_rules,
            app_role=declared.app_role,
            identity_setting=declared.identity_setting,
            emit=emit,
            cancel=cancel,
        )
        return Isolation(
            first=report.headline,
            cells=tuple(
                VerdictLine(cell.table, cell.verb.value, cell.verdict.value, cell.reason)
                for cell in report.cells
            ),
            totals=tuple((verdict.value, number) for verdict, number in report.totals.items()),
            findings=tuple(
                f"{found.severity.word} {found.subject}: {found.sentence}" for found in report.audit.findings
            ),
        )


def _previewed(one: PreviewedRevision) -> str:
    text = one.sql if one.sql is not None else f"no SQL: {one.reason}"
    return f"-- {one.revision.id}  {one.revision.message}\n{text}"


def _state(revision: str, current: tuple[str, ...], pending: tuple[str, ...]) -> RevisionState:
    if revision in pending:
        return "pending"
    return "current" if revision in current else "applied"


def _line(
    one: Revision, graph: RevisionGraph, current: tuple[str, ...], pending: tuple[str, ...]
) -> RevisionLine:
    marks = [
        *(["merge"] if one.is_merge else []),
        *(["branch point"] if one.is_branch_point else []),
        *(["head"] if one.id in graph.heads else []),
        *one.labels,
    ]
    return RevisionLine(
        revision=one.id,
        message=one.message,
        state=_state(one.id, current, pending),
        marks=f"({', '.join(marks)})" if marks else "",
        source=one.path.name,
        text=one.path.read_text(encoding="utf-8", errors="replace"),
    )


def _sentence(result: RunResult, verb: str) -> str:
    if not result.changed:
        return "nothing to do, the database is where it should be"
    at = ", ".join(result.after) or "base"
    return f"{verb} {len(result.applied)} revisions in {result.seconds:.1f} s, now at {at}"
