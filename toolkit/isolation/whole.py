"""A whole database judged: every table there is, classified by foreign keys and declared rules."""

from __future__ import annotations

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, unheard
from toolkit.isolation.first import first_verdicts
from toolkit.isolation.shapes import shapes_of_snapshot
from toolkit.isolation.verdict import IsolationReport
from toolkit.models.ownership import OwnershipRules, build_ownership
from toolkit.schema import read_snapshot


def judge_database(
    database: Database,
    rules: OwnershipRules | None = None,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    explain_only: bool = False,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> IsolationReport:
    """The verdicts for every table of the database.

    Raises what `first_verdicts` raises, and OwnershipRuleError for rules that do not fit the tables.
    """
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        shapes = shapes_of_snapshot(read_snapshot(connection))
    return first_verdicts(
        database,
        build_ownership(shapes, rules),
        app_role=app_role,
        identity_setting=identity_setting,
        explain_only=explain_only,
        emit=emit,
        cancel=cancel,
    )
