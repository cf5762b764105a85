"""What the tree shows now: which groups are folded, what is looked for. State without a widget."""

from __future__ import annotations

from toolkit.tui.facts.schema import ObjectLine, Schema
from toolkit.tui.screens.schema.lines import Groups, TreeLine, folded, found_lines, groups_of, tree_lines
from toolkit.tui.widgets.fuzzy import Finder


class ObjectTree:
    """The lines of the catalog as they are to be shown."""

    def __init__(self) -> None:
        self.schema: Schema | None = None
        self.query = ""
        self._groups: Groups = {}
        self._closed: set[str] | None = None
        self._finder = Finder(())
        self._by_key: dict[str, ObjectLine] = {}
        self._found = 0

    def take(self, schema: Schema) -> None:
        """Another reading of the catalog; what was folded stays so."""
        self.schema = schema
        self._groups = groups_of(schema)
        if self._closed is None:
            self._closed = folded(self._groups)
        self._finder = Finder(one.full_name for one in schema.objects)
        self._by_key = {one.key: one for one in schema.objects}

    def thing(self, key: str) -> ObjectLine | None:
        """The object of this key."""
        return self._by_key.get(key)

    def estimates(self) -> dict[str, int | None]:
        """About how many rows each relation has."""
        return {key: one.rows for key, one in self._by_key.items() if one.has_rows}

    def lines(self) -> list[TreeLine]:
        """What to show: everything that is not folded, or what was found, the best first."""
        if self.schema is None:
            return []
        if not self.query:
            return tree_lines(self.schema, self._groups, self._closed or set())
        numbers = self._finder.find(self.query)
        self._found = len(numbers)
        return found_lines(self.schema, numbers)

    @property
    def title(self) -> str:
        """The title of the list."""
        if self.schema is None or not self.query:
            return "Objects"
        return f"Objects  {self._found:,} of {len(self.schema.objects):,}"

    def fold(self, group: str, *, is_open: bool) -> None:
        """Open or close a group."""
        closed = self._closed if self._closed is not None else set()
        (closed.discard if is_open else closed.add)(group)

    def uncover(self, key: str) -> bool:
        """Open what the object stands in; False if there is no such object."""
        one = self._by_key.get(key)
        if one is None or self._closed is None:
            return False
        kind = "partition" if one.partition else "of extensions" if one.of_extension else one.kind
        self._closed -= {str(one.schema), f"{one.schema}/{kind}"}
        return True

    def place_of(self, lines: list[TreeLine], key: str | None) -> int:
        """Where an object stands in the lines; the first object where it does not."""
        if self.query:
            return 0
        wanted = next(
            (number for number, line in enumerate(lines) if key is not None and line.key == key), None
        )
        if wanted is not None:
            return wanted
        return next((number for number, line in enumerate(lines) if line.thing is not None), 0)
