"""Ends a throw-away server when the process that started it is gone. Run as a script, standard library only.

The parent holds the writing end of a pipe that is this process's standard input: the pipe ends when the
parent dies, even by SIGKILL. A parent that has cleaned up itself sends one byte first.

Arguments: a JSON object with `stop` (the command), `user`, `group` (numbers or null), `workdir`, `paths`
(what to remove: files and folders), `rmdir` (folders to remove if they are empty).
"""

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path


def main(text: str) -> None:
    """Wait for the parent's end, then stop the server and remove what it left."""
    task = json.loads(text)
    if sys.stdin.buffer.read(1):
        return
    account = {}
    if task["user"] is not None:
        account = {"user": task["user"], "group": task["group"], "extra_groups": []}
    # The server may be stopped already; then only the folders are left to remove.
    subprocess.run(
        task["stop"],
        cwd=task["workdir"] if Path(task["workdir"]).is_dir() else "/",
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **account,
    )
    for path in task["paths"]:
        if Path(path).is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            Path(path).unlink(missing_ok=True)
    for path in task["rmdir"]:
        with contextlib.suppress(OSError):
            Path(path).rmdir()


if __name__ == "__main__":
    main(sys.argv[1])
