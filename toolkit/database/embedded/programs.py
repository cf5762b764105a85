"""Running the server's programs: as the right account, in a clean environment, never through pipes.

`pg_ctl start` hands its output to the server it leaves behind, so a pipe would stay open as long as the
server lives; output goes to a file that is read afterwards.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolkit.cancel import CancelToken
from toolkit.database.embedded.account import Account
from toolkit.database.embedded.errors import ServerProgramFailedError

_KEPT: Final = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "TEMP", "TMP")
_POLL_SECONDS: Final = 0.01


def clean_environment() -> dict[str, str]:
    """The environment of the server: what a program needs to run, a fixed locale, nothing else.

    So no library path or `PG*` setting of ours reaches it, and no secret: the environment of a process can be
    read by its account.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept if os.name == "nt" else kept | {"LC_ALL": "C", "TZ": "UTC", "HOME": os.sep}


@dataclass(frozen=True, slots=True)
class Programs:
    """How to run one set of server programs."""

    account: Account | None
    workdir: Path
    """A folder that the account can enter."""

    def run(self, command: Sequence[str], *, cancel: CancelToken | None = None) -> str:
        """Run to the end and give the output.

        Raises:
            ServerProgramFailedError: the program failed; holds the last lines of its output.
            CancelledError: asked to stop; the program was ended.
            PermissionError: the account cannot enter the program's folder.
        """
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.workdir,
                env=clean_environment(),
                **(self.account.process_options() if self.account else {}),
            )
            try:
                _wait(process, cancel)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
        if process.returncode != 0:
            lines = tuple(line for line in text.splitlines() if line.strip())[-12:]
            raise ServerProgramFailedError(Path(command[0]).stem, process.returncode, lines)
        return text


def _wait(process: subprocess.Popen[bytes], cancel: CancelToken | None) -> None:
    while process.poll() is None:
        if cancel is not None:
            cancel.raise_if_cancelled()
        time.sleep(_POLL_SECONDS)
