"""Textual's palette, fed with our entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode

from toolkit.tui.palette.entries import (
    EVERYWHERE_WORD,
    Entry,
    action_entries,
    candidates,
    object_entries,
    place_entries,
)

if TYPE_CHECKING:
    from toolkit.tui.app import Cockpit

RANKED = 300
"""Candidates that are ranked for one text; more would not be looked through anyway."""


class EntryProvider(Provider):
    """Finds entries by their letters in order; subclasses say which."""

    @property
    def cockpit(self) -> Cockpit:
        """The app, by its real type."""
        return cast("Cockpit", self.app)

    def entries(self) -> Iterable[tuple[Entry, object]]:
        """What can be found, each with the node that does an action."""
        raise NotImplementedError

    async def startup(self) -> None:
        self._entries = list(self.entries())
        self._texts = [entry.text.casefold() for entry, _ in self._entries]

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for number in candidates(query, self._texts, RANKED):
            entry, node = self._entries[number]
            if (score := matcher.match(entry.text)) > 0:
                # Of names that fit equally well the shortest is meant: a table before its own sequence.
                score += 1 / len(entry.text)
                yield Hit(score, matcher.highlight(entry.text), self._done(entry, node), help=about(entry))

    def _done(self, entry: Entry, node: object) -> Callable[[], Any]:
        if entry.mode:
            return partial(self.cockpit.go_to, entry.mode, entry.object)
        namespace = node if isinstance(node, DOMNode) else self.cockpit
        return partial(self.cockpit.run_action, entry.action, namespace)


class ActionProvider(EntryProvider):
    """Actions, modes and themes: shown before anything is typed."""

    def entries(self) -> Iterable[tuple[Entry, object]]:
        actions = list(action_entries(self.screen))
        yield from (each for each in actions if not each[0].about.startswith(EVERYWHERE_WORD))
        yield from ((entry, None) for entry in place_entries())
        yield from (each for each in actions if each[0].about.startswith(EVERYWHERE_WORD))

    async def discover(self) -> Hits:
        for entry, node in self._entries:
            yield DiscoveryHit(entry.text, self._done(entry, node), help=about(entry))


class ObjectProvider(EntryProvider):
    """Tables, other objects and revisions: found by part of their names."""

    def entries(self) -> Iterable[tuple[Entry, object]]:
        return ((entry, None) for entry in object_entries(self.cockpit.board))


def about(entry: Entry) -> str:
    """The second line of an entry."""
    return f"{entry.about}   key {entry.key}" if entry.key else entry.about
