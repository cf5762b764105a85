"""What each command's JSON holds: the type of its result, from which the published schema is made.

A command whose result is not one dataclass has its keys here. Importing the types takes a second, so it waits
for who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from toolkit.reports.json_schema import AnyOf, Keys, ListOf

WITHOUT: Final[Mapping[str, str]] = MappingProxyType(
    {"tui": "It draws on a terminal; each of its screens has a command with the same facts."}
)
"""Commands without a result, and why."""
DATA: Final = Keys({}, {"tables": Any})
"""Rows of somebody's tables, whose keys are theirs."""


def result_types() -> dict[str, Any]:
    """The result's type by the command's path."""
    rooms: tuple[Callable[[], dict[str, Any]], ...] = (_frame, _migrations, _schema, _transfer, _isolation)
    return {path: kind for room in rooms for path, kind in room().items()}


def _frame() -> dict[str, Any]:
    from toolkit.check.values import CheckDocument
    from toolkit.cli.reference.error_index import ErrorPage
    from toolkit.cli.reference.specification import ExitSpec, Specification
    from toolkit.cli.status import Status
    from toolkit.database.activity import LockNode, Operation, Session, SessionDetail
    from toolkit.database.embedded import ServerStatus
    from toolkit.database.restore import RestorePoint
    from toolkit.demo.tour import TourResult
    from toolkit.doctor.values import Diagnosis

    waits: dict[str, Any] = {"waiting": int, "longest_wait": float | None, "hidden": int}
    waits |= {"roots": tuple[LockNode, ...], "running": tuple[Operation, ...]}
    setting = {"name": str, "value": Any, "origin": str, "from": str | None}
    return {
        "check": CheckDocument,
        "doctor": Diagnosis,
        "status": Status,
        "branch": RestorePoint,
        "demo": TourResult,
        "locks": AnyOf.of(
            Keys(waits, {"sessions": tuple[Session, ...]}), SessionDetail, Keys({"pid": int, "asked": bool})
        ),
        "server start": ServerStatus,
        "server stop": ServerStatus,
        "server status": ServerStatus,
        "server url": Keys({"url": str, "masked": bool}),
        "server destroy": Keys({"directory": str, "removed": bool}),
        "config show": Keys(
            {
                "project_dir": str,
                "settings": ListOf(Keys(setting, {"origins": dict[str, str]})),
                "notices": tuple[str, ...],
            }
        ),
        "rule": Keys({"id": str, "what": str}, {"name": str, "severity": str, "why": str, "fix": str | None}),
        "help": AnyOf.of(
            ErrorPage,
            Keys({"topic": str, "help": str}),
            Keys({"topic": str, "exit_codes": tuple[ExitSpec, ...]}),
        ),
        "spec": AnyOf.of(Specification, Keys({"$schema": str})),
    }


def _migrations() -> dict[str, Any]:
    from toolkit.findings import Report
    from toolkit.migrate import WrittenRevisions, reading, results
    from toolkit.migrate.graph import Revision
    from toolkit.migrate.guard.dry_run import DryRunResult
    from toolkit.migrate.journal.page import JournalPage
    from toolkit.migrate.plan import Plan
    from toolkit.migrate.plan.values import Loss
    from toolkit.migrate.rehearsal import Rehearsal
    from toolkit.migrate.repair.looking import Found
    from toolkit.migrate.repair.mending import Mended

    run = AnyOf.of(results.RunResult, DryRunResult, Keys({"sql": str}))
    return {
        "upgrade": run,
        "downgrade": run,
        "stamp": AnyOf.of(results.RunResult, Keys({"sql": str})),
        "current": tuple[reading.CurrentRevisions, ...],
        "heads": tuple[Revision, ...],
        "show": tuple[Revision, ...],
        "branches": tuple[reading.BranchPoint, ...],
        "history": AnyOf.of(
            reading.History, JournalPage, Keys({"history": reading.History, "journal": JournalPage})
        ),
        "revision": WrittenRevisions,
        "merge": WrittenRevisions,
        "plan": Keys({"losses": tuple[Loss, ...], "report": Report}, base=Plan),
        "rehearse": Keys({"revisions": tuple[str, ...]}, base=Rehearsal),
        "lint": Report,
        "drift": _drift(),
        "repair": AnyOf.of(Found, tuple[Mended, ...]),
    }


