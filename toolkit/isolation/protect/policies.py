"""Policies per command, and row security that binds the table's owner too.

What binds already stays as it is. A permissive policy that lets through more than the own rows is dropped
once ours is there: policies are joined by OR, so beside it ours would be worth nothing. A table at no time
has row security without its policies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.isolation.grounds import Edge, OwnedTable
from toolkit.isolation.policy_audit import permits
from toolkit.isolation.protect.conditions import own_parent, own_row
from toolkit.isolation.protect.site import Site
from toolkit.isolation.protect.step import Stage, Step
from toolkit.isolation.verdict import Verb
from toolkit.schema.ddl.rules import policy_units
from toolkit.schema.objects import Key, Kind
from toolkit.schema.objects import Policy as PolicyObject
from toolkit.sql.quoting import quote_identifier

_VERBS = (Verb.READ, Verb.INSERT, Verb.UPDATE, Verb.DELETE)
_SQL = {Verb.READ: "select", Verb.INSERT: "insert", Verb.UPDATE: "update", Verb.DELETE: "delete"}


@dataclass(frozen=True, slots=True)
class Needed:
    """What one table needs: our policies for these verbs, and these others gone."""

    verbs: tuple[Verb, ...]
    loose: tuple[str, ...]


def policy_steps(site: Site, table: OwnedTable, edges: Sequence[Edge], needed: Needed) -> Iterator[Step]:
    """The policies and the switch of one table; `edges` are the references that only a policy can guard."""
    if needed.verbs or needed.loose:
        yield _policies(site, table, edges, needed)
    yield from _switch(site, table)


def needs(site: Site, edges: Mapping[str, Sequence[Edge]]) -> dict[str, Needed]:
    """What each owned table needs, by name, so that our policies may read what they look at."""
    found = {table.name: _needed(site, table, edges.get(table.name, ())) for table in site.grounds.owned}
    todo = [name for name, needed in found.items() if needed.verbs]
    while todo:
        for name in looked_at(site, todo.pop(), edges):
            needed = found[name]
            stay = [each for each in site.policies if each.name not in needed.loose]
            if Verb.READ not in needed.verbs and not permits(stay, name, Verb.READ):
                found[name] = replace(needed, verbs=(Verb.READ, *needed.verbs))
                todo.append(name)
    return found


def looked_at(site: Site, name: str, edges: Mapping[str, Sequence[Edge]]) -> set[str]:
    """The owned tables that our policies on a table read."""
    table = site.grounds.table(name)
    assert table is not None
    paths = [table.path.tables[1:], *(edge.parent.path.tables for edge in edges.get(name, ()))]
    return {each for path in paths for each in path if site.grounds.table(each) is not None}


def _needed(site: Site, table: OwnedTable, edges: Sequence[Edge]) -> Needed:
    loose = tuple(dict.fromkeys(_loose(site, table, edges)))
    mine = [each for each in site.policies if each.table_name == table.name]
    stay = [each for each in mine if each.name not in loose]
    gone = [each for each in mine if each.name in loose]
    on = site.table(table).row_security
    # Where row security is on, a verb without any policy is forbidden on purpose.
    verbs = (
        verb
        for verb in _VERBS
        if not permits(stay, table.name, verb) and (not on or permits(gone, table.name, verb))
    )
    return Needed(tuple(verbs), loose)


def _loose(site: Site, table: OwnedTable, edges: Iterable[Edge]) -> Iterator[str]:
    found: list[str] = []
    for verb in _VERBS:
        loose = site.rules.loose(table, verb)
        found += [*loose.rows, *loose.values]
    for edge in edges:
        found += site.rules.loose_along(edge)
    yield from (name.removeprefix("policy ") for name in found)


def _policies(site: Site, table: OwnedTable, edges: Sequence[Edge], needed: Needed) -> Step:
    clauses = _clauses(site, table, edges)
    made: list[str] = []
    gone: list[str] = []
    for verb in needed.verbs:
        name = quote_identifier(
            site.new_name(table.shape.table, _SQL[verb], "own", schema=table.shape.schema)
        )
        dropped = f"DROP POLICY IF EXISTS {name} ON {table.quoted}"
        head = f"CREATE POLICY {name} ON {table.quoted} FOR {_SQL[verb].upper()} TO {site.quoted_role}"
        made += [dropped, f"{head} {clauses[verb]}"]
        gone.append(dropped)
    again: list[str] = []
    for name in needed.loose:
        old = _old(site, table, name)
        dropped = f"DROP POLICY IF EXISTS {quote_identifier(name)} ON {table.quoted}"
        made.append(dropped)
        again += [dropped, *(each for unit in policy_units(old, site.source) for each in unit.statements)]
    verbs = ", ".join(_SQL[verb] for verb in needed.verbs)
    parts = [f"policies for {verbs}"] if verbs else []
    parts += [f"policy {name} goes, for it lets others through" for name in needed.loose]
    return Step(Stage.POLICIES, table.name, "; ".join(parts), tuple(made), (*again, *gone))


def _clauses(site: Site, table: OwnedTable, edges: Sequence[Edge]) -> dict[Verb, str]:
    mine = own_row(table, site.owner_type(table), site.identity)
    refers = [own_parent(edge, site.owner_type(edge.parent), site.identity) for edge in edges]
    check = " AND ".join([mine, *refers])
    return {
        Verb.READ: f"USING ({mine})",
        Verb.INSERT: f"WITH CHECK ({check})",
        Verb.UPDATE: f"USING ({mine}) WITH CHECK ({check})",
        Verb.DELETE: f"USING ({mine})",
    }


def _old(site: Site, table: OwnedTable, name: str) -> PolicyObject:
    found = site.snapshot.objects[Key(Kind.POLICY, (table.shape.schema, table.shape.table, name))]
    assert isinstance(found, PolicyObject)
    return found


def _switch(site: Site, table: OwnedTable) -> Iterator[Step]:
    found = site.table(table)
    words = {"ENABLE": found.row_security, "FORCE": found.row_security_forced}
    missing = [word for word, there in words.items() if not there]
    if not missing:
        return
    back = {"ENABLE": "DISABLE", "FORCE": "NO FORCE"}

    def switch(which: Iterable[str]) -> str:
        return f"ALTER TABLE {table.quoted} {', '.join(f'{word} ROW LEVEL SECURITY' for word in which)}"

    yield Step(
        Stage.POLICIES,
        table.name,
        f"{' and '.join(word.lower() for word in missing)} row security",
        (switch(missing),),
        (switch(back[word] for word in reversed(missing)),),
    )
