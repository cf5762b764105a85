"""Where the demo's project is: in the repository, or in a folder made from what the package carries.

A checkout holds `alembic.ini`, `migrations/` and `seeds/` at its top and is used as it is. An installed
package carries them inside, and lays them out in a folder of the user's: Alembic and people need real files.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolkit.demo.errors import DemoFolderTakenError

FOLDER: Final = "neonkit-demo"
"""What is made in a folder that holds something else, where no folder is named."""

PARTS: Final = ("alembic.ini", "migrations", "seeds")

SETTINGS: Final = """\
[tool.neonkit]
server_database = "demo"
metadata = "toolkit.demo.models:metadata"
seeds = "seeds"

[tool.neonkit.isolation]
owner_root = "users"
app_role = "neonkit_demo_app"
"""

_CHECKOUT: Final = Path(__file__).parents[2]
_CARRIED: Final = Path(__file__).parent / "project"


@dataclass(frozen=True, slots=True)
class DemoProject:
    """The demo's files. `made` says that they were laid out just now."""

    root: Path
    made: bool

    @property
    def config(self) -> Path:
        """Alembic's ini file."""
        return self.root / "alembic.ini"

    @property
    def mapping(self) -> Path:
        """How the seeds are read."""
        return self.root / "seeds" / "mapping.toml"


def find_root(given: Path | None, here: Path) -> Path:
    """The folder to use: the given one, the demo's own from here upward, here if empty, or a new one."""
    if given is not None:
        return given.expanduser().absolute()
    here = here.absolute()
    found = next((folder for folder in (here, *here.parents) if is_demo(folder)), None)
    if found is not None:
        return found
    return here / FOLDER if any(not path.name.startswith(".") for path in here.iterdir()) else here


def open_project(root: Path) -> DemoProject:
    """The demo's project in this folder, laid out if it is not there.

    Raises DemoFolderTakenError if the folder holds another project; nothing is written then.
    """
    if is_demo(root):
        return DemoProject(root, made=False)
    for name in (*PARTS, "pyproject.toml"):
        if (root / name).exists():
            raise DemoFolderTakenError(folder=str(root), found=name)
    source = _CARRIED if _CARRIED.is_dir() else _CHECKOUT
    root.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        if (source / name).is_dir():
            shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source / name, root / name)
    # Last, because it is what later commands recognise the project by.
    (root / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    return DemoProject(root, made=True)


def is_demo(folder: Path) -> bool:
    """Whether the demo's project is in this folder. What is missing of it, the step that needs it says."""
    env = folder / "migrations" / "env.py"
    laid_out = env.is_file() and (folder / "pyproject.toml").is_file()
    return laid_out and "toolkit.demo.models" in env.read_text("utf-8")
