"""Alembic, wrapped: any project's `env.py` read and redirected, its revisions a graph, its verbs functions.

The only room that imports Alembic. Results are values and failures are errors of ours; what Alembic, `env.py`
or a revision prints is heard and never shown. The names below load when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.migrate.captured import CapturedEnvironment as CapturedEnvironment
    from toolkit.migrate.captured import Configuration as Configuration
    from toolkit.migrate.chain import revision_chain as revision_chain
    from toolkit.migrate.graph import Revision as Revision
    from toolkit.migrate.graph import RevisionGraph as RevisionGraph
    from toolkit.migrate.offline import downgrade_sql as downgrade_sql
    from toolkit.migrate.offline import stamp_sql as stamp_sql
    from toolkit.migrate.offline import upgrade_sql as upgrade_sql
    from toolkit.migrate.previewing import Preview as Preview
    from toolkit.migrate.previewing import PreviewedRevision as PreviewedRevision
    from toolkit.migrate.previewing import preview as preview
    from toolkit.migrate.project import AlembicProject as AlembicProject
    from toolkit.migrate.reading import BranchPoint as BranchPoint
    from toolkit.migrate.reading import CurrentRevisions as CurrentRevisions
    from toolkit.migrate.reading import History as History
    from toolkit.migrate.reading import branches as branches
    from toolkit.migrate.reading import current as current
    from toolkit.migrate.reading import heads as heads
    from toolkit.migrate.reading import history as history
    from toolkit.migrate.reading import show as show
    from toolkit.migrate.results import RunResult as RunResult
    from toolkit.migrate.revision_body import RevisionBody as RevisionBody
    from toolkit.migrate.running import downgrade as downgrade
    from toolkit.migrate.running import stamp as stamp
    from toolkit.migrate.running import upgrade as upgrade
    from toolkit.migrate.writing import WrittenRevisions as WrittenRevisions
    from toolkit.migrate.writing import merge as merge
    from toolkit.migrate.writing import revision as revision
    from toolkit.migrate.writing import runs_env_for_revisions as runs_env_for_revisions

_HOMES = {
    "AlembicProject": "project",
    "BranchPoint": "reading",
    "CapturedEnvironment": "captured",
    "Configuration": "captured",
    "CurrentRevisions": "reading",
    "History": "reading",
    "Preview": "previewing",
    "PreviewedRevision": "previewing",
    "Revision": "graph",
    "RevisionBody": "revision_body",
    "RevisionGraph": "graph",
    "RunResult": "results",
    "WrittenRevisions": "writing",
    "branches": "reading",
    "current": "reading",
    "downgrade": "running",
    "downgrade_sql": "offline",
    "heads": "reading",
    "history": "reading",
    "merge": "writing",
    "preview": "previewing",
    "revision": "writing",
    "revision_chain": "chain",
    "runs_env_for_revisions": "writing",
    "show": "reading",
    "stamp": "running",
    "stamp_sql": "offline",
    "upgrade": "running",
    "upgrade_sql": "offline",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Kept from then on: a module of the same name (`preview`) would otherwise hide the function.
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
