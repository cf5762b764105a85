"""`python -m toolkit.demo.generate FOLDER`: write the seeds into a folder that exists."""

from __future__ import annotations

import sys
from pathlib import Path

from toolkit.demo.generate.files import write_seeds


def main() -> int:
    """The exit code: 0, or 2 without exactly one folder."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.stderr.write("usage: python -m toolkit.demo.generate FOLDER\n")
        return 2
    for path in write_seeds(Path(sys.argv[1])):
        sys.stdout.write(f"{path}: {path.stat().st_size} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
