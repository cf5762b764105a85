"""Constraints of tables, each added on its own, foreign keys last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from toolkit.schema.ddl.attributes import comment_on
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import in_parentheses, names, with_options
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Constraint, Key, Kind, Qualified, Table
from toolkit.sql.quoting import quote_identifier


def constraint_units(constraint: Constraint, source: Source) -> Iterator[Unit]:
    """A constraint, if it is not one that the server makes by itself for another one."""
    table = source.relation_key(constraint.relation)
    target = f"CONSTRAINT {quote_identifier(constraint.name)} ON {constraint.relation}"
    comment = list(comment_on(target, constraint.comment))
    if not _is_own(constraint):
        if comment:
            yield unit(constraint.key, comment, needs=[table, *_makers(constraint)])
        return
    head = f"ALTER TABLE {_only(constraint, source)}{constraint.relation}"
    add = f"{head} ADD {constraint_clause(constraint, source)}"
    node = Node(constraint.key, "foreign key" if constraint.type == "foreign key" else "")
    needs: list[Key | Node] = [table, *_relatives(constraint, source)]
    if constraint.references is not None:
        needs.append(source.relation_key(constraint.references))
        needs += source.unique_keys(constraint.references)
    texts = (constraint.expression, constraint.definition)
    yield unit(node, [add, *comment], needs=needs, likely=source.references.of(*texts))
    if node.part:
        yield unit(constraint.key, (), needs=[node])


def constraint_clause(constraint: Constraint, source: Source) -> str:
    """The constraint as `ALTER TABLE ADD` takes it."""
    words = [f"CONSTRAINT {quote_identifier(constraint.name)}"]
    match constraint.type:
        case "check":
            words.append(f"CHECK {in_parentheses(constraint.expression or 'true')}")
            words += ["NO INHERIT"] if constraint.no_inherit else []
        case "exclude":
            # The server's text says all there is to say.
            return f"{words[0]} {constraint.definition}"
        case "foreign key":
            words += _foreign_key(constraint)
        case _:
            words += _key(constraint, source)
    words += ["DEFERRABLE"] if constraint.deferrable else []
    words += ["INITIALLY DEFERRED"] if constraint.initially_deferred else []
    words += ["NOT ENFORCED"] if not constraint.enforced else []
    words += ["NOT VALID"] if constraint.enforced and not constraint.validated else []
    return " ".join(words)


def _key(constraint: Constraint, source: Source) -> Iterator[str]:
    yield constraint.type.upper()
    if constraint.nulls_not_distinct:
        yield "NULLS NOT DISTINCT"
    overlaps = " WITHOUT OVERLAPS" if constraint.temporal else ""
    yield f"({names(constraint.columns)}{overlaps})"
    if constraint.include:
        yield f"INCLUDE ({names(constraint.include)})"
    if (index := source.constraint_index(constraint)) is not None:
        if index.options:
            yield with_options(index.options).strip()
        if index.tablespace:
            yield f"USING INDEX TABLESPACE {quote_identifier(index.tablespace)}"


def _foreign_key(constraint: Constraint) -> Iterator[str]:
    mine, theirs = _listed(constraint, constraint.columns), _listed(constraint, constraint.referenced_columns)
    yield f"FOREIGN KEY ({mine}) REFERENCES {constraint.references} ({theirs})"
    if constraint.match not in (None, "simple"):
        yield f"MATCH {constraint.match.upper()}"
    if constraint.on_update not in (None, "no action"):
        yield f"ON UPDATE {constraint.on_update.upper()}"
    if constraint.on_delete not in (None, "no action"):
        yield f"ON DELETE {constraint.on_delete.upper()}"
        if constraint.set_columns:
            yield f"({names(constraint.set_columns)})"


def _listed(constraint: Constraint, columns: tuple[str, ...]) -> str:
    if not constraint.temporal:
        return names(columns)
    return ", ".join([*map(quote_identifier, columns[:-1]), f"PERIOD {quote_identifier(columns[-1])}"])


def _only(constraint: Constraint, source: Source) -> str:
    """Keys of partitioned tables are attached to those of their partitions, not handed down."""
    table = source.table(constraint.relation)
    is_key = constraint.type in ("primary key", "unique", "exclude")
    return "ONLY " if is_key and isinstance(table, Table) and table.partition_key else ""


def _is_own(constraint: Constraint) -> bool:
    if constraint.type == "check":
        return constraint.local
    if constraint.type == "foreign key" and constraint.parent is not None:
        # What a foreign key to a partitioned table adds for each partition stands on the same table; a
        # partition gets its parent's under the parent's name. One of another name was there before.
        *table, name = constraint.parent
        return tuple(table) != tuple(constraint.relation) and name != constraint.name
    return True


def _makers(constraint: Constraint) -> Iterable[Key | Node]:
    if constraint.parent is not None:
        yield Key(Kind.CONSTRAINT, constraint.parent)
        yield Node(Key(Kind.CONSTRAINT, constraint.parent), "foreign key")


def _relatives(constraint: Constraint, source: Source) -> Iterator[Key | Node]:
    """The same constraint of child tables: where it is theirs too, the parent's is joined to it."""
    if constraint.type not in ("check", "foreign key"):
        return
    if constraint.type == "foreign key":
        for child in source.children(constraint.relation):
            for other in source.snapshot.parts(child).foreign_keys:
                if other.parent == constraint.key.path:
                    yield Node(other.key, "foreign key")
        return
    for child in source.children(Qualified(*constraint.relation)):
        for other in source.snapshot.parts(child).constraints:
            if other.type == "check" and other.local and other.name == constraint.name:
                yield other.key
