"""Views and materialized views."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.attributes import comment_on, new_grants, owner_of
from toolkit.schema.ddl.columns import column_rest, column_settings, default_is_late
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import with_options
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import RELATION_KINDS, Column, Key, MaterializedView, Qualified, View
from toolkit.sql.quoting import quote_identifier


def view_units(view: View, source: Source) -> Iterator[Unit]:
    """A view. Where others need it before it can be made, a view of nulls stands in for it."""
    columns = source.snapshot.parts(view.qualified).columns
    rest = [*_rest(view, "VIEW", source)]
    late = {column.name for column in columns if default_is_late(column, source)}
    for column in columns:
        if column.default is not None and column.name not in late:
            rest.append(_set_default(view, column))
        rest += column_rest(column, str(view.qualified))
    needs, likely = _needs(view, source)
    yield Unit(
        Node(view.key),
        (create_view(view), *rest),
        needs - {Node(view.key)},
        likely - {Node(view.key)},
        placeholder=(_stand_in(view, columns),),
        after_placeholder=(create_view(view, replace=True), *rest),
    )
    for column in columns:
        if column.name in late:
            node = Node(column.key, "default")
            likely_code = source.references.of(column.default)
            yield unit(node, [_set_default(view, column)], needs=[view.key], likely=likely_code)


def materialized_view_units(view: MaterializedView, source: Source) -> Iterator[Unit]:
    """A materialized view, filled at the end: its query may run any code and needs every grant."""
    text = f"CREATE MATERIALIZED VIEW {view.qualified}"
    if view.access_method not in (None, "heap"):
        text += f" USING {quote_identifier(view.access_method or '')}"
    text += with_options(view.options)
    if view.tablespace:
        text += f" TABLESPACE {quote_identifier(view.tablespace)}"
    statements = [f"{text} AS\n{_query(view)}\nWITH NO DATA"]
    columns = source.snapshot.parts(view.qualified).columns
    for column in columns:
        settings = column_settings(column)
        statements += [f"ALTER MATERIALIZED VIEW {view.qualified} {setting}" for setting in settings]
    statements += _rest(view, "MATERIALIZED VIEW", source)
    for column in columns:
        statements += column_rest(column, str(view.qualified))
    needs, likely = _needs(view, source)
    yield Unit(Node(view.key), tuple(statements), needs - {Node(view.key)}, likely - {Node(view.key)})
    if view.populated:
        yield unit(
            Node(view.key, "refresh"),
            [f"REFRESH MATERIALIZED VIEW {view.qualified}"],
            needs=[view.key, *(Node(found.key, "refresh") for found in likely)],
        )


def create_view(view: View, *, replace: bool = False) -> str:
    """`CREATE VIEW` with its options."""
    word = "CREATE OR REPLACE VIEW" if replace else "CREATE VIEW"
    return f"{word} {view.qualified}{with_options(view.options)} AS\n{_query(view)}"


def _query(view: View | MaterializedView) -> str:
    return view.definition.rstrip().removesuffix(";")


def _stand_in(view: View, columns: list[Column]) -> str:
    nulls = ",\n".join(
        f"  NULL::{column.type}{f' COLLATE {column.collation}' if column.collation else ''}"
        f" AS {quote_identifier(column.name)}"
        for column in columns
    )
    return f"CREATE VIEW {view.qualified} AS\nSELECT\n{nulls}"


def _set_default(view: View, column: Column) -> str:
    name = quote_identifier(column.name)
    return f"ALTER VIEW {view.qualified} ALTER COLUMN {name} SET DEFAULT {column.default}"


def _rest(view: View | MaterializedView, word: str, source: Source) -> Iterator[str]:
    target = f"{word} {view.qualified}"
    yield from owner_of(target, view.owner)
    yield from comment_on(target, view.comment)
    yield from new_grants("table", f"TABLE {view.qualified}", view.owner, view.grants, source.major)


def _needs(view: View | MaterializedView, source: Source) -> tuple[frozenset[Node], frozenset[Node]]:
    """The primary keys of what is read, because a query may group by one; and what the query names."""
    likely = source.references.of(view.definition)
    keys: set[Key] = set()
    for key in likely:
        if key.kind in RELATION_KINDS:
            primary = source.snapshot.parts(Qualified(key.path[0], key.path[1])).primary_key
            keys |= {primary.key} if primary is not None else set()
    return frozenset(map(Node, keys)), frozenset(map(Node, likely))
