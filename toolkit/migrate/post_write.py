"""The programs a project runs over a new revision file (`post_write_hooks`), heard instead of shown."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from alembic.script import write_hooks

from toolkit.migrate.replacing import replaced
from toolkit.migrate.silence import Heard


class _HeardPrograms:
    """Stands for the module `subprocess` in Alembic's runner of hooks."""

    DEVNULL = subprocess.DEVNULL

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    def run(self, command: Sequence[str], **options: Any) -> None:
        """Run the program; a failure of it is a line, not an end: the file is written."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **options}
        try:
            ran = subprocess.run(list(command), text=True, check=False, **given)
        except OSError as error:
            self._heard.line(f"The hook {' '.join(command)} did not start: {error.strerror}.")
            return
        for line in (ran.stdout or "").splitlines():
            self._heard.line(line)
        if ran.returncode:
            self._heard.line(f"The hook {' '.join(command)} ended with code {ran.returncode}.")


@contextmanager
def programs_heard(heard: Heard) -> Iterator[None]:
    """Take in what hooks print while the block runs."""
    with replaced(write_hooks, "subprocess", _HeardPrograms(heard)):
        yield
