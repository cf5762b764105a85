"""Where the files of one embedded server are, as values; nothing here touches the disk but to look.

The *directory* is what a project names (`.neonkit/server`). The *anchor* holds the record, the lock and the
folder `cluster`, which belongs to the account that runs the server:

- ordinary user: the anchor is the directory itself;
- root: the anchor is `<state>/servers/<hash of the directory>`, because projects often lie below root's own
  home, which the server's account may not enter; the directory then holds the file `elsewhere` that names it.
  `<state>` is `NEONKIT_STATE_DIR`, or `/var/lib/neonkit`, or `/var/tmp/neonkit` where that cannot be made.

Only `cluster` belongs to another account than the one that reads the record: root never follows a name that
the server's account may have put there.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from toolkit.database.embedded.errors import ServerNotOursError, UnusableFolderError

STATE_VARIABLE: Final = "NEONKIT_STATE_DIR"
RECORD_NAME: Final = "server.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Record:
    """What `server.json` says about the server beside it."""

    directory: str
    durable: bool
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one server."""

    directory: Path
    anchor: Path

    @property
    def pointer(self) -> Path:
        """Names the anchor when it is not the directory."""
        return self.directory / "elsewhere"

    @property
    def record(self) -> Path:
        return self.anchor / RECORD_NAME

    @property
    def lock(self) -> Path:
        return self.anchor / "server.lock"

    @property
    def cluster(self) -> Path:
        """0700; all in it is the server account's."""
        return self.anchor / "cluster"

    @property
    def data(self) -> Path:
        return self.cluster / "data"

    @property
    def unfinished(self) -> Path:
        """Where `initdb` works; becomes `data` when it is complete."""
        return self.cluster / "data.new"

    @property
    def password(self) -> Path:
        return self.cluster / "password"

    @property
    def log(self) -> Path:
        return self.cluster / "server.log"

    @property
    def is_apart(self) -> bool:
        """Whether the anchor lies in root's state folder."""
        return self.anchor != self.directory

    @property
    def has_data(self) -> bool:
        """Whether a complete data folder is there.

        Raises:
            UnusableFolderError: it belongs to another account.
        """
        try:
            return (self.data / "PG_VERSION").is_file()
        except PermissionError as error:
            raise UnusableFolderError(str(self.cluster), "it belongs to another account") from error


def find_layout(directory: Path) -> Layout:
    """The layout of a directory: the one that is there, or else the one a new server would get.

    Raises:
        ServerNotOursError: the directory has a `server.json` of somebody else.
        UnusableFolderError: it cannot be read.
    """
    directory = Path(os.path.abspath(directory))  # noqa: PTH100 - a link in the name stays in the name
    own = Layout(directory, directory)
    if read_record(own) is not None:
        return own
    named = _text(own.pointer)
    if named is not None:
        apart = Layout(directory, Path(named.strip()))
        record = read_record(apart)
        if record is not None and _belongs(record, directory):
            return apart
    if not is_root():
        return own
    key = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Layout(directory, state_folder() / "servers" / key)


def is_root() -> bool:
    """Whether this process runs as root, for which PostgreSQL does not run."""
    return sys.platform != "win32" and os.geteuid() == 0


def state_folder() -> Path:
    """Root's folder for servers and copied programs; it may not exist yet."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named)
    library = Path("/var/lib")
    return (library if os.access(library, os.W_OK) else library.with_name("tmp")) / "neonkit"


def read_record(layout: Layout) -> Record | None:
    """The record of a layout, None if it has none.

    Raises:
        ServerNotOursError: there is a `server.json`, but not one of ours.
        UnusableFolderError: it cannot be read.
    """
    text = _text(layout.record)
    if text is None:
        return None
    try:
        fields = json.loads(text)
        if fields["neonkit"] == _FORMAT:
            return Record(str(fields["directory"]), bool(fields["durable"]), fields["port"])
    except (ValueError, KeyError, TypeError) as error:
        raise ServerNotOursError(str(layout.anchor), f"its {RECORD_NAME} is not one of ours") from error
    raise ServerNotOursError(str(layout.anchor), f"its {RECORD_NAME} has another format")


def write_record(layout: Layout, *, durable: bool, port: int | None) -> None:
    """Write `server.json`, whole or not at all."""
    new = layout.record.with_suffix(".new")
    new.write_text(json.dumps({"neonkit": _FORMAT, **asdict(Record(str(layout.directory), durable, port))}))
    new.replace(layout.record)


def _belongs(record: Record, directory: Path) -> bool:
    """Whether the record is this directory's: it names it, or what it names is gone and the project moved."""
    return Path(record.directory) == directory or not Path(record.directory).exists()


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise UnusableFolderError(str(path.parent), error.strerror or str(error)) from error
