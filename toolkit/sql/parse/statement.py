"""One statement of a script, with its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.sql.parse.grammar import Tree


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement's text, without its semicolon and without comments before it, and where it stands."""

    text: str
    start: int
    """In characters from the start of the script, from 0."""
    line: int
    """From 1."""
    column: int
    """In characters, from 1."""
    tree: Tree = field(repr=False, compare=False)

    @property
    def end(self) -> int:
        """One past the last character, in characters from the start of the script."""
        return self.start + len(self.text)

    @property
    def node_type(self) -> str:
        """The type of the tree's root, in PostgreSQL's word: `AlterTableStmt`."""
        return next(iter(self.tree))

    @property
    def node(self) -> Tree:
        """The root's fields."""
        root: Tree = self.tree[self.node_type]
        return root
