"""Runs a core of the suite on other versions: `python tests/matrix.py [--write] [CELL ...]`.

Each cell has a Python, a choice of libraries and a server. Its virtual environment lies in the system's
folder for temporary files and is used again by the next run. What cannot be had here is skipped with the
reason; that is no failure. With --write the table goes into docs/compatibility.md.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "compatibility.md"
MARKS: Final = ("<!-- measured -->", "<!-- end of measured -->")
FOLDER: Final = Path(tempfile.gettempdir()) / "neonkit-matrix"
CORE: Final = (
    "tests/check/test_check.py",
    "tests/cli/test_status.py",
    "tests/database/test_database.py",
    "tests/database/test_identity.py",
    "tests/demo",
    "tests/migrate/test_capture.py",
    "tests/migrate/test_run.py",
    "tests/migrate/test_writing.py",
    "tests/models",
    "tests/schema/test_catalog.py",
    "tests/schema/test_diff.py",
    "tests/settings",
    "tests/test_workspace.py",
    "tests/transfer/test_loading.py",
    "tests/isolation/test_verdicts.py",
)
"""What goes through every library and every room, in the least time."""
SHOWN: Final = ("sqlalchemy", "sqlmodel", "alembic", "pydantic", "typer", "textual", "psycopg2-binary")
INSTALLING, TESTING = 900, 1800
"""Seconds that a cell may take."""

Libraries = Literal["lowest", "SQLAlchemy 2.0", "newest"]


@dataclass(frozen=True)
class Cell:
    """One combination. `server` 0 is the server that the product brings."""

    name: str
    python: str
    libraries: Libraries
    server: int = 0


CELLS: Final = (
    Cell("lowest", "3.11", "lowest"),
    Cell("sqlalchemy-2.0", "3.12", "SQLAlchemy 2.0"),
    Cell("python-3.12", "3.12", "newest"),
    Cell("python-3.13", "3.13", "newest"),
    Cell("postgresql-15", "3.11", "newest", 15),
)


@dataclass(frozen=True)
class Outcome:
    """How a cell ended."""

    cell: Cell
    result: str
    versions: str = ""
    server: str = ""
    failed: bool = False

    def row(self) -> str:
        """Its line of the table."""
        cell = self.cell
        columns = (cell.python, cell.libraries, self.server or "-", self.result, self.versions or "-")
        return f"| {' | '.join(columns)} |"


class UnavailableError(Exception):
    """Why a cell cannot be tried here."""


def main() -> int:
    """Try the cells; 1 if one failed."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [cell.name for cell in CELLS]
    options.add_argument("cells", nargs="*", metavar="CELL", help=f"one of {', '.join(names)}; default: all")
    options.add_argument("--write", action="store_true", help="put the table into docs/compatibility.md")
    given = options.parse_args()
    if strangers := set(given.cells) - set(names):
        options.error(f"no cell is called {', '.join(sorted(strangers))}")
    wanted = [cell for cell in CELLS if not given.cells or cell.name in given.cells]
    outcomes = [tried(cell) for cell in wanted]
    table = "\n".join(
        (
            "| Python | libraries | server | result | versions |",
            "|---|---|---|---|---|",
            *(one.row() for one in outcomes),
        )
    )
    say(table)
    if given.write:
        write(table)
    return int(any(one.failed for one in outcomes))


def tried(cell: Cell) -> Outcome:
    """One cell, from its environment to its last test."""
    try:
        programs = server_programs(cell.server)
        python = environment(cell)
    except UnavailableError as reason:
        say(f"{cell.name}: skipped, {reason}")
        return Outcome(cell, f"skipped: {reason}")
    say(f"{cell.name}: {python}")
    begun = time.monotonic()
    command = [
        str(python),
        "-m",
        "pytest",
        "-q",
        "--no-header",
        "-p",
        "no:cacheprovider",
        "-m",
        "not slow",
        *CORE,
    ]
    ran = run(command, TESTING, cwd=ROOT, env={**os.environ, **programs})
    say(ran.stdout[-4000:] if ran.returncode else ran.stdout.rstrip().rpartition("\n")[2])
    counted = re.search(
        r"^(?:\x1b\[\S+?m)?(.*(?:passed|failed|error).*) in [\d.]+s", ran.stdout, re.MULTILINE
    )
    result = counted[1].strip("= ") if counted else f"pytest ended with {ran.returncode}"
    say(f"{cell.name}: {result}, {time.monotonic() - begun:.0f} s")
    return Outcome(
        cell, result, versions(python), server_version(python, programs), failed=ran.returncode != 0
    )


