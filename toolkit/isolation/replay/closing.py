"""Which object let a leak happen, and the smallest change that closes it.

Every layer that is wrong is part of the change, or the leak would stay: the role, the switch of row security,
the policies. Own rows stay reachable where a policy can say which they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from toolkit.isolation.catalog import Policy
from toolkit.isolation.grounds import Edge
from toolkit.isolation.judge import Bench, by_catalog
from toolkit.isolation.policy_audit import permits
from toolkit.isolation.probing.evidence import RelationKind
from toolkit.isolation.probing.targets import Target, Trigger
from toolkit.isolation.replay.own_rows import own_rows
from toolkit.isolation.verdict import Verb, Verdict
from toolkit.models.ownership import OwnerPath
from toolkit.models.ownership.paths import hop_along
from toolkit.models.shapes import split_table_name
from toolkit.sql.quoting import qualified, quote_identifier

_CLAUSES: Final = {"r": "{u}", "d": "{u}", "a": "{c}", "w": "{u} {c}", "*": "{u} {c}"}


@dataclass(frozen=True, slots=True)
class Closing:
    """What is responsible, and the SQL that closes it."""

    responsible: str
    sql: tuple[str, ...]


def close_table(target: Target, bench: Bench, verbs: Iterable[Verb]) -> Closing:
    """For rows of a table reached by some verbs, whatever the action was."""
    if target.kind is not RelationKind.TABLE:
        return revoke(
            target.sql, bench.subject.role or "", f"the rights on {target.kind.value} {target.name}"
        )
    parts = [*_role(bench), *_switch(target, bench), *_policies(target, bench, tuple(verbs))]
    if not parts:
        mine = _own(target, bench)
        name = quote_identifier(f"only_own_{target.table.shape.table}"[:63])
        rule = (
            f"CREATE POLICY {name} ON {target.sql} AS RESTRICTIVE TO {_app(bench)}"
            f" USING ({mine}) WITH CHECK ({mine})"
        )
        return Closing(f"the policies of {target.name}", (rule,))
    return Closing(" and ".join(dict.fromkeys(said for said, _ in parts)), tuple(sql for _, sql in parts))


def close_truncate(target: Target, bench: Bench) -> Closing:
    """The right to TRUNCATE."""
    sql = f"REVOKE TRUNCATE ON {target.sql} FROM PUBLIC, {_app(bench)}"
    return Closing(f"the right to TRUNCATE {target.name}", (sql,))


def close_triggers(triggers: Iterable[Trigger]) -> Closing:
    """Triggers that act as the owner of their function."""
    functions = tuple(dict.fromkeys(each.function for each in triggers if each.definer))
    return Closing(
        "trigger function " + " and ".join(functions),
        tuple(f"ALTER ROUTINE {function} SECURITY INVOKER" for function in functions),
    )


def close_edge(edge: Edge, bench: Bench, owner_type: str) -> Closing:
    """A reference that does not carry the owner: a key that does, else a restrictive policy."""
    said = f"foreign key {edge.foreign_key.name} of {edge.child.name}"
    if not edge.child.path.hops and not edge.parent.path.hops:
        return Closing(said, tuple(_composite(edge)))
    hop = hop_along(edge.child.shape, edge.foreign_key)
    path = OwnerPath(
        edge.child.name, (hop, *edge.parent.path.hops), edge.parent.path.column, column_nullable=True
    )
    mine = own_rows(edge.child.shape.table, path, bench.subject.identity_setting, owner_type)
    absent = " OR ".join(f"{quote_identifier(column)} IS NULL" for column in edge.foreign_key.columns)
    rule = f"({absent} OR {mine})"
    name = f"own_{edge.foreign_key.name}"[:56]
    return Closing(
        said,
        tuple(
            f"CREATE POLICY {quote_identifier(f'{name}_{verb}'[:63])} ON {edge.child.quoted} AS RESTRICTIVE"
            f" FOR {verb.upper()} TO {_app(bench)} WITH CHECK {rule}"
            for verb in ("insert", "update")
        ),
    )


def close_cascade(edge: Edge) -> Closing:
    """A deletion that goes on into rows of others."""
    key = edge.foreign_key
    name = quote_identifier(key.name or "")
    columns, targets = (
        ", ".join(map(quote_identifier, names)) for names in (key.columns, key.target_columns)
    )
    sql = (
        f"ALTER TABLE {edge.child.quoted} DROP CONSTRAINT {name}, ADD CONSTRAINT {name}"
        f" FOREIGN KEY ({columns}) REFERENCES {edge.parent.quoted} ({targets}) NOT VALID"
    )
    return Closing(f"foreign key {key.name} of {edge.child.name}", (sql,))


def close_door(
    said: str, own: tuple[str, ...], behind: Iterable[tuple[Target, Bench]], verb: Verb
) -> Closing:
    """A view or function: it acts as the user who asks, and the tables behind it are closed for the verb."""
    closings = [close_table(target, bench, (verb,)) for target, bench in behind if _is_wide(bench, verb)]
    names = [said] if own else []
    names += [closing.responsible for closing in closings]
    sql = (*own, *(each for closing in closings for each in closing.sql))
    return Closing(" and ".join(names) or said, tuple(dict.fromkeys(sql)))


def _is_wide(bench: Bench, verb: Verb) -> bool:
    decided = by_catalog(bench, verb)
    if decided is not None:
        return decided.verdict is Verdict.LEAK
    return bool(bench.rules.loose(bench.table, verb).rows)


def revoke(quoted: str, role: str, said: str) -> Closing:
    """Take every right on a relation away."""
    return Closing(said, (f"REVOKE ALL ON {quoted} FROM PUBLIC, {quote_identifier(role)}",))


def _role(bench: Bench) -> Iterator[tuple[str, str]]:
    if bench.subject.exempt:
        yield f"role {bench.subject.role}", f"ALTER ROLE {_app(bench)} NOSUPERUSER NOBYPASSRLS"


def _switch(target: Target, bench: Bench) -> Iterator[tuple[str, str]]:
    security = target.security
    words = [] if security.enabled else ["ENABLE ROW LEVEL SECURITY"]
    if security.owned and not security.forced:
        words.append("FORCE ROW LEVEL SECURITY")
    if words:
        yield f"row security of {target.name}", f"ALTER TABLE {target.sql} {', '.join(words)}"
    mine = [p for p in bench.policies if p.table_name == target.name and p.applies and p.permissive]
    if not security.enabled and not mine:
        own = _own(target, bench)
        name = quote_identifier(f"own_{target.table.shape.table}"[:63])
        yield (
            f"row security of {target.name}",
            f"CREATE POLICY {name} ON {target.sql} TO {_app(bench)} USING ({own}) WITH CHECK ({own})",
        )


def _policies(target: Target, bench: Bench, verbs: tuple[Verb, ...]) -> Iterator[tuple[str, str]]:
    """Each policy that may let through more than own rows, for these verbs."""
    loose: set[str] = set()
    for verb in verbs:
        if verb is not Verb.REFERENCES:
            found = bench.rules.loose(target.table, verb)
            loose |= {name.removeprefix("policy ") for name in (*found.rows, *found.values)}
    own = _own(target, bench)
    for policy in bench.policies:
        if policy.table_name == target.name and policy.name in loose and policy.permissive:
            yield f"policy {policy.name} of {target.name}", _narrowed(target, bench, policy, own)


def _narrowed(target: Target, bench: Bench, policy: Policy, own: str) -> str:
    """The policy with the own rows only; gone, if others allow the same already."""
    name = quote_identifier(policy.name)
    if _is_beside_the_right_one(target, bench, policy):
        return f"DROP POLICY {name} ON {target.sql}"
    clauses = _CLAUSES[policy.command].format(u=f"USING ({own})", c=f"WITH CHECK ({own})")
    return f"ALTER POLICY {name} ON {target.sql} {clauses}"


def _is_beside_the_right_one(target: Target, bench: Bench, policy: Policy) -> bool:
    """Whether, for each verb of the policy, another one allows something too and none of those is loose."""
    verbs = [verb for verb in Verb if verb is not Verb.REFERENCES and permits([policy], target.name, verb)]
    for verb in verbs:
        found = bench.rules.loose(target.table, verb)
        names = {name.removeprefix("policy ") for name in (*found.rows, *found.values)}
        others = [each for each in bench.policies if each.name != policy.name and each.name not in names]
        if not permits(others, target.name, verb):
            return False
    return True


def _composite(edge: Edge) -> Iterator[str]:
    """The key with the owner in it. Rows that are wrong already stay, and no new one comes."""
    key = edge.foreign_key
    child, parent = edge.child.path.column, edge.parent.path.column
    columns = (*(c for c in key.columns if c != child), child)
    targets = (*(t for c, t in key.pairs if c != child), parent)
    known = (edge.parent.shape.primary_key, *edge.parent.shape.uniques)
    if not any(set(each) == set(targets) for each in known):
        yield f"ALTER TABLE {edge.parent.quoted} ADD UNIQUE ({_listed(targets)})"
    listed, named = map(_listed, (columns, targets))
    table = qualified(*split_table_name(edge.parent.name))
    yield (
        f"ALTER TABLE {edge.child.quoted} ADD FOREIGN KEY ({listed}) REFERENCES {table} ({named}) NOT VALID"
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(quote_identifier, names))


def _own(target: Target, bench: Bench) -> str:
    table = target.table
    return own_rows(table.shape.table, table.path, bench.subject.identity_setting, target.owner_type)


def _app(bench: Bench) -> str:
    return quote_identifier(bench.subject.role or "")
