"""Making and removing the folders of a server. Nothing is removed that was not made here."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
from pathlib import Path

from toolkit.database.embedded.account import Account
from toolkit.database.embedded.errors import ServerNotOursError, UnusableFolderError
from toolkit.database.embedded.layout import Layout, read_record, state_folder, write_record


def make_anchor(layout: Layout) -> None:
    """Make the directory and the anchor, with room for the lock. Safe while another process does the same.

    Raises:
        UnusableFolderError: a folder cannot be made.
        ServerNotOursError: files of somebody else are here.
    """
    try:
        layout.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In this order: our clusters are made after their record, so no other start is taken for a stranger.
        if layout.cluster.exists() and read_record(layout) is None:
            raise ServerNotOursError(str(layout.anchor), "it holds a cluster without a record of ours")
        if layout.is_apart:
            shared_folder("servers")
            _public_folder(layout.anchor)
            layout.pointer.write_text(f"{layout.anchor}\n", "utf-8")
    except OSError as error:
        raise UnusableFolderError(str(layout.directory), error.strerror or str(error)) from error


def claim(layout: Layout, *, durable: bool) -> None:
    """Record whose the anchor is; called under its lock.

    Raises:
        UnusableFolderError: the record cannot be written.
        ServerNotOursError: a server of another kind is here.
    """
    record = read_record(layout)
    try:
        if record is None:
            write_record(layout, durable=durable, port=None)
        elif Path(record.directory) != layout.directory:
            write_record(layout, durable=record.durable, port=record.port)
    except OSError as error:
        raise UnusableFolderError(str(layout.directory), error.strerror or str(error)) from error
    check_kind(layout, durable=durable)


def check_kind(layout: Layout, *, durable: bool) -> None:
    """Refuse to treat a durable server as a throw-away one, which is removed, or the other way round."""
    record = read_record(layout)
    if record is not None and record.durable != durable:
        kind = "durable" if record.durable else "throw-away"
        raise ServerNotOursError(str(layout.directory), f"it holds a {kind} server")


def make_cluster_folder(layout: Layout, account: Account | None) -> None:
    """Make `cluster` with a random password in it, and hand both to the account. Unchanged if it is there."""
    if layout.password.exists():
        return
    shutil.rmtree(layout.cluster, ignore_errors=True)
    layout.cluster.mkdir(mode=0o700)
    handle = os.open(layout.password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(24) + "\n")
    if account is not None:
        os.chown(layout.password, account.uid, account.gid)
        os.chown(layout.cluster, account.uid, account.gid)


def remove(layout: Layout) -> None:
    """Remove what was made here; folders only when nothing of others is left in them."""
    shutil.rmtree(layout.cluster, ignore_errors=not layout.cluster.exists())
    for file in leftover_files(layout):
        file.unlink(missing_ok=True)
    for folder in (layout.anchor, layout.directory):
        with contextlib.suppress(OSError):  # not empty, or gone: then it is not ours to remove
            folder.rmdir()


def leftover_files(layout: Layout) -> tuple[Path, ...]:
    """The files beside `cluster`."""
    return (layout.record, layout.lock, *((layout.pointer,) if layout.is_apart else ()))


def shared_folder(name: str) -> Path:
    """A folder in root's state folder, made if need be.

    Raises:
        UnusableFolderError: it cannot be made, or another account could write there.
    """
    for folder in (state_folder(), state_folder() / name):
        _public_folder(folder)
    return state_folder() / name


def _public_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o755)  # never wider, not even for the moment that another process may look
        folder.chmod(0o755)  # whatever the umask says: the server's account has to pass
    except FileExistsError:
        pass
    except OSError as error:
        raise UnusableFolderError(str(folder), error.strerror or str(error)) from error
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or found.st_mode & 0o022:
        raise UnusableFolderError(str(folder), "others than root may write there")
