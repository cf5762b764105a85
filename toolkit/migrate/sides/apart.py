"""A side of a git ref, built by a process of its own.

Modules of the project that this process has imported already would otherwise stand in for those of the ref.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database import DatabaseUrl
from toolkit.migrate.sides.errors import SideNotBuiltError
from toolkit.migrate.sides.tree import Repository
from toolkit.schema import Snapshot, from_json

_LAST_WAIT: Final = 10.0
"""Seconds that a process gets to clean up."""
_MAIN: Final = """
import sys
from toolkit.cli.main import main
count = int(sys.argv[1])
sys.path[:0] = sys.argv[2:2 + count]
sys.argv[1:2 + count] = []
sys.exit(main())
"""
"""Ours is imported before the path is given to the project, which may have a module of the same name."""


def built_apart(
    repository: Repository,
    tree: Path,
    side: str,
    wanted: str,
    options: Sequence[str],
    url: DatabaseUrl | None,
    cancel: CancelToken | None,
) -> Snapshot:
    """The snapshot that `neonkit schema snapshot WANTED` gives in the files at `tree`.

    `side` is for errors. `url` leads to the server that scratch databases are made on. Raises
    SideNotBuiltError with what the process said, CancelledError.
    """
    folder = tree / repository.below
    if not folder.is_dir():
        raise SideNotBuiltError(side, f"there is no folder {repository.below} at that ref.")
    paths = list(dict.fromkeys(_paths(repository, tree, folder)))
    line = [sys.executable, "-P", "-c", _MAIN, str(len(paths)), *paths, "schema", "snapshot", wanted]
    line += ["--project", str(folder), "--json", "--quiet", "--no-input", *options]
    process = subprocess.Popen(
        line,
        cwd=folder,
        env=_environment(url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Ctrl+C is handed on below: from the terminal it would come twice.
        start_new_session=True,
    )

    def interrupt() -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)

    token = cancel or CancelToken()
    try:
        with token.on_cancel(interrupt):
            out, err = process.communicate()
    except BaseException:
        # The second request: stop at once, but drop the scratch database.
        interrupt()
        try:
            process.communicate(timeout=_LAST_WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        raise
    token.raise_if_cancelled()
    if process.returncode != 0:
        raise SideNotBuiltError(side, _said(err))
    return from_json(out.decode("utf-8"), side)


def _paths(repository: Repository, tree: Path, folder: Path) -> Iterable[str]:
    """Where the project's modules are found: as here, but in the files of the ref."""
    for place in (folder, folder / "src", tree, tree / "src"):
        if place.is_dir():
            yield str(place)
    top = repository.top.resolve()
    for entry in sys.path:
        place = Path(entry or ".").resolve()
        if place.is_relative_to(top) and "site-packages" not in place.parts:
            yield str(tree / place.relative_to(top))


def _environment(url: DatabaseUrl | None) -> dict[str, str]:
    connection = ("DATABASE_URL", "DATABASE_URL_UNPOOLED", "NEONKIT_PROFILE", "ALEMBIC_CONFIG")
    kept = {name: value for name, value in os.environ.items() if name not in connection}
    return kept if url is None else {**kept, "DATABASE_URL": url.reveal_plain()}


def _said(err: bytes) -> str:
    """The sentence of the error that the process ended with."""
    lines = err.decode("utf-8", "replace").strip().splitlines()
    for line in reversed(lines):
        try:
            error = json.loads(line)["error"]
            nested = error["code"] == SideNotBuiltError.code
            return str(error["facts"]["reason"] if nested else error["sentence"])
        except (ValueError, KeyError, TypeError):
            continue
    return lines[-1] if lines else "the process that built it said nothing."
