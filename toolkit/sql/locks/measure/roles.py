"""What each relation of the world is to a statement: by name, else by its bonds to the named ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from toolkit.sql.classify import Classified, Role
from toolkit.sql.locks.measure.sessions import Session, rows
from toolkit.sql.locks.measure.world import Relation

_BONDS: Final = """
select 'referenced', conrelid::int8, confrelid::int8 from pg_constraint where contype = 'f'
union all select 'referencing', confrelid::int8, conrelid::int8 from pg_constraint where contype = 'f'
union all select 'table', indexrelid::int8, indrelid::int8 from pg_index
union all select 'parent', inhrelid::int8, inhparent::int8 from pg_inherits
union all select 'partition', inhparent::int8, inhrelid::int8 from pg_inherits
union all select 'default_partition', partrelid::int8, partdefid::int8
          from pg_partitioned_table where partdefid > 0
union all select 'default_partition', i.inhrelid::int8, p.partdefid::int8
          from pg_partitioned_table p join pg_inherits i on i.inhparent = p.partrelid where p.partdefid > 0
union all select 'source', r.ev_class::int8, d.refobjid::int8 from pg_rewrite r
          join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
          where d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
"""
_STRONGEST_BOND: Final = (
    Role.TABLE,
    Role.DEFAULT_PARTITION,
    Role.PARENT,
    Role.PARTITION,
    Role.REFERENCED,
    Role.REFERENCING,
    Role.SOURCE,
)
_BY_KIND: Final = {"i": Role.INDEX, "I": Role.INDEX, "S": Role.SEQUENCE, "v": Role.VIEW, "m": Role.VIEW}


def read_bonds(session: Session) -> list[tuple[str, int, int]]:
    """Which relation is what to which: role, the relation, and the other that has the role for it."""
    return [(role, one, other) for role, one, other in rows(session, _BONDS)]


def assign_roles(
    classified: Classified, relations: Mapping[int, Relation], bonds: list[tuple[str, int, int]]
) -> dict[str, Role]:
    """The role of every relation of the world in the statement, by name."""
    by_name = {relation.name: oid for oid, relation in relations.items()}
    named: dict[int, Role] = {}
    for part in classified.parts:
        for one in part.relations:
            if one.relation.name in by_name and one.role is not Role.NEW:
                named.setdefault(by_name[one.relation.name], one.role)
    of_type = any("type" in part.attributes for part in classified.parts)
    rest = Role.SOURCE if named else (Role.TYPE_USER if of_type else Role.TABLE)
    roles = {}
    for oid, relation in relations.items():
        bound = {role for role, one, other in bonds if other == oid and one in named}
        of_bond = next((role for role in _STRONGEST_BOND if role.value in bound), None)
        of_kind = _BY_KIND.get(relation.kind)
        roles[relation.name] = named.get(oid) or of_kind or of_bond or rest
    return roles
