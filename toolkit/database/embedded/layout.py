"""Where one embedded server lives, and the record that says it is ours.

The *directory* is what a project names (`.neonkit/server`): it holds the record and the lock. The *home*
holds data, password and log, and must be a folder the server's account can enter:

- ordinary user: the home is the directory itself;
- root: the home is `<state>/servers/<hash of the directory>`, owned by the server's account, because projects
  often lie below root's own home, which no other account may enter. `<state>` is `/var/lib/neonkit`, or
  `/var/tmp/neonkit` where that cannot be made; it belongs to root, so nobody else can put a folder there.

Invariant: nothing is started or removed in a home whose marker does not name its directory.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from toolkit.database.embedded.account import Account
from toolkit.database.embedded.errors import ServerNotOursError, UnusableFolderError

RECORD_NAME: Final = "server.json"
_MARKER: Final = ".neonkit-server"
_STATES: Final = (Path("/var/lib/neonkit"), Path("/var/tmp/neonkit"))  # checked to be root's own before use


@dataclass(frozen=True, slots=True)
class Record:
    """What `server.json` says."""

    home: str
    durable: bool
    port: int | None = None
    format: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one server."""

    directory: Path
    home: Path

    @property
    def record(self) -> Path:
        return self.directory / RECORD_NAME

    @property
    def lock(self) -> Path:
        return self.directory / "server.lock"

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def unfinished(self) -> Path:
        """Where `initdb` works; becomes `data` when it is complete."""
        return self.home / "data.new"

    @property
    def password(self) -> Path:
        return self.home / "password"

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def marker(self) -> Path:
        return self.home / _MARKER

    @property
    def made(self) -> bool:
        """Whether a complete data folder is there."""
        try:
            return (self.data / "PG_VERSION").is_file()
        except PermissionError as error:
            raise UnusableFolderError(str(self.home), "it belongs to another account") from error


def state_folder() -> Path:
    """Root's folder for server homes and copied programs, made if need be.

    Raises:
        UnusableFolderError: none can be made, or another account could write there.
    """
    reason = "no place for it"
    for folder in _STATES:
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            found = folder.lstat()
        except OSError as error:
            reason = error.strerror or str(error)
            continue
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 and not found.st_mode & 0o022:
            return folder
        reason = "it does not belong to root alone"
    raise UnusableFolderError(str(_STATES[0]), reason)


def find_layout(directory: Path) -> Layout:
    """The layout of a directory: as its record says, or as a new one would be."""
    directory = Path(os.path.abspath(directory))  # noqa: PTH100 - a symlink in the name must stay in the name
    record = read_record(directory)
    if record is not None:
        found = Layout(directory, directory / record.home)
        if found.home == directory or _names(found.marker, directory):
            return found
    if os.name == "nt" or os.geteuid() != 0:
        return Layout(directory, directory)
    key = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Layout(directory, state_folder() / "servers" / key)


def read_record(directory: Path) -> Record | None:
    """The record of a directory, None if it has none.

    Raises:
        ServerNotOursError: there is a `server.json`, but not one of ours.
    """
    try:
        text = (directory / RECORD_NAME).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise UnusableFolderError(str(directory), "it belongs to another account") from error
    try:
        fields = json.loads(text)
        if fields["format"] != 1:
            raise ServerNotOursError(str(directory), f"its {RECORD_NAME} has an unknown format")
        return Record(str(fields["home"]), bool(fields["durable"]), fields["port"])
    except (ValueError, KeyError, TypeError) as error:
        raise ServerNotOursError(str(directory), f"its {RECORD_NAME} is not one of ours") from error


def write_record(layout: Layout, *, durable: bool, port: int | None) -> None:
    """Write `server.json`, whole or not at all."""
    home = "." if layout.home == layout.directory else str(layout.home)
    new = layout.record.with_suffix(".new")
    new.write_text(json.dumps(asdict(Record(home, durable, port))) + "\n", "utf-8")
    new.replace(layout.record)


def make_home(layout: Layout, account: Account | None) -> None:
    """Make directory and home (0700), hand the home to the account, and mark it.

    Raises:
        UnusableFolderError: a folder cannot be made or entered.
        ServerNotOursError: the home holds files that are not of a server of ours.
    """
    try:
        layout.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if layout.home != layout.directory:
            layout.home.parent.mkdir(mode=0o755, exist_ok=True)
            layout.home.mkdir(mode=0o700, exist_ok=True)
        if _names(layout.marker, layout.directory):
            return
        if layout.data.exists():
            raise ServerNotOursError(str(layout.home), "it holds a data folder without our marker")
        layout.marker.write_text(str(layout.directory) + "\n", "utf-8")
        if account is not None and layout.home != layout.directory:
            os.chown(layout.home, account.uid, account.gid)
    except OSError as error:
        raise UnusableFolderError(str(layout.directory), error.strerror or str(error)) from error


def _names(marker: Path, directory: Path) -> bool:
    """Whether the marker names this directory, or one that is gone: then the project was moved."""
    try:
        named = Path(marker.read_text("utf-8").rstrip("\n"))
    except PermissionError as error:
        raise UnusableFolderError(str(marker.parent), "it belongs to another account") from error
    except OSError:
        return False
    if marker.parent == directory or named == directory:
        return True
    if read_record(named) is not None:
        return False
    marker.write_text(str(directory) + "\n", "utf-8")
    return True


def remove(layout: Layout) -> None:
    """Remove what we made and nothing else; folders only when nothing of others is left in them.

    Raises:
        ServerNotOursError: there is no record or no marker of ours.
    """
    if not layout.directory.exists():
        return
    if read_record(layout.directory) is None or not _names(layout.marker, layout.directory):
        raise ServerNotOursError(str(layout.directory), f"it has no {RECORD_NAME} and marker of ours")
    for folder in (layout.data, layout.unfinished):
        if folder.exists():
            shutil.rmtree(folder)
    for file in (layout.password, layout.log, layout.marker, layout.record, layout.lock):
        file.unlink(missing_ok=True)
    for folder in {layout.home, layout.directory}:
        with contextlib.suppress(OSError):  # not empty: something of the user's is in it
            folder.rmdir()
