"""`protect`: from the ownership graph and the catalog to what is missing, as steps. Nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection

from toolkit.cancel import CancelToken
from toolkit.isolation.attempt import Stage as Attempts
from toolkit.isolation.catalog import policy_roles
from toolkit.isolation.errors import BadIdentitySettingError
from toolkit.isolation.grounds import Edge, Grounds, OwnedTable
from toolkit.isolation.protect import keys, nullable, policies, roles, views
from toolkit.isolation.protect.conditions import Identity
from toolkit.isolation.protect.errors import (
    BadIdentityFunctionError,
    ExemptRoleError,
    NoApplicationRoleError,
)
from toolkit.isolation.protect.site import Site
from toolkit.isolation.protect.step import LeftOpen, Protection, Step
from toolkit.isolation.subject import is_setting
from toolkit.models.ownership import OwnershipGraph
from toolkit.schema import Snapshot

_FUNCTION = re.compile(r"[A-Za-z_][\w$]*(\.[A-Za-z_][\w$]*)?")


def compile_protection(
    connection: Connection,
    snapshot: Snapshot,
    graph: OwnershipGraph,
    *,
    app_role: str | None = None,
    identity_setting: str = "app.user_id",
    identity_function: str | None = None,
    cancel: CancelToken | None = None,
) -> Protection:
    """What is missing, in order. The caller rolls back the connection's transaction.

    The role need not exist; without a name it is the one that the policies name.

    Raises NoApplicationRoleError, ExemptRoleError, BadIdentitySettingError, BadIdentityFunctionError,
    CancelledError.
    """
    identity = _identity(identity_setting, identity_function)
    grounds = Grounds.of(graph)
    role = app_role or _named_by_policies(connection, grounds)
    me = str(connection.exec_driver_sql("SELECT current_user").scalar_one())
    site = Site(snapshot, grounds, role, identity, Attempts(connection, me, identity_setting, cancel))
    if (found := site.role_object) is not None and (found.superuser or found.bypass_rls):
        raise ExemptRoleError(role)
    steps: list[Step] = []
    left: list[LeftOpen] = []
    for each in _all(site):
        if isinstance(each, Step):
            steps.append(each)
        else:
            left.append(each)
    exists = site.role_object is not None
    return Protection(role, exists, identity.name, tuple(steps), tuple(left), len(grounds.owned))


def _identity(setting: str, function: str | None) -> Identity:
    if not is_setting(setting):
        raise BadIdentitySettingError(setting)
    if function is None:
        return Identity(setting)
    name = function.removesuffix("()")
    if not _FUNCTION.fullmatch(name):
        raise BadIdentityFunctionError(function)
    return Identity(setting, name)


def _named_by_policies(connection: Connection, grounds: Grounds) -> str:
    named = policy_roles(connection, [table.name for table in grounds.owned])
    if len(named) == 1:
        return named[0]
    why = f"the policies name {', '.join(named)}" if named else "nobody named it, and no policy names one"
    raise NoApplicationRoleError(why)


def _all(site: Site) -> Iterator[Step | LeftOpen]:
    guarded_by_policy: dict[str, list[Edge]] = {}
    for table in site.grounds.owned:
        site.stage.check()
        for edge in site.grounds.edges(table):
            yield from _reference(site, edge, guarded_by_policy)
    for table in site.grounds.owned:
        yield from nullable.owner_steps(site, table)
        yield from keys.owner_index_steps(site, table)
    yield from roles.role_step(site)
    needs = policies.needs(site, guarded_by_policy)
    for table in site.grounds.owned:
        site.stage.check()
        edges = guarded_by_policy.get(table.name, [])
        yield from policies.policy_steps(site, table, edges, needs[table.name])
        yield from roles.revoke_steps(site, table)
    ours = [name for name, needed in needs.items() if needed.verbs]
    looked_at = {each for name in ours for each in policies.looked_at(site, name, guarded_by_policy)}
    yield from views.view_steps(site, looked_at)
    yield from roles.default_privilege_steps(site)
    yield from roles.grant_steps(site, looked_at)
    yield from roles.left_open(site)
    yield from _unprotected(site)


def _reference(site: Site, edge: Edge, guarded_by_policy: dict[str, list[Edge]]) -> Iterator[Step | LeftOpen]:
    """A key that carries the owner; else a policy that looks the parent up; else a word about it."""
    if edge.guarded:
        yield from keys.validation_steps(site, edge)
        return
    why = keys.why_no_key(site, edge)
    if why is None:
        yield from keys.key_steps(site, edge)
    elif _would_recurse(site, edge):
        yield LeftOpen(edge.child.name, f"{edge.name} may lead to rows of others: {why}")
    else:
        guarded_by_policy.setdefault(edge.child.name, []).append(edge)


def _would_recurse(site: Site, edge: Edge) -> bool:
    """Whether a policy on the child that looks at the parent would have to look at the child for it."""
    return edge.child.name in _looked_at(site, edge.parent, set())


def _looked_at(site: Site, table: OwnedTable, seen: set[str]) -> set[str]:
    if table.name in seen:
        return seen
    seen.add(table.name)
    for name in table.path.tables[1:]:
        if (found := site.grounds.table(name)) is not None:
            _looked_at(site, found, seen)
    return seen


def _unprotected(site: Site) -> Iterator[LeftOpen]:
    for name, reason in site.grounds.unclassified.items():
        yield LeftOpen(name, f"nobody said whose rows these are: {reason}")
