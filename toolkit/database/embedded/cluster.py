"""Making a data folder: SCRAM passwords only, UTF8, C.UTF-8 as on Neon, 0700."""

from __future__ import annotations

import shutil
import sys
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database.embedded.binaries import major_of
from toolkit.database.embedded.errors import ServerVersionMismatchError, UnusableFolderError
from toolkit.database.embedded.installation import Installation
from toolkit.database.embedded.layout import Layout
from toolkit.database.embedded.programs import Programs
from toolkit.secret import Secret

SUPERUSER: Final = "neonkit"
"""The role that owns the cluster."""

_SCRAM_ROUNDS_SINCE: Final = 16

# macOS has no C.UTF-8 in its own locales; PostgreSQL's built-in one sorts and folds the same way.
_LOCALE: Final = (
    ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    if sys.platform in {"darwin", "win32"}
    else ("--locale=C.UTF-8",)
)


def read_password(layout: Layout) -> Secret:
    """The superuser's password.

    Raises:
        UnusableFolderError: the file is missing or belongs to another account.
    """
    try:
        return Secret(layout.password.read_text("utf-8").strip())
    except OSError as error:
        reason = f"its password file cannot be read ({error.strerror})"
        raise UnusableFolderError(str(layout.cluster), reason) from error


def make_cluster(
    layout: Layout,
    installation: Installation,
    programs: Programs,
    *,
    durable: bool,
    cancel: CancelToken | None,
) -> None:
    """Run `initdb` in a folder of its own and give it its name when it is complete."""
    shutil.rmtree(layout.unfinished, ignore_errors=True)
    command = [
        installation.binaries.program("initdb"),
        f"--pgdata={layout.unfinished}",
        f"--username={SUPERUSER}",
        f"--pwfile={layout.password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-instructions",
        *_LOCALE,
        *([] if durable else _throw_away(installation.version)),
    ]
    try:
        programs.run(command, cancel=cancel)
    except BaseException:
        shutil.rmtree(layout.unfinished, ignore_errors=True)
        raise
    layout.unfinished.rename(layout.data)


def _throw_away(version: str) -> list[str]:
    """No waiting for the disk, and a password that is proved in one round of hashing.

    The rounds are there to make weak passwords slow to guess. This one is random, and 4,096 rounds on
    both sides are half the time of opening a connection. Older servers have no such setting.
    """
    rounds = ["--set=scram_iterations=1"] if int(major_of(version)) >= _SCRAM_ROUNDS_SINCE else []
    return ["--no-sync", *rounds]


def check_version(layout: Layout, installation: Installation) -> None:
    """Compare `PG_VERSION` with the programs.

    Raises:
        ServerVersionMismatchError: the majors differ.
    """
    made_by = (layout.data / "PG_VERSION").read_text("utf-8").strip()
    if made_by != major_of(installation.version):
        raise ServerVersionMismatchError(str(layout.data), made_by, installation.version)
