"""The catalog for mode 2: read whole, described object by object."""

from __future__ import annotations

from toolkit.database.jobs import Job
from toolkit.schema import Snapshot, TreeNode, describe, read_snapshot, summarise, tree
from toolkit.schema.objects import Key
from toolkit.schema.spelling import plural
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.schema import Schema, SchemaNode, SchemaSection, TableLine


class SchemaBackend:
    """Reads the catalog and describes its objects."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._snapshot: Snapshot | None = None
        self._keys: dict[str, Key] = {}

    def read(self) -> Schema:
        """Read the whole catalog."""
        with self._opened.workspace.database.connect(Job.INSPECT) as connection:
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