def _drift() -> AnyOf:
    from toolkit.findings import Unknown
    from toolkit.migrate.drift.accepted import Acceptance
    from toolkit.migrate.drift.fixing.values import Fixed
    from toolkit.migrate.drift.values import Cell, Side

    words = ("object", "kind", "name", "attribute", "cause", "sentence")
    sides = ("models", "migrations", "pending", "live")
    difference = {**dict.fromkeys(words, str), **dict.fromkeys(sides, Cell), "followers": list[str]}
    report = Keys(
        {
            "drifted": bool,
            "differences": ListOf(Keys(difference)),
            "accepted": ListOf(Keys({**difference, "reason": str, "expires": str | None})),
            "expired": tuple[Acceptance, ...],
            "unused": tuple[Acceptance, ...],
            "unknowns": tuple[Unknown, ...],
            "outside_models": tuple[str, ...],
            "sides": tuple[Side, ...],
            "not_compared": dict[str, int],
        }
    )
    return AnyOf.of(report, Fixed)


def _schema() -> dict[str, Any]:
    from toolkit.findings import Report
    from toolkit.schema.description import Description
    from toolkit.schema.diff.values import ObjectChange, RenameCandidate
    from toolkit.schema.rows.page import RowPage
    from toolkit.schema.snapshot import ServerFacts
    from toolkit.schema.summary import SchemaSummary
    from toolkit.schema.tree_nodes import TreeNode
    from toolkit.schema.usage.report import UsageReport

    side = {**dict.fromkeys(("side", "source", "server", "hash"), str), "objects": int, "seconds": float}
    statement = {"object": str, "sql": str, "hazard": str, "reason": str, "commit_after": bool}
    return {
        "schema summary": SchemaSummary,
        "schema show": Description,
        "schema tree": tuple[TreeNode, ...],
        "schema sizes": UsageReport,
        "schema rows": RowPage,
        "schema snapshot": Keys(
            {
                "format": str,
                "version": int,
                "hash": str,
                "server": ServerFacts,
                "objects": dict[str, list[dict[str, Any]]],
                "census": Keys({"not_modelled": dict[str, int], "not_visible": list[str]}),
            },
            {"sizes": list[dict[str, Any]]},
        ),
        "schema diagram": Keys({"format": str, "text": str}),
        "schema ddl": ListOf(Keys({"object": str | None, "sql": str})),
        "schema rules": ListOf(Keys(dict.fromkeys(("id", "severity", "topic", "name"), str))),
        "schema advise": AnyOf.of(
            Report,
            Keys(
                {
                    "revisions": tuple[str, ...],
                    "paths": tuple[str, ...],
                    "fixes": ListOf(Keys({"rule": str, "subject": str})),
                    "not_taken_back": tuple[str, ...],
                }
            ),
        ),
        "schema diff": Keys(
            {
                "equal": bool,
                "sides": ListOf(Keys(side)),
                "changes": tuple[ObjectChange, ...],
                "renamed": ListOf(Keys({"before": str, "after": str})),
                "renames": tuple[RenameCandidate, ...],
                "not_compared": dict[str, int],
                "notes": tuple[str, ...],
            },
            {
                "statements": ListOf(Keys(statement)),
                "left_out": ListOf(Keys({"object": str, "reason": str})),
            },
        ),
    }


def _transfer() -> dict[str, Any]:
    from toolkit.transfer import LoadReport
    from toolkit.transfer.export.report import ExportReport
    from toolkit.transfer.suggest import Proposal
    from toolkit.transfer.undo import ImportRun, UndoReport

    return {
        "import": LoadReport,
        "import suggest": Proposal,
        "import runs": tuple[ImportRun, ...],
        "import undo": UndoReport,
        "export": AnyOf.of(ExportReport, DATA),
    }


def _isolation() -> dict[str, Any]:
    from toolkit.cli.isolation_statements import Statements
    from toolkit.findings import Report
    from toolkit.isolation import IsolationReport, Owners
    from toolkit.isolation.probing import Probe
    from toolkit.isolation.protect import Protected
    from toolkit.isolation.replay.files import Shown

    revisions = {"revisions": tuple[str, ...], "paths": tuple[str, ...], "protected": Protected}
    return {
        "isolation audit": Keys({"headline": str, "totals": dict[str, int], "report": IsolationReport}),
        "isolation owners": Owners,
        "isolation protect": AnyOf.of(Protected, Keys(revisions)),
        "isolation prove": Keys({"proof": _proof(), "digest": str}),
        "isolation trace": Report,
        "isolation probe": Keys({"totals": dict[str, int], "probe": Probe}, {"statements": Statements}),
        "isolation replay": Keys({"leaks": tuple[Shown, ...]}),
    }


def _proof() -> Keys:
    from toolkit.isolation.prove.proof import ProvenTable

    words = ("user", "database", "server_version", "schema_hash", "identity_setting", "headline")
    return Keys(
        {
            **dict.fromkeys(words, str),
            "is_user": bool,
            "revisions": list[str],
            "role": str | None,
            "tables": tuple[ProvenTable, ...],
            "shared": dict[str, str],
            "unknown": list[str],
            "totals": dict[str, int],
        }
    )
