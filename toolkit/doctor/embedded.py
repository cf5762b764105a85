"""The embedded server: its programs, its account, its folder and the room on the disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from toolkit.database.embedded import EmbeddedServer, find_binaries
from toolkit.doctor.values import Chart, Symptom
from toolkit.settings import Settings

_ENOUGH: Final = 512 * 1024 * 1024
"""Bytes: a new server takes about 60 MB, a rehearsal with copies a few hundred."""


def embedded(settings: Settings) -> list[Symptom]:
    """Whether a server of our own can be started here, and whether one is."""
    chart = Chart("embedded server")
    with chart.looking_at("programs"):
        chart.ok("programs", str(find_binaries(None).root))
    with chart.looking_at("server"):
        status = EmbeddedServer(settings.server_dir, durable=True).status()
        place = f", PostgreSQL {status.major_version}, port {status.port}" if status.state != "absent" else ""
        account = f", run by {status.account}" if status.account else ""
        chart.ok("server", f"{status.state}{place}{account}")
    folder = _existing(settings.server_dir)
    free = shutil.disk_usage(folder).free
    found = f"{free / 1024**3:.1f} GB free in {folder}"
    if free < _ENOUGH:
        chart.problem("disk", found, "Make room, or name another folder as server_dir.")
    else:
        chart.ok("disk", found)
    return chart.symptoms


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.exists())
