"""A program for `test_flat_memory.py`: stream the file that is named, and tell how much memory grew by that.

The peak is VmHWM, which a new program starts afresh; `ru_maxrss` would remember the parent's.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

from toolkit.transfer.sources.located import FileSource, PathSource
from toolkit.transfer.sources.options import Shape
from toolkit.transfer.sources.stream import open_stream


def peak() -> int:
    """Bytes that were resident at most so far."""
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def main(path: str, shape: str, container: str) -> None:
    """Print what the stream took, as JSON."""
    list(open_stream(FileSource("warm.json", b"[1]"), frozenset({()})))
    before = peak()
    containers = frozenset({tuple(token for token in container.split("/") if token)})
    with open_stream(PathSource("x", Path(path)), containers, cast("Shape", shape)) as stream:
        count = sum(not record.flaws for record in stream)
    sys.stdout.write(json.dumps({"grown": peak() - before, "count": count}))


if __name__ == "__main__":
    main(*sys.argv[1:])
