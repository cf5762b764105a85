"""Models, migrations and database held against each other, for mode 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.migrate import drift as room
from toolkit.migrate.drift.report import fix_of, said
from toolkit.migrate.errors import NoProjectError
from toolkit.schema.spelling import plural
from toolkit.tui.backend.opened import Opened
from toolkit.tui.facts.overview import DriftGlance
from toolkit.tui.facts.schema import Drift, DriftLine

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from toolkit.migrate import AlembicProject


class DriftBackend:
    """Compares as `neonkit drift` does: in scratch databases, the database itself is only read."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def compare(self, emit: Emit, cancel: CancelToken) -> Drift:
        """Build what has to be built, and compare."""
        found = room.drift(
            self._project(),
            self._opened.workspace.database,
            self._metadata(),
            self._options(),
            emit=emit,
            cancel=cancel,
        )
        return Drift(tuple(map(_line, found.differences)), tuple(_remarks(found)), _verdict(found))

    def glance(self) -> DriftGlance:
        """What the last comparison says, if it still holds. Nothing is built and nothing is compared."""
        database = self._opened.workspace.database
        found = room.glance(self._project(), database, self._metadata(), self._options())
        when = f"compared {found.compared[:16].replace('T', ' ')} UTC" if found.compared else ""
        if found.state is room.GlanceState.UNKNOWN:
            reason = (found.reason or "").rstrip(".")
            return DriftGlance(None, "; ".join(filter(None, (reason, when))) or "not compared yet")
        return DriftGlance(found.differences or 0, when)

    def _options(self) -> room.Options:
        settings = self._opened.workspace.settings
        return room.Options(
            production=settings.environment == "production" or settings.read_only,
            cache=settings.project_dir / ".neonkit" / "cache",
            accepted=room.read_accepted(settings.project_dir / room.FILE),
        )

    def _project(self) -> AlembicProject | None:
        """None where there is none and the models are configured."""
        settings = self._opened.workspace.settings
        try:
            return self._opened.workspace.project
        except NoProjectError:
            if settings.models or settings.metadata:
                return None
            raise

    def _metadata(self) -> Sequence[MetaData] | None:
        """The configured models; None leaves them to env.py."""
        settings = self._opened.workspace.settings
        if not settings.models and not settings.metadata:
            return None
        return self._opened.workspace.registry.metadata


def _line(row: room.Difference) -> DriftLine:
    return DriftLine(
        key=row.object,
        path=row.key.path,
        attribute=row.attribute.replace("_", " "),
        models=said(row.models),
        migrations=said(row.migrations),
        pending=said(row.pending),
        database=said(row.live),
        cause=row.cause.value,
        fix=fix_of(row.cause),
    )


def _remarks(found: room.DriftReport) -> Iterator[str]:
    for unknown in found.unknowns:
        yield f"unknown: {unknown.subject}: {unknown.reason}"
    if found.accepted:
        yield f"{plural('difference', len(found.accepted))} accepted in {room.FILE}"
    for entry in (*found.expired, *found.unused):
        yield f"acceptance to look at: {entry.object} {entry.attribute}"
    if found.outside_models:
        yield f"not in the models, held against the migrations only: {', '.join(found.outside_models)}"
    for reason, count in found.not_compared.items():
        yield f"not compared: {reason} ({count:,})"


def _verdict(found: room.DriftReport) -> str:
    if found.drifted:
        return plural("difference", len(found.differences))
    return "no drift in what could be compared" if found.unknowns else "no drift"
