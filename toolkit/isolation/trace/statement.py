"""A statement as what it must fulfil: one requirement for each reference to a table that has owners.

Reading is `reading`'s; here are the writes, and the end, where conditions become the values that bind.
Invariant: a statement that reads or changes rows gives a requirement or a doubt for each table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

from toolkit.isolation.trace.binding import Bindings
from toolkit.isolation.trace.grounds import Grounds
from toolkit.isolation.trace.reading import Named, QueryReader
from toolkit.isolation.trace.requirement import Action, Requirement, Way
from toolkit.isolation.trace.scope import Context, Level, Source, Writing
from toolkit.isolation.trace.terms import Column, Equal, Term
from toolkit.isolation.trace.terms_reader import inside, term_of
from toolkit.models.ownership import Hop, OwnershipKind
from toolkit.models.shapes import TableShape
from toolkit.sql.errors import SqlSyntaxError
from toolkit.sql.parse import Tree, parse_script

_WRITES: Final = {"InsertStmt": Action.INSERT, "UpdateStmt": Action.UPDATE, "DeleteStmt": Action.DELETE}
_HOLDS_QUERY: Final = (
    "ExplainStmt",
    "DeclareCursorStmt",
    "CreateTableAsStmt",
    "CopyStmt",
    "PrepareStmt",
)
_RUNS_UNSEEN: Final = {"DoStmt": "DO", "CallStmt": "CALL", "ExecuteStmt": "EXECUTE", "MergeStmt": "MERGE"}


def requirements(sql: str, grounds: Grounds) -> tuple[Requirement, ...]:
    """What the statements of a text must fulfil, in the order of the text.

    Parameters are `$1`, `$2`, ... What cannot be read is a requirement with a doubt.
    """
    try:
        statements = parse_script(sql)
    except SqlSyntaxError as error:
        return (Requirement("", Action.READ, doubt=f"it does not parse: {error.sentence}"),)
    return tuple(chain.from_iterable(_Reader(grounds).statement(each.tree) for each in statements))


class _Reader(QueryReader):
    def statement(self, tree: Tree) -> tuple[Requirement, ...]:
        self._any(tree, {})
        bindings = Bindings(self.notes.rows, self.grounds.graph)
        found = chain(self._touched(bindings), self._written(bindings), self._doubts())
        return tuple(dict.fromkeys(found))

    def _any(self, tree: Tree, known: Mapping[str, Named]) -> None:
        (kind, body), *_ = tree.items()
        if kind == "SelectStmt" or kind in _WRITES:
            known = self._writes_in_with(body, known)
        if kind == "SelectStmt":
            self.query(body, None, (), known, told=False)
        elif kind in _WRITES:
            known = self.with_queries(body, known)
            {"InsertStmt": self._insert, "UpdateStmt": self._update, "DeleteStmt": self._delete}[kind](
                body, known
            )
        elif kind in _RUNS_UNSEEN:
            doubt = f"{_RUNS_UNSEEN[kind]} is not read"
            tables = [each for _, each in inside(body, "RangeVar")]
            self.notes.doubts += [(self._name(each), Action.READ, doubt) for each in tables] or [
                ("", Action.READ, doubt)
            ]
        elif kind == "TruncateStmt":
            for _, each in inside(body, "RangeVar"):
                self._whole(each, Action.DELETE)
        elif kind in _HOLDS_QUERY:
            if "relation" in body and kind == "CopyStmt":
                self._whole(body["relation"], Action.INSERT if body.get("is_from") else Action.READ)
            elif isinstance(query := body.get("query"), dict):
                self._any(query, known)

    def _writes_in_with(self, body: Tree, known: Mapping[str, Named]) -> Mapping[str, Named]:
        for each in body.get("withClause", {}).get("ctes", ()):
            query = each["CommonTableExpr"]["ctequery"]
            if not {"SelectStmt"} & query.keys():
                around = self.with_queries(body, known)
                self._any(query, around)
        return known

    def _name(self, relation: Tree) -> str:
        shape = self.grounds.table(relation.get("schemaname"), relation["relname"])
        return shape.name if shape else str(relation["relname"])

    def _target(self, relation: Tree, action: Action, level: Level) -> int | None:
        """The row that is written, as a source of the level; None if its table is not known."""
        shape = self.grounds.table(relation.get("schemaname"), relation["relname"])
        name = relation.get("alias", {}).get("aliasname", relation["relname"])
        if shape is None:
            level.sources[name] = Source({}, frozenset(), complete=False)
            if not self.grounds.is_none_of_theirs(relation.get("schemaname"), relation["relname"]):
                doubt = "it is no table that the ownership graph knows"
                self.notes.doubts.append((relation["relname"], action, doubt))
            return None
        row = self.notes.row_of(shape)
        level.sources[name] = self.notes.source_of(row)
        if action is not Action.INSERT:
            self.touch(row, action, level.context)
        return row

    def _whole(self, relation: Tree, action: Action) -> None:
        level = self.open(None, ())
        row = self._target(relation, action, level)
        if row is not None and action is Action.INSERT:
            self.touch(row, action, level.context)

    def _delete(self, body: Tree, known: Mapping[str, Named]) -> None:
        level = self.open(None, ())
        self._target(body["relation"], Action.DELETE, level)
        self._rest(body, level, "usingClause", known)

    def _update(self, body: Tree, known: Mapping[str, Named]) -> None:
        level = self.open(None, ())
        row = self._target(body["relation"], Action.UPDATE, level)
        self._rest(body, level, "fromClause", known)
        if row is not None:
            self._assigned(body["targetList"], row, level, level.context)

    def _rest(self, body: Tree, level: Level, tables: str, known: Mapping[str, Named]) -> None:
        for item in body.get(tables, ()):
            self.source(item, level, level.conditions, known)
        if "whereClause" in body:
            self.condition(body["whereClause"], level, level.conditions, level.context, known)
        skipped = (tables, "whereClause", "withClause", "relation", "selectStmt", "onConflictClause")
        self.subqueries({k: v for k, v in body.items() if k not in skipped}, level, level.context, known)

    def _assigned(self, targets: Iterable[Tree], row: int, level: Level, context: Context) -> None:
        shape = self.notes.rows[row]
        values = {
            each["ResTarget"]["name"]: term_of(each["ResTarget"]["val"], level, self.grounds.setting)
            for each in targets
        }
        mine = {name: value for name, value in values.items() if value != Column(row, name)}
        self._written_values(shape, mine, context, Action.GIVE)

    def _written_values(
        self, shape: TableShape, values: Mapping[str, Term | None], context: Context, action: Action
    ) -> None:
        """Note what is written into columns that say whose a row is: the owner, and references."""
        owned = self.grounds.graph.tables[shape.name]
        path = owned.path
        if path is None:
            return
        if owned.kind is OwnershipKind.ROOT and action is Action.INSERT:
            self.notes.doubts.append(
                (shape.name, action, "it makes a user; who may do that, no statement can tell")
            )
        elif not path.hops and (path.column in values or action is Action.INSERT):
            value = values.get(path.column)
            missing = path.column not in values
            reason = "the owner is not given" if missing else f"{path.column} is not the acting user"
            self.notes.writings.append(Writing(shape.name, action, value, context, reason))
        for hop in {*path.hops[:1], *self.grounds.unguarded.get(shape.name, ())}:
            if any(column in values for column in hop.foreign_key.columns):
                self._refer(shape, hop, values)

    def _refer(self, shape: TableShape, hop: Hop, values: Mapping[str, Term | None]) -> None:
        """A reference is fine where the parent it names stands in the statement, bound."""
        for row, parent in self.notes.rows.items():
            pairs = hop.foreign_key.pairs
            if parent.name == hop.target and all(
                values.get(one) == Column(row, other) for one, other in pairs
            ):
                return
        columns = "+".join(hop.foreign_key.columns)
        doubt = f"no statement can tell whose row of {hop.target} {columns} names; a foreign key can"
        self.notes.doubts.append((shape.name, Action.REFER, doubt))

    def _insert(self, body: Tree, known: Mapping[str, Named]) -> None:
        level = self.open(None, ())
        row = self._target(body["relation"], Action.INSERT, level)
        select = body.get("selectStmt", {}).get("SelectStmt", {})
        if row is None:
            self.query(select, None, (), known, told=False) if select else None
            return
        shape = self.notes.rows[row]
        path = self.grounds.graph.tables[shape.name].path
        if path is None:
            self.touch(row, Action.INSERT, level.context)
        named = [each["ResTarget"]["name"] for each in body.get("cols", ())]
        columns = named or [each.name for each in shape.columns]
        rows = self._inserted(select, columns, level, known)
        for values, context in rows:
            self._written_values(shape, values, context, Action.INSERT)
        if "onConflictClause" in body:
            self._conflict(body["onConflictClause"], row, level, rows, known)
        self._rest(body, level, "fromClause", known)

    def _inserted(
        self, select: Tree, columns: list[str], level: Level, known: Mapping[str, Named]
    ) -> list[tuple[dict[str, Term | None], Context]]:
        if "valuesLists" in select:
            known = self.with_queries(select, known)
            self.subqueries(select["valuesLists"], level, level.context, known)
            rows = [each["List"]["items"] for each in select["valuesLists"]]
            return [(self._row_of_values(columns, row, level), level.context) for row in rows]
        if not select:
            return [({}, level.context)]
        query = self.query(select, None, (), known)
        outputs = [term for _, term in query.outputs]
        if len(outputs) < len(columns):
            outputs += [None] * (len(columns) - len(outputs))
        return [(dict(zip(columns, outputs, strict=False)), query.level.context)]

    def _row_of_values(self, columns: list[str], row: list[Tree], level: Level) -> dict[str, Term | None]:
        pairs = zip(columns, row, strict=False)
        return {
            name: term_of(value, level, self.grounds.setting)
            for name, value in pairs
            if "SetToDefault" not in value and not value.get("A_Const", {}).get("isnull")
        }

    def _conflict(
        self,
        clause: Tree,
        row: int,
        level: Level,
        rows: list[tuple[dict[str, Term | None], Context]],
        known: Mapping[str, Named],
    ) -> None:
        """The row that is there already has the same key; whose it is, the key or the WHERE has to say."""
        if clause.get("action") != "ONCONFLICT_UPDATE":
            return
        values, context = rows[0] if len(rows) == 1 else ({}, level.context)
        shape = self.notes.rows[row]
        level.sources["excluded"] = Source(
            {each.name: values.get(each.name) for each in shape.columns}, frozenset()
        )
        for each in clause.get("infer", {}).get("indexElems", ()):
            name = each["IndexElem"].get("name")
            value = values.get(name) if name else None
            if name is not None and value is not None:
                level.conditions.parts.append(Equal(Column(row, name), value))
        if "whereClause" in clause:
            self.condition(clause["whereClause"], level, level.conditions, level.context, known)
        around = (*context, *level.context)
        self.touch(row, Action.UPDATE, around)
        self._assigned(clause["targetList"], row, level, around)

    def _touched(self, bindings: Bindings) -> Iterable[Requirement]:
        rows = self.notes.rows
        for each in self.notes.touches:
            ways = bindings.of_row(each.row, each.context)
            shape = rows[each.row]
            yield Requirement(shape.name, each.action, ways, reason=self._why(shape))

    def _why(self, shape: TableShape) -> str:
        path = self.grounds.graph.tables[shape.name].path
        return f"nothing ties {path} to the acting user" if path else ""

    def _written(self, bindings: Bindings) -> Iterable[Requirement]:
        for each in self.notes.writings:
            if each.value is None:
                yield Requirement(each.table, each.action, (Way(frozenset()),), reason=each.reason)
                continue
            ways = tuple(Way(values) for values in bindings.of_term(each.value, each.context))
            yield Requirement(each.table, each.action, ways, reason=each.reason)

    def _doubts(self) -> Iterable[Requirement]:
        for table, action, doubt in self.notes.doubts:
            yield Requirement(table, action, doubt=doubt)
