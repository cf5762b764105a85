"""Line 1: which database this is. Environment and read-only state are words as well as colours."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from toolkit.tui.facts.connection import Failure, Identity
from toolkit.tui.facts.migrations import Revisions

WORDS = {"dev": "DEV", "staging": "STAGING", "production": "PROD"}


class Banner(Static):
    """The identity banner: the most important words first, the first to go at the end."""

    def tell(
        self,
        identity: Identity | Failure | None,
        revisions: Revisions | Failure | None,
        armed_until: str | None = None,
    ) -> None:
        """Show what is known now."""
        self.set_classes(f"env-{identity.environment}" if isinstance(identity, Identity) else "env-unknown")
        text = banner_text(identity, revisions, self.app.size.width, armed_until)
        self.update(Text(text, no_wrap=True, overflow="ellipsis"))


def banner_text(
    identity: Identity | Failure | None,
    revisions: Revisions | Failure | None,
    width: int,
    armed_until: str | None = None,
) -> str:
    """The banner's words for a terminal `width` columns wide.

    Environment, database, mode and pending revisions stay to the last; host, role and version go first.
    """
    if identity is None:
        return " NEONKIT  opening the project ..."
    if isinstance(identity, Failure):
        return f" NOT CONNECTED  {identity.sentence}"
    must = [WORDS[identity.environment], f"db={shortened(identity.database, max(8, width - 52))}"]
    may = [
        identity.host,
        f"role={identity.role}",
        f"PG{identity.version.split('.')[0]}",
        "pooled" if identity.pooled else "direct",
    ]
    writes = f"WRITES ON until {armed_until}" if armed_until else "WRITES ON"
    last = ["READ-ONLY" if identity.read_only else writes, *revision_words(revisions)]
    while may and len("  ".join([*must, *may, *last])) + 2 > width:
        may.pop()
    return " " + "  ".join([*must, *may, *last])


def revision_words(revisions: Revisions | Failure | None) -> list[str]:
    """The current revision and how many are pending, in words."""
    if not isinstance(revisions, Revisions):
        return ["rev ?"]
    current = "+".join(shortened(revision, 12) for revision in revisions.current) or "base"
    pending = f"+{len(revisions.pending)} pending" if revisions.pending else "at head"
    return [f"rev {current}", pending]


def shortened(text: str, width: int) -> str:
    """A text of at most `width` columns; a cut one ends in dots."""
    return text if len(text) <= width else text[: width - 2] + ".."
