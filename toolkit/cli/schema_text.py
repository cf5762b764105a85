"""The results of `neonkit schema` as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.reports.table import printable, table
from toolkit.schema import Description, SchemaSummary, TreeNode
from toolkit.schema.spelling import bytes_text, plural
from toolkit.sql.quoting import qualified


def summary_text(found: SchemaSummary) -> str:
    """Figures, then one line per table, then what was left out."""
    kinds = ", ".join(plural(kind, count) for kind, count in found.counts.items())
    lines = [
        f"database {printable(found.database)}, PostgreSQL {found.server_version}",
        kinds,
        f"hash {found.hash}",
    ]
    if found.tables:
        headings = ("table", "rows", "size", "columns", "indexes", "foreign keys", "policies", "row security")
        rows = [
            (
                qualified(line.schema, line.name),
                None if line.rows is None else f"~{line.rows:,}",
                None if line.total_bytes is None else bytes_text(line.total_bytes),
                line.columns,
                line.indexes,
                line.foreign_keys,
                line.policies,
                line.row_security,
            )
            for line in found.tables
        ]
        right = ("rows", "size", "columns", "indexes", "foreign keys", "policies")
        lines += ["", table(headings, rows, right=right)]
        lines.append(f"in all {bytes_text(found.total_bytes)}{'' if found.measured else ' (estimated)'}")
    return "\n".join([*lines, *_left_out(found)])


def _left_out(found: SchemaSummary) -> Iterator[str]:
    if found.left_out:
        counts = ", ".join(f"{count:,} of {origin}" for origin, count in found.left_out.items())
        yield f"not counted: {counts}"
    for kind, count in found.census.not_modelled.items():
        yield f"not modelled: {plural(kind, count)}"
    yield from (f"not visible: {sentence}" for sentence in found.census.not_visible)


def description_text(found: Description) -> str:
    """The object, its facts, then its sections."""
    blocks = [printable(str(found.key))]
    if found.comment:
        blocks[0] += f"\n{printable(found.comment)}"
    if found.facts:
        size = max(len(label) for label, _ in found.facts)
        blocks.append("\n".join(f"{label:{size}}  {printable(value)}" for label, value in found.facts))
    blocks += [
        f"{section.title}\n{_indented(_section_table(section.columns, section.rows))}"
        for section in found.sections
    ]
    if found.definition:
        blocks.append(f"definition\n{_indented(_lines(found.definition))}")
    return "\n\n".join(blocks)


def _section_table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    """A table without the columns that are empty in every row."""
    kept = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    return table([columns[place] for place in kept], [[row[place] for place in kept] for row in rows])


def _lines(text: str) -> str:
    return "\n".join(printable(line.replace("\t", "    ")) for line in text.splitlines())


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def tree_text(nodes: Iterable[TreeNode]) -> str:
    """The tree, two spaces for each level."""
    return "\n".join(_tree_lines(nodes, 0))


def _tree_lines(nodes: Iterable[TreeNode], depth: int) -> Iterator[str]:
    for node in nodes:
        detail = f"  {node.detail}" if node.detail else ""
        if node.kind == "group":
            detail = f" ({node.detail})"
        yield "  " * depth + printable(node.label + detail)
        yield from _tree_lines(node.children, depth + 1)
