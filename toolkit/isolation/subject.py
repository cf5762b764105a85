"""Which role is judged: the one that was named, or the one the policies name, never just the connecting one.

The role of the connection looks on. It must see every row, or the rows of others cannot be told from no rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from toolkit.isolation.catalog import Catalog, policy_roles, role_facts
from toolkit.isolation.errors import BadIdentitySettingError, NoSuchRoleError
from toolkit.isolation.grounds import Grounds
from toolkit.isolation.verdict import Subject

_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)+\Z")


def find_subject(
    connection: Connection, grounds: Grounds, app_role: str | None, identity_setting: str
) -> Subject:
    """The role to judge and what it could escape by.

    Raises:
        NoSuchRoleError: the named role does not exist.
        BadIdentitySettingError: the setting has no name a policy could read.
    """
    if not is_setting(identity_setting):
        raise BadIdentitySettingError(identity_setting)
    names = [table.name for table in grounds.owned]
    role, found = _role(connection, names, app_role)
    observer = connection.scalar(text("SELECT current_user"))
    looking = role_facts(connection, observer) or {"exempt": False}
    exempt = False
    ways: tuple[str, ...] = ()
    powers: tuple[str, ...] = ()
    if role is not None:
        facts = role_facts(connection, role)
        if facts is None:
            raise NoSuchRoleError(role)
        exempt = bool(facts["exempt"])
        present = _there(connection, [table.quoted for table in grounds.owned])
        ways = () if exempt else Catalog(connection, role).exempt_ways(present)
        powers = _powers(facts)
    return Subject(role, found, exempt, ways, observer, bool(looking["exempt"]), identity_setting, powers)


def _powers(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What a role could do to get past its policies, beside becoming another one it is a member of."""
    powers = []
    if facts["replicates"]:
        powers.append("it opens no replication connection")
    if facts["makes_itself"]:
        powers.append("it makes itself a member of no other role (CREATEROLE)")
    return tuple(powers)


def is_setting(name: str) -> bool:
    """Whether a policy could read a custom setting of this name."""
    return _SETTING.match(name) is not None


def may_act(connection: Connection, role: str) -> bool:
    """Whether the connecting role may act as the role at all.

    Who makes a role is a member of it, but since PostgreSQL 16 not one who may SET ROLE to it.
    """
    found: bool = connection.scalar(
        text(
            "SELECT pg_catalog.pg_has_role(current_user, CAST(:role AS name),"
            " CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END)"
        ),
        {"role": role},
    )
    return found


def _role(connection: Connection, names: list[str], app_role: str | None) -> tuple[str | None, str]:
    if app_role is not None:
        return app_role, "given"
    named = policy_roles(connection, names)
    if len(named) == 1:
        return named[0], "named by the policies"
    if not named:
        return None, "nobody named it, and no policy names one"
    return None, f"nobody named it, and the policies name {', '.join(named)}"


def _there(connection: Connection, tables: list[str]) -> list[str]:
    """Those of the tables (quoted names) that are in the database."""
    question = text("SELECT t FROM unnest(CAST(:tables AS text[])) AS t WHERE to_regclass(t) IS NOT NULL")
    return list(connection.scalars(question, {"tables": tables}))
