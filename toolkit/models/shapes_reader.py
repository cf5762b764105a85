"""Read an application's models in a process of their own, as often as wanted.

Each reading starts afresh, so edits are seen, a table is never defined twice, and nothing of the application
stays in this process. Invariant: no code of the application runs here; what comes back is plain values.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolkit.cancel import CancelToken
from toolkit.errors import NeonkitError
from toolkit.models import loading_errors
from toolkit.models.loading_errors import ShapesProcessError
from toolkit.models.shapes import DEFAULT_SCHEMA, TableShape, from_json

MOST_SECONDS: Final = 60.0
"""How long importing the models may take unless the caller says otherwise."""

_PROGRAM: Final = "toolkit.models.shapes_process"


@dataclass(frozen=True, slots=True)
class ReadShapes:
    """What the models say: shapes by name, and the class of each mapped table as `module:Class`."""

    shapes: tuple[TableShape, ...]
    classes: Mapping[str, str]


def read_shapes(
    modules: Sequence[str] = (),
    metadata: str | None = None,
    *,
    project_dir: Path | None = None,
    default_schema: str = DEFAULT_SCHEMA,
    seconds: float = MOST_SECONDS,
    cancel: CancelToken | None = None,
) -> ReadShapes:
    """The shapes that `load_registry` with the same arguments would give, read in another process.

    Raises what `load_registry` raises, ShapesProcessError if there is no answer within `seconds`, and the
    token's error if it is set.
    """
    request = {
        "modules": list(modules),
        "metadata": metadata,
        "project_dir": None if project_dir is None else str(project_dir.resolve()),
        "default_schema": default_schema,
    }
    said = _run(json.dumps(request), project_dir, seconds, cancel or CancelToken())
    if "error" in said:
        raise _rebuild(said["error"])
    return ReadShapes(from_json(said["shapes"]), said["classes"])


def _run(request: str, folder: Path | None, seconds: float, cancel: CancelToken) -> dict[str, Any]:
    started = time.monotonic()
    # -P: the folder it runs in must not put its own modules before ours.
    command = [sys.executable, "-P", "-m", _PROGRAM]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=folder,
    ) as process:
        with cancel.on_cancel(process.kill):
            try:
                output, _ = process.communicate(request, timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                raise ShapesProcessError(exit_status=None, seconds=seconds) from None
        cancel.raise_if_cancelled()
    try:
        answer: dict[str, Any] = json.loads(output)
    except json.JSONDecodeError:
        taken = time.monotonic() - started
        raise ShapesProcessError(exit_status=process.returncode, seconds=taken) from None
    return answer


def _rebuild(error: Mapping[str, Any]) -> NeonkitError:
    """The error of the other process, made again in this one."""
    for kind in vars(loading_errors).values():
        if (
            isinstance(kind, type)
            and issubclass(kind, NeonkitError)
            and vars(kind).get("code") == error["code"]
        ):
            facts = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in error["facts"].items()
            }
            return kind(**facts)
    raise ShapesProcessError(exit_status=0, seconds=0.0)
