"""Queries of a syntax tree: what they read, and under which conditions.

The rules of who may rely on whose conditions are here. WHERE and inner joins hold for every row; the ON of an
outer join for rows of its optional side; what stands in EXISTS or IN holds for the row around it, but never
from inside NOT, OR (beyond its branch) or a subquery that counts, limits or unites.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.isolation.trace.binding import Bindings
from toolkit.isolation.trace.grounds import Grounds
from toolkit.isolation.trace.requirement import Action
from toolkit.isolation.trace.scope import Context, Level, Notes, Source, Touch
from toolkit.isolation.trace.terms import (
    All,
    Column,
    Either,
    Equal,
    Identity,
    Joined,
    Literal,
    Never,
    OneOf,
    Parameter,
    Term,
)
from toolkit.isolation.trace.terms_reader import inside, is_plain, term_of
from toolkit.models.ownership import OwnershipKind
from toolkit.sql.parse import Tree

_COUNTS_ROWS = ("groupClause", "havingClause", "windowClause", "limitCount", "limitOffset", "valuesLists")


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was read: its output columns in order, and whether its rows are rows of its tables."""

    level: Level
    outputs: tuple[tuple[str, Term | None], ...]
    flat: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A WITH query: read anew wherever it is named, unless it was read once for all."""

    tree: Tree
    columns: tuple[str, ...]
    known: Mapping[str, Named]
    once: list[Query] = field(default_factory=list)


class QueryReader:
    """Reads queries into `notes`."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.notes = Notes()

    def query(
        self,
        tree: Tree,
        parent: Level | None,
        context: Context,
        known: Mapping[str, Named],
        *,
        told: bool = True,
    ) -> Query:
        """Read a SELECT, VALUES or set operation. Nobody asks for the outputs of one that is not `told`."""
        known = self.with_queries(tree, known)
        if tree.get("larg"):
            return self._united(tree, parent, context, known, told=told)
        level = self.open(parent, context)
        for item in tree.get("fromClause", ()):
            self.source(item, level, level.conditions, known)
        if "whereClause" in tree:
            self.condition(tree["whereClause"], level, level.conditions, level.context, known)
        rest = [
            value for key, value in tree.items() if key not in ("fromClause", "whereClause", "withClause")
        ]
        self.subqueries(rest, level, level.context, known)
        flat = not any(key in tree for key in _COUNTS_ROWS) and not self._computes(tree)
        outputs = self._outputs(tree.get("targetList", ()), level, flat=flat) if told else ()
        return Query(level, outputs, flat)

    def open(self, parent: Level | None, context: Context) -> Level:
        """A new level inside `parent`."""
        level = Level(parent)
        level.context = (*context, (level.conditions, None))
        return level

    def with_queries(self, tree: Tree, known: Mapping[str, Named]) -> Mapping[str, Named]:
        """The WITH queries of a statement beside those around it. Writes in them are left to the caller."""
        clause = tree.get("withClause")
        if clause is None:
            return known
        inner = dict(known)
        for each in clause.get("ctes", ()):
            body = each["CommonTableExpr"]
            columns = tuple(name["String"]["sval"] for name in body.get("aliascolnames", ()))
            select = body["ctequery"].get("SelectStmt")
            if select is None:
                inner[body["ctename"]] = Named({}, columns, {}, [Query(Level(), (), flat=False)])
                continue
            named = Named(select, columns, dict(inner))
            if clause.get("recursive"):
                # It sees itself as rows that nothing is known of; what it reads has to be bound on its own.
                itself = Named({}, columns, {}, [Query(Level(), (), flat=False)])
                named = Named(select, columns, {**inner, body["ctename"]: itself})
                named.once.append(self.query(select, None, (), named.known))
            inner[body["ctename"]] = named
        names = {each["relname"] for _, each in inside(tree, "RangeVar") if "schemaname" not in each}
        for name in set(inner) - set(known) - names:
            if inner[name].tree and not inner[name].once:
                self.query(inner[name].tree, None, (), inner[name].known, told=False)
        return inner

    def source(self, item: Tree, level: Level, into: All, known: Mapping[str, Named]) -> frozenset[int]:
        """Read an item of FROM into the level, its conditions into `into`. Its rows."""
        (kind, body), *_ = item.items()
        match kind:
            case "RangeVar":
                name, source = self._relation(body, level, into, known)
            case "RangeSubselect":
                query = self.query(body["subquery"]["SelectStmt"], level, level.context, known)
                name, source = body.get("alias", {}).get("aliasname", ""), self._derived(query, into, ())
            case "JoinExpr":
                return self._join(body, level, into, known)
            case "RangeTableSample":
                return self.source(body["relation"], level, into, known)
            case _:
                self.subqueries(body, level, level.context, known)
                name, source = (
                    body.get("alias", {}).get("aliasname", kind),
                    Source({}, frozenset(), complete=False),
                )
        columns = [each["String"]["sval"] for each in body.get("alias", {}).get("colnames", ())]
        if columns:
            terms = list(source.columns.values())
            renamed = dict(zip(columns, terms, strict=False)) if source.complete else {}
            source = replace(
                source, columns={**dict(list(source.columns.items())[len(columns) :]), **renamed}
            )
        if name in level.sources:
            # Tables of two schemas with one name: which one a column means is not told by `name`.
            level.sources[name] = Source({}, level.sources[name].rows | source.rows, complete=False)
        else:
            level.sources[name] = source
        return source.rows

    def touch(self, row: int, action: Action, context: Context) -> None:
        """Note that the row of a table is read or changed, if its table has owners."""
        shape = self.notes.rows[row]
        owned = self.grounds.graph.tables[shape.name]
        if owned.path is not None:
            self.notes.touches.append(Touch(row, action, context))
        elif owned.kind is not OwnershipKind.SHARED:
            self.notes.doubts.append((shape.name, action, "nobody said whose rows these are"))

    def condition(
        self, node: Tree, level: Level, into: All, context: Context, known: Mapping[str, Named]
    ) -> None:
        """Read a condition into a list of conditions that hold together."""
        (kind, body), *_ = node.items()
        match kind:
            case "BoolExpr" if body["boolop"] == "AND_EXPR":
                for each in body["args"]:
                    self.condition(each, level, into, context, known)
            case "BoolExpr" if body["boolop"] == "OR_EXPR":
                choice = Either([])
                into.parts.append(choice)
                around = tuple((each, choice if each is into else without) for each, without in context)
                for each in body["args"]:
                    branch = All([])
                    choice.parts.append(branch)
                    self.condition(each, level, branch, (*around, (branch, None)), known)
            case "A_Const" if not body.get("boolval", {"boolval": 1}).get("boolval"):
                into.parts.append(Never())
            case "SubLink" if body["subLinkType"] in ("EXISTS_SUBLINK", "ANY_SUBLINK"):
                self._partner(body, level, into, context, known)
            case "A_Expr" if body["kind"] in ("AEXPR_OP", "AEXPR_IN", "AEXPR_OP_ANY") and _equals(body):
                self._equality(body, level, into)
                if not (is_plain(body["lexpr"]) and is_plain(body["rexpr"])):
                    self.subqueries(body, level, context, known)
            case _:
                self.subqueries(node, level, context, known)

    def subqueries(self, node: Any, level: Level, context: Context, known: Mapping[str, Named]) -> None:
        """Read the subqueries and functions in an expression; they tell nothing about the level's rows."""
        for kind, body in inside(node, "SubLink", "FuncCall"):
            if kind == "SubLink":
                self.query(body["subselect"]["SelectStmt"], level, context, known, told=False)
                self.subqueries(body.get("testexpr"), level, context, known)
            else:
                self._function(body)
                self.subqueries(dict(body), level, context, known)

    def _function(self, body: Tree) -> None:
        *schema, name = [part["String"]["sval"] for part in body["funcname"]]
        if not self.grounds.is_harmless(schema[0] if schema else None, name):
            spelled = ".".join([*schema, name])
            self.notes.doubts.append(
                (f"{spelled}()", Action.READ, "a function of the project may read any table")
            )

    def _equality(self, body: Tree, level: Level, into: All) -> None:
        setting = self.grounds.setting
        left, right = body["lexpr"], body["rexpr"]
        if "RowExpr" in left and "RowExpr" in right:
            for one, other in zip(left["RowExpr"]["args"], right["RowExpr"]["args"], strict=False):
                self._equality({"lexpr": one, "rexpr": other, "kind": "AEXPR_OP"}, level, into)
            return
        term = term_of(left, level, setting)
        if term is None:
            return
        items = right.get("List", right.get("A_ArrayExpr", {}))
        if body["kind"] == "AEXPR_OP":
            other = term_of(right, level, setting)
            if other is not None:
                into.parts.append(Equal(term, other))
        elif items:
            terms = [term_of(each, level, setting) for each in items.get("items", items.get("elements", ()))]
            if len(terms) == 1 and terms[0] is not None:
                into.parts.append(Equal(term, terms[0]))
            elif all(isinstance(each, Parameter | Literal | Identity) for each in terms):
                values = tuple(each for each in terms if isinstance(each, Parameter | Literal | Identity))
                into.parts.append(Equal(term, OneOf(next(self.notes.numbers), values)))
        elif isinstance(other := term_of(_uncast(right), level, setting), Parameter):
            into.parts.append(Equal(term, Parameter(other.number, each=next(self.notes.numbers))))

    def _partner(
        self, body: Tree, level: Level, into: All, context: Context, known: Mapping[str, Named]
    ) -> None:
        """EXISTS and IN: the row around has a partner inside, so what holds for that one holds too."""
        told = body["subLinkType"] == "ANY_SUBLINK"
        inner = self.query(body["subselect"]["SelectStmt"], level, context, known, told=told)
        self.subqueries(body.get("testexpr"), level, context, known)
        if body.get("operName") and body["operName"][-1]["String"]["sval"] != "=":
            return
        if inner.flat:
            into.parts.append(inner.level.conditions)
        if told:
            tests = body["testexpr"].get("RowExpr", {}).get("args", [body["testexpr"]])
            for test, (_, output) in zip(tests, inner.outputs, strict=False):
                term = term_of(test, level, self.grounds.setting)
                if term is not None and output is not None:
                    into.parts.append(Equal(term, output))

    def _relation(
        self, body: Tree, level: Level, into: All, known: Mapping[str, Named]
    ) -> tuple[str, Source]:
        schema, table = body.get("schemaname"), body["relname"]
        name = body.get("alias", {}).get("aliasname", table)
        if schema is None and table in known:
            return name, self._named(known[table], level, into)
        shape = self.grounds.table(schema, table)
        if shape is None:
            if not self.grounds.is_none_of_theirs(schema, table):
                spelled = f"{schema}.{table}" if schema else table
                self.notes.doubts.append(
                    (spelled, Action.READ, "it is no table that the ownership graph knows")
                )
            return name, Source({}, frozenset(), complete=False)
        row = self.notes.row_of(shape)
        self.touch(row, Action.READ, level.context)
        return name, self.notes.source_of(row)

    def _named(self, named: Named, level: Level, into: All) -> Source:
        if named.once:
            return self._derived(named.once[0], All([]), named.columns, complete=bool(named.once[0].outputs))
        query = self.query(named.tree, None, level.context, named.known)
        if not query.flat:
            named.once.append(query)
        return self._derived(query, into, named.columns)

    def _derived(self, query: Query, into: All, columns: tuple[str, ...], *, complete: bool = True) -> Source:
        rows: frozenset[int] = frozenset()
        if query.flat:
            into.parts.append(query.level.conditions)
            rows = frozenset(row for each in query.level.sources.values() for row in each.rows)
        names = [*columns, *(name for name, _ in query.outputs[len(columns) :])]
        terms = (term for _, term in query.outputs)
        return Source(dict(zip(names, terms, strict=False)), rows, complete)

    def _join(self, body: Tree, level: Level, into: All, known: Mapping[str, Named]) -> frozenset[int]:
        kind = body.get("jointype", "JOIN_INNER")
        if kind == "JOIN_INNER":
            left = self._side(body["larg"], level, into, known)
            right = self._side(body["rarg"], level, into, known)
            self._on(body, level, into, left[1], right[1], known)
            return left[0] | right[0]
        lefts, rights = (into, All([])) if kind == "JOIN_LEFT" else (All([]), into)
        if kind == "JOIN_FULL":
            rights = All([])
        left = self._side(body["larg"], level, lefts, known)
        right = self._side(body["rarg"], level, rights, known)
        on = All([])
        self._on(body, level, on, left[1], right[1], known)
        optional = [side for side, list_ in ((left[0], lefts), (right[0], rights)) if list_ is not into]
        for side, list_ in ((left[0], lefts), (right[0], rights)):
            if list_ is not into:
                into.parts.append(Joined(list_, (side,)))
        into.parts.append(Joined(on, tuple(optional)))
        return left[0] | right[0]

    def _side(
        self, item: Tree, level: Level, into: All, known: Mapping[str, Named]
    ) -> tuple[frozenset[int], dict[str, Source]]:
        before = set(level.sources)
        rows = self.source(item, level, into, known)
        return rows, {name: each for name, each in level.sources.items() if name not in before}

    def _on(
        self,
        body: Tree,
        level: Level,
        into: All,
        left: dict[str, Source],
        right: dict[str, Source],
        known: Mapping[str, Named],
    ) -> None:
        if "quals" in body:
            self.condition(body["quals"], level, into, (*level.context, (into, None)), known)
        names = [each["String"]["sval"] for each in body.get("usingClause", ())]
        if body.get("isNatural"):
            seen = [{name for each in side.values() for name in each.columns} for side in (left, right)]
            names = sorted(seen[0] & seen[1])
        for name in names:
            one, other = Level(sources=left).find([name]), Level(sources=right).find([name])
            if one is not None and other is not None:
                into.parts.append(Equal(one, other))
                if body.get("jointype", "JOIN_INNER") != "JOIN_FULL":
                    level.merged[name] = other if body.get("jointype") == "JOIN_RIGHT" else one

    def _united(
        self, tree: Tree, parent: Level | None, context: Context, known: Mapping[str, Named], *, told: bool
    ) -> Query:
        arms = [self.query(tree[side], parent, context, known, told=told) for side in ("larg", "rarg")]
        self.subqueries(
            {key: tree.get(key) for key in ("sortClause", "limitCount", "limitOffset")},
            Level(parent),
            context,
            known,
        )
        outputs = tuple(
            (name, one if one == other and not isinstance(one, Column) else None)
            for (name, one), (_, other) in zip(arms[0].outputs, arms[1].outputs, strict=False)
        )
        return Query(Level(parent), outputs, flat=False)

    def _computes(self, tree: Tree) -> bool:
        """Whether a function in the outputs may take rows together, or make several of one."""
        if any("String" in each or "ColumnRef" in each for each in tree.get("distinctClause", ())):
            return True  # DISTINCT ON chooses rows
        return bool(inside(tree.get("targetList", []), "FuncCall"))

    def _outputs(self, targets: Any, level: Level, *, flat: bool) -> tuple[tuple[str, Term | None], ...]:
        outputs: list[tuple[str, Term | None]] = []
        for each in targets:
            body = each["ResTarget"]
            reference = body["val"].get("ColumnRef", {}).get("fields", [])
            if reference and "A_Star" in reference[-1]:
                names = [part["String"]["sval"] for part in reference[:-1]]
                for name, source in level.sources.items():
                    if not names or name == names[-1]:
                        outputs += source.columns.items()
                continue
            term = term_of(body["val"], level, self.grounds.setting)
            name = body.get("name") or (reference[-1]["String"]["sval"] if reference else "")
            outputs.append((name, term))
        if flat:
            return tuple(outputs)
        # Asked before the levels around are read whole, so nothing of it is kept beyond these outputs.
        bindings = Bindings(self.notes.rows, self.grounds.graph)
        return tuple((name, self._value(term, level, bindings)) for name, term in outputs)

    def _value(self, term: Term | None, level: Level, bindings: Bindings) -> Term | None:
        """A value that an output always has, so that it can be told outside of a query that counts rows."""
        if term is None or not isinstance(term, Column):
            return term
        ways = bindings.of_term(term, level.context)
        common = frozenset.intersection(*ways) if ways else frozenset()
        return min((each for each in common if isinstance(each, Parameter | Literal)), key=repr, default=None)


def _equals(body: Tree) -> bool:
    return [part["String"]["sval"] for part in body["name"]] == ["="]


def _uncast(node: Tree) -> Tree:
    cast = node.get("TypeCast")
    return cast["arg"] if cast else node
