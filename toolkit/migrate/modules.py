"""The modules that projects import, kept apart by project.

`env.py` imports `models`, `app.db` and the like, and Python keeps them by name: a second project of the
same process that says `import models` would silently get the first one's. So modules that came from a
project's folder are set aside while another project is at work. Inside one project they stay imported, as
Alembic has it, until `forget` is called for a reload.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

_by_root: dict[Path, dict[str, ModuleType]] = {}
"""Modules by the project they belong to; changed only under the lock of `surroundings`."""


def put_in_place(root: Path) -> frozenset[str]:
    """Make `root`'s modules the imported ones. Returns the names imported now, for `take_note`."""
    for other, modules in _by_root.items():
        if other != root:
            for name, module in modules.items():
                if sys.modules.get(name) is module:
                    del sys.modules[name]
    sys.modules.update(_by_root.get(root, {}))
    return frozenset(sys.modules)


def take_note(root: Path, before: frozenset[str]) -> None:
    """Remember which modules of `root` were imported since `before`."""
    mine = _by_root.setdefault(root, {})
    for name, module in list(sys.modules.items()):
        if name in before or not isinstance(module, ModuleType):
            continue
        top = name.partition(".")[0]
        # A package that was there before belongs to the process, even if it lies in the folder.
        if (top not in before or top in mine) and _lies_in(module, root):
            mine[name] = module


def forget(root: Path) -> tuple[str, ...]:
    """Drop `root`'s modules, so that the next run imports them anew. Returns their names."""
    modules = _by_root.pop(root, {})
    for name, module in modules.items():
        if sys.modules.get(name) is module:
            del sys.modules[name]
    return tuple(sorted(modules))


def _lies_in(module: ModuleType, root: Path) -> bool:
    origin = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", [])), None)
    if origin is None:
        return False
    path = Path(origin)
    installed = {"site-packages", "dist-packages"} & set(path.parts)
    return not installed and path.is_relative_to(root)
