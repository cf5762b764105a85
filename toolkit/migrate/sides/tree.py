"""The files of a git ref, in a folder of their own. The user's work tree and index are not touched."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolkit.migrate.sides.errors import GitRefError

_PATIENCE: Final = 300.0
"""Seconds that one git command may take."""
_CAREFUL: Final = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.splitIndex=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository that a folder lies in."""

    top: Path
    below: Path
    """The folder, as seen from the top."""

    @classmethod
    def around(cls, folder: Path, ref: str) -> Repository:
        """The repository of `folder`; `ref` is for the error. Raises GitRefError."""
        top = Path(_git(folder, ref, "rev-parse", "--show-toplevel").rstrip("\n"))
        return cls(top, folder.resolve().relative_to(top.resolve()))

    def commit(self, ref: str) -> str:
        """The id of the commit that `ref` names. Raises GitRefError."""
        spelled = f"{ref}^{{commit}}"
        return _git(
            self.top,
            ref,
            "rev-parse",
            "--verify",
            "--end-of-options",
            spelled,
            otherwise="git has no such ref",
        ).strip()

    @contextmanager
    def files_at(self, commit: str, ref: str) -> Iterator[Path]:
        """Every file of the commit in a temporary folder, for the length of the block.

        A throw-away index is filled and written out: unlike `git archive` this leaves out nothing that
        `export-ignore` names. Submodules stay empty. Raises GitRefError.
        """
        with tempfile.TemporaryDirectory(prefix="neonkit-git-") as folder:
            tree = Path(folder) / "tree"
            # What looks upward for a project stops where a repository begins.
            (tree / ".git").mkdir(parents=True)
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            _git(self.top, ref, "read-tree", commit, more=index)
            _git(self.top, ref, "checkout-index", "--all", "--quiet", f"--prefix={tree}/", more=index)
            yield tree


def _git(
    folder: Path, ref: str, *words: str, more: Mapping[str, str] | None = None, otherwise: str | None = None
) -> str:
    # A git hook that calls us must not lead us to its own index.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        ran = subprocess.run(
            ["git", *_CAREFUL, *words],
            cwd=folder,
            env={**kept, **quiet, **(more or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise GitRefError(ref, "git is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise GitRefError(ref, f"git did not end within {_PATIENCE:.0f} seconds") from error
    if ran.returncode == 0:
        return ran.stdout.decode("utf-8", "surrogateescape")
    said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[0].removeprefix("fatal: ").rstrip(".") if said else "git refused"
    raise GitRefError(ref, otherwise or reason)
