"""What a project's files expect around them: working folder, import path, environment variables.

`env.py` is written for `alembic` started in the project's folder. `in_project` makes it so from anywhere
and puts everything back. Invariant: one project is at work at a time in a process, because Alembic's own
`context` and `op` are module-wide and so is the working folder.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from toolkit.migrate import modules

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def in_project(root: Path, environ: Mapping[str, str]) -> Iterator[None]:
    """Run the block as if the process had been started in `root` with `environ` added.

    Variables that are set already win over `environ`. Working folder, `sys.path`, and the variables that the
    block changed are put back afterwards, and so are the process's arguments.
    """
    with _ONE_AT_A_TIME:
        folder, path, variables = _working_folder(), list(sys.path), dict(os.environ)
        arguments = list(sys.argv)
        os.chdir(root)
        for name, value in environ.items():
            os.environ.setdefault(name, value)
        _drop_relative_finders()
        if str(root) not in sys.path:
            sys.path.append(str(root))
        before = modules.put_in_place(root)
        try:
            yield
        finally:
            modules.take_note(root, before)
            sys.path[:] = path
            sys.argv[:] = arguments
            _drop_relative_finders()
            _restore_variables(variables)
            if folder is not None:
                os.chdir(folder)


def _working_folder() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:  # somebody removed it; there is nothing to go back to
        return None


def _drop_relative_finders() -> None:
    # Python remembers a finder per entry of `sys.path`. The one for "." keeps looking in the folder that was
    # current when it was made, which is another project's.
    for entry in [entry for entry in sys.path_importer_cache if not Path(entry).is_absolute()]:
        del sys.path_importer_cache[entry]
    importlib.invalidate_caches()


def _restore_variables(before: Mapping[str, str]) -> None:
    for name in set(os.environ) - set(before):
        del os.environ[name]
    for name, value in before.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
