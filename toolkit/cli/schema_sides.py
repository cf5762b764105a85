"""Where the commands of `neonkit schema` get the sides of a comparison from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from toolkit.cli.call import Call
from toolkit.cli.drift_options import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import MetaData

    from toolkit.database import Database
    from toolkit.migrate.sides import Ground, Known
    from toolkit.secret import Secret
    from toolkit.workspace import Workspace

SIDE: Final = (
    "live, a URL, a file of `schema snapshot`, models, rev:REVISION,"
    " git:REF, git:REF@REVISION, git:REF:models."
)


def sides_of(call: Call, words: Sequence[str], place: Place, *, fresh: bool) -> tuple[Known, ...]:
    """The sides that the words name. Raises SideSpellingError before anything is read."""
    from toolkit.migrate.sides import read_sides, side_of

    sides = [side_of(word) for word in words]
    return read_sides(_ground(call, place, fresh=fresh), sides, emit=call.emit, cancel=call.cancel)


def _ground(call: Call, place: Place, *, fresh: bool) -> Ground:
    from toolkit.migrate.sides import Ground, Scratch

    settings = call.settings()
    section = settings.alembic_section
    options = () if section == "alembic" else ("--section", section)
    elsewhere = _elsewhere(call)

    def database(url: Secret | None) -> Database:
        return elsewhere(url).database

    def production(url: Secret | None) -> bool:
        found = elsewhere(url).settings
        return found.environment == "production" or found.read_only

    return Ground(
        directory=settings.project_dir,
        project=lambda: call.workspace().project,
        metadata=lambda: _metadata(call),
        database=database,
        production=production,
        config=settings.alembic_config,
        options=(*options, *(word for one in call.options.x for word in ("-x", one))),
        scratch=Scratch(place.value),
        cache=settings.project_dir / ".neonkit" / "cache",
        fresh=fresh,
    )


def _elsewhere(call: Call) -> Callable[[Secret | None], Workspace]:
    """The workspace of another database: as careful as a profile that names it."""

    def at(url: Secret | None) -> Workspace:
        if url is None:
            return call.workspace()
        from toolkit.settings import load_settings
        from toolkit.workspace import Workspace

        start = call.options.project or Path.cwd()
        return Workspace.open(load_settings(start, {"database_url": url}))

    return at


def _metadata(call: Call) -> Sequence[MetaData] | None:
    """The configured models; None leaves them to env.py."""
    settings = call.settings()
    if not settings.models and not settings.metadata:
        return None
    return call.workspace().registry.metadata
