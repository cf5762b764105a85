"""The guard over a throw-away server: gone with this process, in order or not."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.database.embedded.folders import leftover_files
from toolkit.database.embedded.installation import Installation
from toolkit.database.embedded.layout import Layout
from toolkit.database.embedded.programs import Programs, clean_environment
from toolkit.errors import NeonkitError

_SCRIPT = Path(__file__).with_name("watchdog.py")


@dataclass(eq=False)
class Watchdog:
    """A small process that outlives this one by a moment, and a hook at this one's exit."""

    process: subprocess.Popen[bytes]
    owner: int = field(default_factory=os.getpid)

    @classmethod
    def over(
        cls, layout: Layout, installation: Installation, programs: Programs, destroy: Callable[[], bool]
    ) -> Watchdog:
        """Watch the server of this layout; `destroy` is called at an orderly exit."""
        account = programs.account
        task = {
            "stop": [
                installation.binaries.program("pg_ctl"),
                "stop",
                f"--pgdata={layout.data}",
                "--mode=immediate",
                "--wait",
            ],
            "user": account.uid if account else None,
            "group": account.gid if account else None,
            "workdir": str(layout.cluster),
            "paths": [str(path) for path in (layout.cluster, *leftover_files(layout))],
            "rmdir": [str(layout.anchor), str(layout.directory)],
        }
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SCRIPT), json.dumps(task)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=os.sep,
            env=clean_environment(),
            start_new_session=True,  # Ctrl-C in the terminal must not end the guard with the guarded
        )
        watchdog = cls(process)
        atexit.register(watchdog._at_exit, destroy)
        return watchdog

    def dismiss(self) -> None:
        """The server is gone in order: let the process end without doing anything."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            with contextlib.suppress(OSError):  # it ended by itself
                self.process.stdin.write(b".")
                self.process.stdin.close()
        self.process.wait()

    def _at_exit(self, destroy: Callable[[], bool]) -> None:
        # A forked child runs its parent's hooks; the server belongs to the parent.
        if os.getpid() == self.owner and self.process.poll() is None:
            with contextlib.suppress(NeonkitError, OSError):  # the watchdog does it when the pipe ends
                destroy()
