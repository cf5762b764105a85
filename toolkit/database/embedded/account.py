"""Who runs the server: ourselves, or, started by root, an unprivileged account that exists already.

Invariant: no account is created and no permission of a folder that is not ours is changed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolkit.database.embedded.errors import NoServerAccountError

ACCOUNTS: Final = ("postgres", "nobody", "daemon")
"""Tried in this order when root starts a server."""


@dataclass(frozen=True, slots=True)
class Account:
    """An operating system account that is not root."""

    name: str
    uid: int
    gid: int

    def process_options(self) -> dict[str, Any]:
        """Keywords for `subprocess` that run a program as this account with no other groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account(home: Path | None = None) -> Account | None:
    """The account to drop to, or None when this process is not root.

    A server folder that exists is run by its owner, so that an account added later changes nothing.

    Raises:
        NoServerAccountError: root, and none of `ACCOUNTS` exists.
    """
    if sys.platform == "win32" or os.geteuid() != 0:
        return None
    import pwd

    if home is not None and home.exists() and (uid := home.stat().st_uid) != 0:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            return Account(f"uid {uid}", uid, home.stat().st_gid)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoServerAccountError(ACCOUNTS)
