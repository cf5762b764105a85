"""What each command's JSON holds: the type of its result, from which the published schema is made.

Commands that are not here write a document of their own making, described on their pages.
"""

from __future__ import annotations

from typing import Any


def result_types() -> dict[str, Any]:
    """The result's type by the command's path. Importing them takes a second, so it waits for who asks."""
    from toolkit.check.values import CheckDocument
    from toolkit.cli.reference.specification import Specification
    from toolkit.cli.status import Status
    from toolkit.database.embedded import ServerStatus
    from toolkit.doctor.values import Diagnosis
    from toolkit.findings import Report
    from toolkit.migrate import reading, results
    from toolkit.migrate.graph import Revision
    from toolkit.schema.description import Description
    from toolkit.schema.summary import SchemaSummary
    from toolkit.schema.tree_nodes import TreeNode
    from toolkit.schema.usage.report import UsageReport
    from toolkit.transfer.suggest import Proposal
    from toolkit.transfer.undo import ImportRun

    return {
        "check": CheckDocument,
        "doctor": Diagnosis,
        "spec": Specification,
        "status": Status,
        "server status": ServerStatus,
        "lint": Report,
        "schema advise": Report,
        "upgrade": results.RunResult,
        "downgrade": results.RunResult,
        "stamp": results.RunResult,
        "current": tuple[reading.CurrentRevisions, ...],
        "heads": tuple[Revision, ...],
        "show": tuple[Revision, ...],
        "branches": tuple[reading.BranchPoint, ...],
        "history": reading.History,
        "schema summary": SchemaSummary,
        "schema show": Description,
        "schema tree": tuple[TreeNode, ...],
        "schema sizes": UsageReport,
        "import suggest": Proposal,
        "import runs": tuple[ImportRun, ...],
    }
