"""A whole database judged: every table there is, classified by foreign keys and declared rules."""

from __future__ import annotations

from toolkit.cancel import CancelToken
from toolkit.database import Database, Job
from toolkit.events import Emit, unheard
from toolkit.isolation.asked import EVERYTHING, Asked
from toolkit.isolation.first import Examined, examined_within
from toolkit.isolation.moment import undone
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
    asked: Asked = EVERYTHING,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> IsolationReport:
    """The verdicts for every table of the database, or for what is asked.

    Raises what `examine_database` raises.
    """
    return examine_database(
        database,
        rules,
        app_role=app_role,
        identity_setting=identity_setting,
        explain_only=explain_only,
        asked=asked,
        emit=emit,
        cancel=cancel,
    ).report


def examine_database(
    database: Database,
    rules: OwnershipRules | None = None,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    explain_only: bool = False,
    asked: Asked = EVERYTHING,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Examined:
    """The verdicts, and the evidence of the users who tried, of one moment.

    Raises NoSuchRoleError, BadIdentitySettingError, NotJudgedError; OwnershipRuleError for rules that do not
    fit the tables; what `Database.connect` raises; CancelledError.
    """
    with database.connect(Job.INSPECT, emit=emit, cancel=cancel) as connection:
        shapes = shapes_of_snapshot(read_snapshot(connection))
    with database.connect(Job.MIGRATE, emit=emit, cancel=cancel) as connection, undone(connection):
        return examined_within(
            connection,
            build_ownership(shapes, rules),
            app_role=app_role,
            identity_setting=identity_setting,
            explain_only=explain_only,
            asked=asked,
            emit=emit,
            cancel=cancel,
        )
