"""Grants as statements: what leads from one access list to another, and the lists that new objects have.

Invariant: applied to an object whose grants are `before`, the statements leave it with `after`, whoever
grants. Source of the defaults: `acldefault()` of the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from toolkit.schema.objects import PUBLIC, DefaultPrivileges, Grant, Grants
from toolkit.sql.quoting import quote_identifier

Grantable = Literal[
    "table", "sequence", "function", "type", "schema", "database", "wrapper", "server", "large object"
]

_OWNERS: Final[dict[Grantable, tuple[str, ...]]] = {
    "table": ("DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"),
    "sequence": ("SELECT", "UPDATE", "USAGE"),
    "function": ("EXECUTE",),
    "type": ("USAGE",),
    "schema": ("CREATE", "USAGE"),
    "database": ("CONNECT", "CREATE", "TEMPORARY"),
    "wrapper": ("USAGE",),
    "server": ("USAGE",),
    "large object": ("SELECT", "UPDATE"),
}
_EVERYBODYS: Final[dict[Grantable, tuple[str, ...]]] = {
    "function": ("EXECUTE",),
    "type": ("USAGE",),
    "database": ("CONNECT", "TEMPORARY"),
}
_OF_DEFAULT_PRIVILEGES: Final[dict[str, Grantable]] = {
    "tables": "table",
    "sequences": "sequence",
    "functions": "function",
    "types": "type",
    "schemas": "schema",
    "large objects": "large object",
}
_MAINTAIN_SINCE: Final = 17


def default_grants(kind: Grantable, owner: str, major: int) -> Grants:
    """The grants of a new object of this owner on a server of this major version."""
    owners = _OWNERS[kind]
    if kind == "table" and major >= _MAINTAIN_SINCE:
        owners = (*owners, "MAINTAIN")
    everybodys = (Grant(PUBLIC, privilege, to_public=True) for privilege in _EVERYBODYS.get(kind, ()))
    return tuple(sorted([*(Grant(owner, privilege) for privilege in owners), *everybodys]))


def grant_statements(target: str, before: Grants, after: Grants, *, columns: str = "") -> Iterator[str]:
    """What leads from `before` to `after` on `target`, such as `TABLE app.tasks`.

    `columns` is a list in parentheses where the grants are on columns.
    """
    for verb, privileges, rest in _steps(before, after):
        listed = ", ".join(privilege + columns for privilege in privileges)
        yield f"{verb}{listed} ON {target} {rest}"


def usual_default_privileges(wanted: DefaultPrivileges, major: int) -> Grants:
    """What holds for the same objects where nothing was set."""
    if wanted.schema is not None:
        return ()
    return default_grants(_OF_DEFAULT_PRIVILEGES[wanted.object_type], wanted.role, major)


def default_privilege_statements(wanted: DefaultPrivileges, before: Grants) -> Iterator[str]:
    """`ALTER DEFAULT PRIVILEGES` that leads from `before` to what `wanted` says."""
    within = "" if wanted.schema is None else f" IN SCHEMA {quote_identifier(wanted.schema)}"
    head = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quote_identifier(wanted.role)}{within} "
    yield from (head + text for text in grant_statements(wanted.object_type.upper(), before, wanted.grants))


def role_name(grant: Grant) -> str:
    """The grantee as SQL names it."""
    return PUBLIC if grant.to_public else quote_identifier(grant.grantee)


def _steps(before: Grants, after: Grants) -> Iterator[tuple[str, list[str], str]]:
    held = {_who(grant): grant for grant in before}
    wanted = {_who(grant): grant for grant in after}
    gone = [grant for who, grant in held.items() if who not in wanted]
    # Revoking the option from one who keeps the privilege; CASCADE would take more than was asked.
    less = [grant for who, grant in held.items() if who in wanted and _loses_option(grant, wanted[who])]
    new = [grant for who, grant in wanted.items() if who not in held or _loses_option(grant, held[who])]
    for grantee, privileges in _by_grantee(gone):
        yield "REVOKE ", privileges, f"FROM {grantee}"
    for grantee, privileges in _by_grantee(less):
        yield "REVOKE GRANT OPTION FOR ", privileges, f"FROM {grantee}"
    for option in (False, True):
        tail = " WITH GRANT OPTION" if option else ""
        for grantee, privileges in _by_grantee(grant for grant in new if grant.grantable is option):
            yield "GRANT ", privileges, f"TO {grantee}{tail}"


def _who(grant: Grant) -> tuple[str, str, bool]:
    return grant.grantee, grant.privilege, grant.to_public


def _loses_option(held: Grant, wanted: Grant) -> bool:
    return held.grantable and not wanted.grantable


def _by_grantee(grants: Iterable[Grant]) -> Iterator[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for grant in grants:
        found.setdefault(role_name(grant), []).append(grant.privilege)
    yield from found.items()
