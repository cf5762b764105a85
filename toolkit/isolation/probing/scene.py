"""Who acts and on which rows: two users of what is stored, for each target, and identities that nobody has.

Chosen as the role of the connection, for many targets in one statement, the same ones each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from toolkit.isolation.errors import NotJudgedError
from toolkit.isolation.grounds import Grounds, OwnedTable
from toolkit.isolation.probing.actions import Identity
from toolkit.isolation.probing.batch import Session
from toolkit.isolation.probing.targets import Target
from toolkit.models.ownership import owner_joins
from toolkit.sql.quoting import quote_identifier, quote_literal


@dataclass(frozen=True, slots=True)
class Width:
    """How many users act on a target, on how many own rows each, and on how many rows of each other one."""

    actors: int
    mine: int
    prey: int


FEW: Final = Width(2, 2, 1)
"""Where every policy binds, so that users and rows fare alike."""
MANY: Final = Width(3, 5, 5)
"""Where a policy may treat users or rows differently."""
_ABSENT: Final = {
    "smallint": ("32766", "32749"),
    "integer": ("2147483646", "2147483629"),
    "bigint": ("9223372036854775806", "9223372036854775783"),
    "uuid": ("6e656f6e-6b69-4074-8000-6e6f626f6479", "6e656f6e-6b69-4074-9000-6e6f626f6479"),
}
TYPED: Final = frozenset(_ABSENT)
"""Types for which values that hardly any row has are known."""
_NO_KEY: Final = "no key' at all"


@dataclass(frozen=True, slots=True)
class Row:
    """A stored row, as the role of the connection sees it."""

    key: str
    where: str
    """Condition over `t0` that is true for this row alone."""
    values: Mapping[str, str | None]
    owner: str | None


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts on one target."""

    identity: Identity
    value: str | None
    """What the setting says; None leaves it as it is."""
    user: str | None
    """Whose rows are the own ones; None for an identity that owns nothing."""
    mine: tuple[Row, ...]
    prey: tuple[Row, ...]
    own_rows: int | None = None
    """How many rows are the user's."""
    brief: bool = False
    """Whether only what rules may see differently for another user is tried."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One target with everybody who acts on it."""

    target: Target
    actors: tuple[Actor, ...]
    facts: Mapping[str, Any]
    everybody: bool
    """Whether every user there is acts."""
    width: Width = FEW

    def acting(self, identity: Identity) -> tuple[Actor, ...]:
        """The actors with one kind of identity."""
        return tuple(actor for actor in self.actors if actor.identity is identity)


