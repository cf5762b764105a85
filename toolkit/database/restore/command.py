"""A command of the project as a restore point: what it exits with says whether there is one.

It is run without a shell in the project's folder, and finds the database in libpq's variables, so that
`pg_dump` needs no argument; the password is among them and nowhere else.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from datetime import datetime
from typing import IO, Final

from toolkit.cancel import CancelToken
from toolkit.database.restore.errors import RestorePointFailedError
from toolkit.database.restore.means import OwnCommand
from toolkit.database.restore.point import RestorePoint
from toolkit.events import Emit, Notice
from toolkit.secret import without_passwords

COMMAND: Final = "the project's command"
LONGEST: Final = 300


def run_command(
    means: OwnCommand, name: str, now: datetime, before: str, emit: Emit, cancel: CancelToken
) -> RestorePoint:
    """Run it to its end; each line it prints is told. Raises RestorePointFailedError."""
    try:
        process = subprocess.Popen(
            means.arguments,
            cwd=means.folder,
            env=_environment(means, name, before),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise RestorePointFailedError(name, COMMAND, f"cannot be run: {error.strerror}") from None
    assert process.stdout is not None
    try:
        with cancel.on_cancel(lambda: _end(process)):
            said = _heard(process.stdout, means, emit)
            code = process.wait()
    except BaseException:
        _end(process)
        raise
    finally:
        process.stdout.close()
    cancel.raise_if_cancelled()
    if code != 0:
        told = f", its last words: {said}" if said else ""
        raise RestorePointFailedError(name, COMMAND, f"ended with {code}{told}")
    return RestorePoint("command", name, now, said=said)


def _heard(lines: IO[str], means: OwnCommand, emit: Emit) -> str | None:
    password = means.url.libpq_parameters().get("password")
    last = None
    for line in lines:
        told = without_passwords(" ".join(line.split()))
        if password and password in told:
            told = told.replace(password, "***")
        if told:
            last = told[:LONGEST]
            emit(Notice("info", last))
    return last


def _environment(means: OwnCommand, name: str, before: str) -> dict[str, str]:
    """The process's own, without what is not the command's business, and with the database."""
    names = {
        "host": "PGHOST",
        "hostaddr": "PGHOSTADDR",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
        "sslmode": "PGSSLMODE",
        "sslrootcert": "PGSSLROOTCERT",
    }
    given = {key: str(value) for key, value in means.url.libpq_parameters().items() if value is not None}
    environment = {key: value for key, value in os.environ.items() if key != "NEON_API_KEY"}
    environment |= {variable: given[key] for key, variable in names.items() if key in given}
    return environment | {"NEONKIT_RESTORE_POINT_NAME": name, "NEONKIT_RESTORE_POINT_BEFORE": before}


def _end(process: subprocess.Popen[str]) -> None:
    """End it with everything it started."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()
