"""Line 1: which database this is. Environment and read-only state are words as well as colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Static

from toolkit.reports.table import printable
from toolkit.tui.facts.connection import Failure, Identity, known

if TYPE_CHECKING:
    from toolkit.tui.facts.migrations import Revisions

WORDS = {"dev": "DEV", "staging": "STAGING", "production": "PROD"}


class Banner(Static):
    """The identity banner: the most important words first, the first to go at the end."""

    def tell(
        self,
        identity: Identity | Failure | None,
        revisions: Revisions | Failure | None,
        armed_until: str | None = None,
        *,
        lost: bool = False,
    ) -> None:
        """Show what is known now."""
        environment = identity.environment if isinstance(identity, Identity) else "unknown"
        self.set_classes(f"env-{environment}{' lost' if lost else ''}")
        text = banner_text(identity, revisions, self.app.size.width, armed_until, lost=lost)
        # Filled to the edge: without colours the line is reversed, and only where letters stand.
        self.update(Text(text.ljust(self.app.size.width), no_wrap=True, overflow="ellipsis"))


def banner_text(
    identity: Identity | Failure | None,
    revisions: Revisions | Failure | None,
    width: int,
    armed_until: str | None = None,
    *,
    lost: bool = False,
) -> str:
    """The banner's words for a terminal `width` columns wide: who on the left, the state on the right.

    Environment, database, mode and pending revisions stay to the last. What falls away first: the revision,
    direct or pooled, the version, the host (after it was shortened), the role.
    """
    if identity is None:
        return " NEONKIT  opening the project ..."
    if isinstance(identity, Failure):
        return f" NOT CONNECTED  {printable(identity.sentence)}"
    writes = f"WRITES ON until {armed_until}" if armed_until else "WRITES ON"
    state = "READ-ONLY" if identity.read_only else writes
    current, pending = revision_words(revisions)
    for host, role, version, kind, revision in fallbacks(identity, current):
        left = [WORDS[identity.environment], *(["LOST"] if lost else []), *host, f"db={identity.database}"]
        right = [state, *revision, pending]
        texts = "  ".join([*left, *role, *version, *kind]), "  ".join(right)
        if len(texts[0]) + len(texts[1]) + 4 <= width:
            gap = width - len(texts[0]) - len(texts[1]) - 2
            return f" {texts[0]}{' ' * gap}{texts[1]}"
    # Nothing more can fall away: the database's name is shortened.
    word = f"{WORDS[identity.environment]}{'  LOST' if lost else ''}"
    room = width - len(word) - len(state) - len(pending) - 11
    return f" {word}  db={shortened(identity.database, max(8, room))}  {state}  {pending}"


def fallbacks(identity: Identity, current: str) -> list[tuple[list[str], ...]]:
    """What may stand beside the words that must, from all to nothing: host, role, version, kind, rev."""
    host, short = [identity.host], [identity.host.split(".", 1)[0]]
    role, version = [f"role={identity.role}"], [f"PG{identity.version.split('.')[0]}"]
    kind, revision = ["pooled" if identity.pooled else "direct"], [current]
    if identity.host.replace(".", "").isdigit():
        short = host  # half an address says nothing
    return [
        (host, role, version, kind, revision),
        (short, role, version, kind, revision),
        (short, role, version, kind, []),
        (short, role, version, [], []),
        (short, role, [], [], []),
        ([], role, [], [], []),
        ([], [], [], [], []),
    ]


def revision_words(revisions: Revisions | Failure | None) -> tuple[str, str]:
    """The current revision, and how many are pending, in words."""
    if not known(revisions):
        return "rev ?", "pending ?" if isinstance(revisions, Failure) else "..."
    current = "+".join(shortened(revision, 12) for revision in revisions.current) or "base"
    return f"rev {current}", f"+{len(revisions.pending)} pending" if revisions.pending else "at head"


def shortened(text: str, width: int) -> str:
    """A text of at most `width` columns; a cut one ends in dots."""
    return text if len(text) <= width else text[: width - 2] + ".."
