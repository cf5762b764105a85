"""Mode 2: what is there. A tree of objects, and the sections of the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Tree
from textual.widgets.tree import TreeNode

from toolkit.reports.table import table
from toolkit.tui.facts.connection import Failure
from toolkit.tui.facts.schema import Schema, SchemaNode, SchemaSection
from toolkit.tui.screens.mode import ModeScreen
from toolkit.tui.widgets.pane import TextPane

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit


class SchemaScreen(ModeScreen):
    """The object tree on the left, details on the right. Reads only."""

    mode: ClassVar[str] = "schema"
    twin = "neonkit schema tree"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "find", id="schema.find", key_display="/"),
        Binding("escape", "clear_find", "clear", id="schema.clear", show=False),
    ]

    @classmethod
    def read_facts(cls, cockpit: Cockpit) -> None:
        cockpit.fetch_fact("schema", lambda backend: backend.schema.read())

    def __init__(self) -> None:
        super().__init__()
        self._shown: Schema | Failure | None = None

    def panes(self) -> ComposeResult:
        with Horizontal(id="schema-body"):
            tree: Tree[str] = Tree("database", id="objects")
            tree.border_title = "Objects"
            tree.show_root = False
            tree.guide_depth = 2
            yield tree
            yield TextPane("Details", id="details", columns=True)
        yield Input(placeholder="part of a name, then enter; escape clears", id="find")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#find", Input).display = False
        self.query_one("#objects", Tree).focus()

    def show(self) -> None:
        schema = self.cockpit.board.schema
        if schema is self._shown:
            return
        self._shown = schema
        self.grow("")
        if isinstance(schema, Failure):
            self.query_one("#details", TextPane).tell(schema.text)

    def grow(self, wanted: str) -> None:
        """Fill the tree with the objects whose name holds `wanted`."""
        tree: Tree[str] = self.query_one("#objects", Tree)
        tree.clear()
        schema = self.cockpit.board.schema
        if isinstance(schema, Schema):
            for node in schema.tree:
                kept = pruned(node, wanted.lower())
                if kept is not None:
                    plant(tree.root, kept, depth=0, open_all=bool(wanted))
        tree.root.expand()
        self.call_after_refresh(self._go_to_first)
        tree.border_title = f"Objects / {wanted}" if wanted else "Objects"

    def _go_to_first(self) -> None:
        tree: Tree[str] = self.query_one("#objects", Tree)
        # Asking for the last line makes the tree number its lines; before that no node knows where it is.
        if tree.last_line >= 0 and (first := first_object(tree.root)) is not None:
            tree.move_cursor(first)

    def action_find(self) -> None:
        """Ask for part of a name."""
        find = self.query_one("#find", Input)
        find.display = True
        find.focus()

    def action_clear_find(self) -> None:
        """Show all objects again."""
        find = self.query_one("#find", Input)
        find.value = ""
        find.display = False
        self.grow("")
        self.query_one("#objects", Tree).focus()

    @on(Input.Changed, "#find")
    def narrow(self, event: Input.Changed) -> None:
        """Filter while typing."""
        self.grow(event.value)

    @on(Input.Submitted, "#find")
    def found(self) -> None:
        """Go to the tree with what was found."""
        self.query_one("#objects", Tree).focus()

    @on(Tree.NodeHighlighted, "#objects")
    def look(self, event: Tree.NodeHighlighted[str]) -> None:
        """Fetch the sections of the object under the cursor."""
        key = event.node.data
        if key is not None:
            self.cockpit.fetch(
                lambda backend: backend.schema.describe(key),
                lambda sections: self.tell_details(key, sections),
            )

    def tell_details(self, key: str, sections: tuple[SchemaSection, ...] | Failure) -> None:
        """Show the sections of an object."""
        node = self.query_one("#objects", Tree).cursor_node
        if node is None or node.data != key:
            return  # the cursor moved on while this was fetched
        pane = self.query_one("#details", TextPane)
        pane.border_title = key
        pane.tell(sections.text if isinstance(sections, Failure) else sections_text(sections))
        pane.scroll_home(animate=False)


def sections_text(sections: tuple[SchemaSection, ...]) -> Text:
    """Sections one below the other, each with its title."""
    text = Text()
    for section in sections:
        text.append(f"{section.title}\n", style="bold")
        text.append(table(section.headings, section.rows) + "\n\n")
    return text


def pruned(node: SchemaNode, wanted: str) -> SchemaNode | None:
    """The node with only the branches whose labels hold `wanted`; None when nothing is left."""
    if not wanted or (node.key is not None and wanted in node.label.lower()):
        return node
    children = tuple(kept for child in node.children if (kept := pruned(child, wanted)) is not None)
    return SchemaNode(node.label, node.key, children) if children else None


def first_object(node: TreeNode[str]) -> TreeNode[str] | None:
    """The first leaf that is an object, so that something is shown at once."""
    for child in node.children:
        found = first_object(child)
        if found is not None:
            return found
    return node if node.data is not None and not node.children else None


def plant(parent: TreeNode[str], node: SchemaNode, *, depth: int, open_all: bool) -> None:
    """Add a node with its children; the first two levels are open."""
    label = Text(node.label)
    if not node.children:
        parent.add_leaf(label, data=node.key)
        return
    branch = parent.add(label, data=node.key, expand=open_all or depth < 2)
    for child in node.children:
        plant(branch, child, depth=depth + 1, open_all=open_all)
