"""Server programs that the server's account can run: in place, or copied once for it.

A copy is made only when root drops to an account that cannot enter the programs' folder, typically because a
virtual environment lies in root's home. It goes to root's own state folder, readable and not writable for
everybody else.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from toolkit.database.embedded.account import Account
from toolkit.database.embedded.binaries import ServerBinaries, version_of
from toolkit.database.embedded.errors import ServerProgramFailedError
from toolkit.database.embedded.folders import shared_folder
from toolkit.database.embedded.programs import Programs


@dataclass(frozen=True, slots=True)
class Installation:
    """Programs that run, and their version (`18.6`)."""

    binaries: ServerBinaries
    version: str


def install(binaries: ServerBinaries, account: Account | None) -> Installation:
    """The programs as the account can run them.

    Raises:
        ServerProgramFailedError: `initdb --version` fails, for want of a system library perhaps.
        UnusableFolderError: a copy is needed and there is no place for it.
    """
    programs = Programs(account, Path(os.sep))
    try:
        return Installation(binaries, _version(binaries, programs))
    except (PermissionError, ServerProgramFailedError):
        if account is None:
            raise
    copied = _copy(binaries)
    return Installation(copied, _version(copied, programs))


def _version(binaries: ServerBinaries, programs: Programs) -> str:
    # `initdb` needs the client library too, so it fails where `postgres` alone would not.
    return version_of(programs.run([binaries.program("initdb"), "--version"]))


def _copy(binaries: ServerBinaries) -> ServerBinaries:
    """Copy to `<state>/programs/<key>`; the key is that of the server program's content."""
    with Path(binaries.program("postgres")).open("rb") as program:
        content = hashlib.file_digest(program, "sha256")
    content.update(str(binaries.travels).encode())
    folder = shared_folder("programs")
    target = folder / content.hexdigest()[:16]
    if not target.is_dir():
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as new:
            fresh = Path(new) / "tree"
            for part in binaries.travels:
                shutil.copytree(binaries.root / part, fresh / part, symlinks=True)
            _open_for_reading(fresh)
            try:
                fresh.rename(target)
            except OSError:  # another process was faster; its copy is as good
                if not target.is_dir():
                    raise
    return binaries.moved_to(target)


def _open_for_reading(folder: Path) -> None:
    """0755 for folders and programs, 0644 for the rest, whatever the umask of the installer was."""
    for here, _, files in os.walk(folder):
        Path(here).chmod(0o755)
        for name in files:
            path = Path(here) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