def set_scenes(
    session: Session,
    grounds: Grounds,
    targets: Sequence[Target],
    widths: Mapping[str, Width],
    users: Sequence[str] = (),
) -> list[Scene | str]:
    """The scene of each target, or the reason why there is none. `users` come first where they have rows.

    `widths` are those that are not `FEW`. Raises NotJudgedError if one of the users has no row anywhere.
    """
    if not targets:
        return []
    wide = [widths.get(target.name, FEW) for target in targets]
    counted = session.ask(
        " UNION ALL ".join(_owners(grounds, *each, users) for each in zip(targets, wide, strict=True))
    )
    casts = [_cast(session, grounds, *each) for each in zip(counted, wide, strict=True)]
    _require(users, casts)
    asked = [(target, cast) for target, cast in zip(targets, casts, strict=True) if not isinstance(cast, str)]
    rows = iter(session.ask(" UNION ALL ".join(_rows(*each) for each in asked)) if asked else ())
    nobody = _foreign(session, grounds)
    preset = session.ask(f"SELECT nullif(current_setting({quote_literal(session.setting)}, true), '')")[0]
    return [
        cast if isinstance(cast, str) else _scene(target, cast, next(rows), nobody, preset)
        for target, cast in zip(targets, casts, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Cast:
    owners: tuple[str, ...]
    rows: Mapping[str, int]
    total: int
    different: int
    users: int | None
    width: Width


def _owners(grounds: Grounds, target: Target, width: Width, wanted: Sequence[str]) -> str:
    """How many rows there are, of how many owners; the first owners; how many users, if they are few."""
    root = grounds.root
    known = _all_users(root) if root is not None else None
    order = f"o.owner IN ({known}) DESC, " if known else ""
    users = f" UNION {known}" if known else ""
    order = "".join(f"o.owner = {quote_literal(user)} DESC, " for user in wanted) + order
    return (
        f"(WITH o AS MATERIALIZED (SELECT ({target.owner})::text AS owner, count(*) AS n"
        f" FROM {target.source} GROUP BY {target.owner})"
        " SELECT pg_catalog.jsonb_build_array((SELECT coalesce(sum(n), 0) FROM o),"
        " (SELECT count(owner) FROM o),"
        " (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(x.owner, x.n)) FROM"
        " (SELECT owner, n FROM o WHERE owner IS NOT NULL"
        f" ORDER BY {order}n < {FEW.mine}, n, owner LIMIT {width.actors}) AS x),"
        f" CASE WHEN (SELECT count(owner) FROM o) <= {width.actors} THEN (SELECT count(*) FROM"
        f" (SELECT owner FROM o WHERE owner IS NOT NULL{users}) AS u) END))"
    )


def _require(users: Sequence[str], casts: Sequence[_Cast | str]) -> None:
    acting = {owner for cast in casts if not isinstance(cast, str) for owner in cast.owners}
    for user in users:
        if user not in acting:
            raise NotJudgedError(f"user {user}", "no row that is judged belongs to that key")


def _all_users(root: OwnedTable) -> str:
    joins, owner = owner_joins(root.path, "r")
    return f"SELECT ({owner})::text FROM {root.quoted} AS r {joins}"


def _cast(session: Session, grounds: Grounds, said: Sequence[Any], width: Width) -> _Cast | str:
    total, different, owners, users = said
    if not owners:
        return "no row has an owner, so there is nothing that could leak"
    names = tuple(owner for owner, _ in owners)
    if len(names) == 1:
        stranger = _stranger(session, grounds, names[0])
        if stranger is None:
            return "there is only one user, so nobody could be a stranger"
        names = (stranger, *names)
    return _Cast(names, dict(owners), total, different, users, width)


def _stranger(session: Session, grounds: Grounds, known: str) -> str | None:
    """A user without rows here, who can show a leak but can prove nothing."""
    if grounds.root is None:
        return None
    found = session.ask(
        f"SELECT o FROM ({_all_users(grounds.root)}) AS u (o) WHERE o <> {quote_literal(known)}"
        " ORDER BY 1 LIMIT 1"
    )
    return found[0] if found else None


def _rows(target: Target, cast: _Cast) -> str:
    """A few rows of each user who acts, of anybody else, and of nobody; many are spread over the table."""
    wide = cast.width
    conditions = [(target.of_owner(user), wide.mine) for user in cast.owners]
    others = " AND ".join(target.of_others(user) for user in cast.owners)
    if target.table.path.nullable:
        conditions.append((f"{others} AND {target.owner} IS NOT NULL", wide.prey))
        conditions.append((f"{target.owner} IS NULL", wide.prey))
    else:
        conditions.append((others, wide.prey))
    names = ["tableoid", "ctid", *(column.name for column in target.columns)]
    texts = ", ".join(f"t0.{quote_identifier(name)}::text" for name in names)
    literals = ", ".join(map(quote_literal, names))
    row = (
        f"pg_catalog.jsonb_build_array({target.key},"
        f" pg_catalog.jsonb_object(ARRAY[{literals}], ARRAY[{texts}]), ({target.owner})::text)"
    )
    spread = "" if wide is FEW else f" ORDER BY pg_catalog.hashtext({target.key}), 1"
    lists = (
        f"(SELECT coalesce(pg_catalog.jsonb_agg(x.r), '[]') FROM (SELECT {row} AS r FROM {target.source}"
        f" WHERE {condition}{spread} LIMIT {most}) AS x)"
        for condition, most in conditions
    )
    return f"SELECT pg_catalog.jsonb_build_array({', '.join(lists)})"


def _scene(target: Target, cast: _Cast, said: Sequence[Any], nobody: str, preset: str | None) -> Scene:
    lists = [[_row(target, *each) for each in rows] for rows in said]
    own = dict(zip(cast.owners, lists, strict=False))
    others = [row for rows in lists[len(own) :] for row in rows]
    width, a = cast.width, cast.owners[0]

    def prey(user: str) -> tuple[Row, ...]:
        first = (row for name, rows in own.items() if name != user for row in rows[: width.prey])
        return (*first, *others)

    # A stranger may act; whose rows these are has nobody else to look at.
    acting = [user for user in cast.owners if own[a] or user == a]
    users = [
        Actor(Identity.USER, user, user, tuple(own[user]), prey(user), cast.rows.get(user, 0), user != a)
        for user in acting
    ]
    every = (*own[cast.owners[1]][: width.prey], *(row for row in others if row.owner is None))
    without = [
        Actor(identity, value, None, (), every)
        for identity, value in (
            (Identity.UNSET, None),
            (Identity.EMPTY, ""),
            (Identity.MALFORMED, _NO_KEY),
            (Identity.FOREIGN, nobody),
        )
        if identity is not Identity.UNSET or preset is None
    ]
    facts = {
        "user": a,
        "other user": cast.owners[1],
        "own rows": cast.rows.get(a, 0),
        "rows of others": cast.total - cast.rows.get(a, 0),
        "owners": cast.different,
    }
    everybody = cast.users == len(users) and bool(own[a])
    return Scene(target, (*users, *without), facts, everybody, width)


def _row(target: Target, key: str, values: Mapping[str, str | None], owner: str | None) -> Row:
    keys = target.table.shape.primary_key
    if keys:
        types = {column.name: column.type for column in target.columns}
        where = " AND ".join(
            f"t0.{quote_identifier(k)} = CAST({quote_literal(values[k] or '')} AS {types[k]})" for k in keys
        )
    else:
        place, table = values["ctid"] or "", values["tableoid"]
        where = f"t0.ctid = {quote_literal(place)}::tid AND t0.tableoid = {table}"
    kept = {column.name: values[column.name] for column in target.columns}
    return Row(key, where, kept, owner)


def absent(column_type: str) -> tuple[str, ...]:
    """Values of a type that hardly any row has."""
    return _ABSENT.get(column_type, ("neonkit-nobody", "neonkit-no-one"))


def _foreign(session: Session, grounds: Grounds) -> str:
    """A key that no user has."""
    root = grounds.root
    if root is None:
        return "neonkit-nobody"
    column = grounds.shapes[root.path.end].column(root.path.column)
    for candidate in absent(column.type if column is not None else "text"):
        sql = f"SELECT 1 FROM ({_all_users(root)}) AS u (o) WHERE o = {quote_literal(candidate)} LIMIT 1"
        if not session.ask(sql):
            return candidate
    return "neonkit-nobody"
