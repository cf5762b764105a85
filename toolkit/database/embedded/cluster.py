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
        *([] if durable else ["--no-sync"]),
    ]
    try:
        programs.run(command, cancel=cancel)
    except BaseException:
        shutil.rmtree(layout.unfinished, ignore_errors=True)
        raise
    layout.unfinished.rename(layout.data)


def check_version(layout: Layout, installation: Installation) -> None:
    """Compare `PG_VERSION` with the programs.

    Raises:
        ServerVersionMismatchError: the majors differ.
    """
    made_by = (layout.data / "PG_VERSION").read_text("utf-8").strip()
    if made_by != major_of(installation.version):
        raise ServerVersionMismatchError(str(layout.data), made_by, installation.version)