def say(text: str) -> None:
    """Tell at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(command: Sequence[str], seconds: int, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a program and hear it. Raises `UnavailableError` after `seconds`."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False, **how)
    except subprocess.TimeoutExpired:
        raise UnavailableError(f"{Path(command[0]).name} took more than {seconds} s") from None


def environment(cell: Cell) -> Path:
    """The Python of the cell's virtual environment, made and filled. Raises `UnavailableError`."""
    folder = FOLDER / f"{cell.python}-{cell.libraries.replace(' ', '-').lower()}"
    python = folder / "bin" / "python"
    if not python.exists():
        run([str(interpreter(cell.python)), "-m", "venv", str(folder)], INSTALLING)
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-e",
        f"{ROOT}[test]",
    ]
    ran = run([*install, *wishes(cell.libraries)], INSTALLING)
    if ran.returncode:
        errors = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
        raise UnavailableError(errors[0])
    return python


def interpreter(version: str) -> Path:
    """A Python of this version: ours, one on the path, or one of pyenv's. Raises `UnavailableError`."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [Path(sys.executable), *sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)]
    on_path = shutil.which(f"python{version}")
    for python in [*found, *([Path(on_path)] if on_path else [])]:
        asked = "import sys; print('%d.%d' % sys.version_info[:2])"
        if run([str(python), "-c", asked], 30).stdout.strip() == version:
            return python
    raise UnavailableError(f"there is no Python {version}")


def wishes(libraries: Libraries) -> list[str]:
    """What pip is told besides the project itself."""
    if libraries == "newest":
        return ["--upgrade", "--upgrade-strategy", "eager"]
    return list(lowest()) if libraries == "lowest" else ["sqlalchemy>=2.0,<2.1"]


def lowest() -> Iterator[str]:
    """Each dependency at the oldest version that pyproject.toml allows."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for line in declared:
        found = re.match(r"([\w-]+)>=([\d.]+)", line)
        if found and ";" not in line:
            yield f"{found[1]}=={found[2]}"


def server_programs(major: int) -> dict[str, str]:
    """The variable that names a server's programs. Raises `UnavailableError`."""
    if not major:
        return {}
    pg_config = shutil.which("pg_config")
    if pg_config:
        folder = run([pg_config, "--bindir"], 30).stdout.strip()
        told = run([pg_config, "--version"], 30).stdout
        if re.search(rf"PostgreSQL {major}\b", told) and (Path(folder) / "postgres").exists():
            return {"NEONKIT_PG_BIN": folder}
    majors = sibling("majors", ROOT / "tests" / "schema" / "majors.py")
    try:
        return {"NEONKIT_PG_BIN": str(majors.fetched(major))}
    except majors.UnavailableError as reason:
        raise UnavailableError(str(reason)) from None


def sibling(name: str, path: Path) -> Any:
    """The module in another script."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def versions(python: Path) -> str:
    """What is installed there of the libraries that matter."""
    code = (
        f"from importlib.metadata import version; print(', '.join(f'{{n}} {{version(n)}}' for n in {SHOWN}))"
    )
    return run([str(python), "-c", code], 60).stdout.strip()


def server_version(python: Path, programs: dict[str, str]) -> str:
    """The server that the tests ran on."""
    code = (
        "from toolkit.database.embedded import find_binaries; print(find_binaries(None).program('postgres'))"
    )
    program = run([str(python), "-c", code], 60, cwd=ROOT, env={**os.environ, **programs}).stdout.strip()
    return run([program, "--version"], 60).stdout.strip().removeprefix("postgres (PostgreSQL) ").split(" ")[0]


def write(table: str) -> None:
    """Put the table between the marks of the page."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    PAGE.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
