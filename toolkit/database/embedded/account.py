"""Who runs the server: ourselves, or, started by root, an unprivileged account that exists already.

Invariant: no account is created and no permission of a folder that is not ours is changed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any, Final

from toolkit.database.embedded.errors import NoServerAccountError
from toolkit.database.embedded.layout import Layout, is_root

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


def server_account(layout: Layout) -> Account | None:
    """The account to drop to, or None when this process is not root.

    A cluster that exists is run by its owner, so that an account added later changes nothing.

    Raises:
        NoServerAccountError: root, and none of `ACCOUNTS` exists.
    """
    if sys.platform == "win32" or not is_root():
        return None
    import pwd

    if layout.cluster.exists() and (owner := layout.cluster.stat()).st_uid != 0:
        try:
            name = pwd.getpwuid(owner.st_uid).pw_name
        except KeyError:  # a container's owner often has a number only
            name = f"uid {owner.st_uid}"
        return Account(name, owner.st_uid, owner.st_gid)
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(name, entry.pw_uid, entry.pw_gid)
    raise NoServerAccountError(ACCOUNTS)
