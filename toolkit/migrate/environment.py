"""`env.py` run under observation: Alembic's `EnvironmentContext` with our eyes on three of its methods.

The file is executed as it is. Alembic's module `alembic.context` forwards to one instance, so replacing the
methods on that instance is enough and no class of Alembic's is changed.
"""

from __future__ import annotations

import asyncio
import builtins
import importlib.util
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from alembic.runtime.environment import EnvironmentContext

from toolkit.migrate.errors import NoEnvironmentError
from toolkit.migrate.project import Opened

Work = Callable[[Any, Any], Iterable[Any]]
"""What Alembic calls a function of the environment: (current heads, MigrationContext) -> steps to run."""


class Watcher:
    """What may be seen and changed while `env.py` runs. The methods here do what Alembic does."""

    writes_files = True
    """Whether `open(..., "w")` in the file may make files: an offline branch may write SQL files."""

    def is_offline(self, answer: bool) -> bool:
        """What `context.is_offline_mode()` answers; `answer` is Alembic's."""
        return answer

    context: EnvironmentContext
    """Alembic's side of the run; there once `run_environment` has begun."""

    def configure(self, original: Callable[..., None], options: Any) -> None:
        """Stand for `context.configure(**options)`."""
        original(**options)

    def run_migrations(self, original: Callable[..., None], arguments: dict[str, Any]) -> None:
        """Stand for `context.run_migrations(**arguments)`."""
        original(**arguments)


def run_environment(opened: Opened, watcher: Watcher, work: Work, **options: Any) -> None:
    """Execute `env.py` with `work` as what `run_migrations` does. Exceptions of the file come through."""
    context = EnvironmentContext(opened.config, opened.script, fn=work, **options)
    watcher.context = context
    originals = context.is_offline_mode, context.configure, context.run_migrations

    def is_offline_mode() -> bool:
        return watcher.is_offline(originals[0]())

    def configure(connection: Any = None, **given: Any) -> None:
        if connection is not None:
            given["connection"] = connection
        watcher.configure(originals[1], given)

    def run_migrations(**arguments: Any) -> None:
        watcher.run_migrations(originals[2], arguments)

    vars(context).update(
        is_offline_mode=is_offline_mode,
        requires_connection=lambda: not is_offline_mode(),
        configure=configure,
        run_migrations=run_migrations,
    )
    with context:
        _execute(opened.env_py, writes_files=watcher.writes_files)


def _execute(path: Path, *, writes_files: bool) -> None:
    if not path.is_file():
        raise NoEnvironmentError(str(path))
    spec = importlib.util.spec_from_file_location("env_py", path)
    if spec is None or spec.loader is None:
        raise NoEnvironmentError(str(path))
    module = importlib.util.module_from_spec(spec)
    if not writes_files:
        vars(module)["open"] = _open_for_reading
    loader = spec.loader
    try:
        _beside_a_running_loop(lambda: loader.exec_module(module))
    except SystemExit as error:
        if error.code:
            raise
        # `sys.exit(0)` at the end of the file is an end like any other; what it did is looked at afterwards.


def _beside_a_running_loop(work: Callable[[], None]) -> None:
    """Call `work`; in a thread of its own if this one has an event loop, where `asyncio.run` would refuse."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        work()
        return
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(work).result()


def _open_for_reading(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
    """`open` for a file that is only read for its options: what it writes goes nowhere."""
    if set(mode) & set("wax+"):
        file = os.devnull
    return builtins.open(file, mode, *args, **kwargs)  # noqa: PTH123 - the caller's business
