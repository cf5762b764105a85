"""Isolation: whether any user can reach another user's rows, with evidence for every answer.

Stands on `models` (the ownership graph), `schema` (table shapes) and `database`. Writes nothing that stays.
"""

from __future__ import annotations

from toolkit.isolation.asked import Asked
from toolkit.isolation.errors import BadIdentitySettingError, NoSuchRoleError, NotJudgedError
from toolkit.isolation.first import Examined, first_verdicts
from toolkit.isolation.owners import OwnedNode, Owners, owners_of, owners_of_database
from toolkit.isolation.shapes import shapes_of_snapshot
from toolkit.isolation.users import UserRows, users_of_database
from toolkit.isolation.verdict import Cell, IsolationReport, Subject, Verb, Verdict
from toolkit.isolation.whole import examine_database, judge_database

__all__ = [
    "Asked",
    "BadIdentitySettingError",
    "Cell",
    "Examined",
    "IsolationReport",
    "NoSuchRoleError",
    "NotJudgedError",
    "OwnedNode",
    "Owners",
    "Subject",
    "UserRows",
    "Verb",
    "Verdict",
    "examine_database",
    "first_verdicts",
    "judge_database",
    "owners_of",
    "owners_of_database",
    "shapes_of_snapshot",
    "users_of_database",
]
