"""Random statements over the small world: joins of all kinds, conditions right and wrong, subqueries, writes.

Made so that about half are bound: the owner is compared often, in good places and in bad ones.
"""

from __future__ import annotations

from random import Random

_COLUMNS = {
    "users": ("id", "name"),
    "projects": ("id", "user_id", "title"),
    "tasks": ("id", "project_id", "title"),
    "notes": ("id", "user_id", "project_id", "body"),
}
_OWNER = {"users": "id", "projects": "user_id", "notes": "user_id"}
_REFERS = (
    ("projects", "user_id", "users", "id"),
    ("tasks", "project_id", "projects", "id"),
    ("notes", "user_id", "users", "id"),
    ("notes", "project_id", "projects", "id"),
    ("notes", "user_id", "projects", "user_id"),
)
_JOINS = ("JOIN", "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")


class Statements:
    """Statements of one random source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._aliases = 0

    def statement(self) -> str:
        """A statement that runs."""
        kind = self.random.random()
        if kind < 0.75:
            return self._with(self._select(2))
        table = self.random.choice(("projects", "tasks", "notes"))
        where = self._condition([(table, table)], 2)
        text = "body" if table == "notes" else "title"
        if kind < 0.85:
            return f"UPDATE {table} SET {text} = {text} || '!' WHERE {where}"
        if kind < 0.9 and table in _OWNER:
            return f"UPDATE {table} SET user_id = {self._value()}, {text} = 'u' WHERE {where}"
        if kind < 0.95:
            return f"DELETE FROM notes WHERE {self._condition([('notes', 'notes')], 2)}"
        alias, source, on = self._from(2)
        chosen = self.random.choice([f"{name}.{_OWNER[of]}" for name, of in alias if of in _OWNER] or ["$1"])
        made = f"SELECT {alias[0][0]}.id + 9000, {chosen}, 'n' || {alias[0][0]}.id FROM {source} WHERE {on}"
        return f"INSERT INTO notes (id, user_id, body) {made}"

    def _with(self, select: str) -> str:
        if self.random.random() > 0.15:
            return select
        table = self.random.choice(tuple(_COLUMNS))
        inner = f"SELECT * FROM {table}"
        if self.random.random() < 0.6:
            inner += f" WHERE {self._condition([(table, table)], 1)}"
        # Named as the table, so that the query reads it instead.
        return f"WITH {table} AS ({inner}) {select}"

    def _select(self, depth: int) -> str:
        sources, text, condition = self._from(depth)
        name, table = self.random.choice(sources)
        column = self.random.choice(_COLUMNS[table])
        shape = self.random.random()
        if shape < 0.15:
            return f"SELECT count(*) FROM {text} WHERE {condition}"
        if shape < 0.25:
            return f"SELECT {name}.{column}, count(*) FROM {text} WHERE {condition} GROUP BY 1"
        if shape < 0.35 and depth:
            inner = self._partner(sources, depth - 1)
            return f"SELECT {name}.{column}, (SELECT count(*) {inner}) FROM {text} WHERE {condition}"
        if shape < 0.42 and depth:
            other = self._texts(depth - 1)
            return f"SELECT {name}.{column}::text FROM {text} WHERE {condition} UNION ALL {other}"
        return f"SELECT {name}.* FROM {text} WHERE {condition}"

    def _texts(self, depth: int) -> str:
        sources, text, condition = self._from(depth)
        name, table = self.random.choice(sources)
        return f"SELECT {name}.{self.random.choice(_COLUMNS[table])}::text FROM {text} WHERE {condition}"

    def _from(self, depth: int) -> tuple[list[tuple[str, str]], str, str]:
        """Sources (name, table), the FROM, and a condition for the WHERE."""
        sources = [self._name(self.random.choice(tuple(_COLUMNS)))]
        text = self._item(*sources[0], depth)
        for _ in range(self.random.choice((0, 0, 1, 1, 2))):
            added = self._related(sources)
            join = self.random.choice(_JOINS)
            on = self._link(added, sources)
            if self.random.random() < 0.3:
                on += f" {self.random.choice(('AND', 'AND', 'OR'))} {self._simple([*sources, added])}"
            if join == "FULL JOIN":
                on = self._link(added, sources)
            text += f" {join} {self._item(*added, depth)} ON {on}"
            sources.append(added)
        return sources, text, self._condition(sources, depth)

    def _name(self, table: str) -> tuple[str, str]:
        self._aliases += 1
        return f"{table[0]}{self._aliases}", table

    def _related(self, sources: list[tuple[str, str]]) -> tuple[str, str]:
        tables = {table for _, table in sources}
        near = [a for a, _, b, _ in _REFERS if b in tables] + [b for a, _, b, _ in _REFERS if a in tables]
        return self._name(self.random.choice(near))

    def _item(self, name: str, table: str, depth: int) -> str:
        shape = self.random.random()
        if shape > 0.2 or not depth:
            return f"{table} {name}"
        where = f" WHERE {self._condition([(table, table)], depth - 1)}" if shape < 0.12 else ""
        if shape < 0.03:
            return f"(SELECT * FROM {table}{where} ORDER BY id LIMIT 2) {name}"
        return f"(SELECT * FROM {table}{where}) {name}"

    def _link(self, one: tuple[str, str], others: list[tuple[str, str]]) -> str:
        links = [
            f"{child}.{column} = {parent}.{target}"
            for here, there in [(one, other) for other in others] + [(other, one) for other in others]
            for (child, child_table), (parent, parent_table) in [(here, there)]
            for of, column, to, target in _REFERS
            if of == child_table and to == parent_table
        ]
        wrong = [f"{one[0]}.id = {name}.id" for name, _ in others]
        return self.random.choice(links * 4 + wrong)

    def _value(self) -> str:
        others = ("$3", "$2", "(SELECT $1::int)", "current_setting('app.user_id')::int")
        return self.random.choice(("$1",) * 4 + others)

    def _simple(self, sources: list[tuple[str, str]]) -> str:
        name, table = self.random.choice(sources)
        shape = self.random.random()
        if shape < 0.65 and table in _OWNER:
            owner = f"{name}.{_OWNER[table]}"
            kinds = (f"{owner} = {self._value()}",) * 8 + (
                f"{owner} IN ($1)",
                f"{owner} IN ($1, $3)",
                f"{owner} = ANY(ARRAY[$1::int])",
                f"{owner} >= $1",
                f"{owner} <> $1",
                f"({name}.id, {owner}) = ({name}.id, $1)",
                f"{owner} IS NOT NULL",
            )
            return self.random.choice(kinds)
        other, of = self.random.choice(sources)
        plain = (f"{name}.id = $2", f"{name}.id > 20", f"{name}.id = {other}.id", f"{name}.id = $1")
        return self.random.choice((*plain, f"{other}.{_COLUMNS[of][-1]} = 'x'", "true", "false"))

    def _condition(self, sources: list[tuple[str, str]], depth: int) -> str:
        shape = self.random.random()
        if shape < 0.45 or not depth:
            return self._simple(sources)
        if shape < 0.7:
            return f"({self._condition(sources, depth - 1)} AND {self._condition(sources, depth - 1)})"
        if shape < 0.8:
            return f"({self._condition(sources, depth - 1)} OR {self._condition(sources, depth - 1)})"
        if shape < 0.84:
            return f"NOT ({self._condition(sources, depth - 1)})"
        if shape < 0.92:
            word = self.random.choice(("EXISTS", "EXISTS", "EXISTS", "NOT EXISTS"))
            return f"{word} (SELECT 1 {self._partner(sources, depth - 1)})"
        name, table = self.random.choice(sources)
        found = [(column, to, target) for of, column, to, target in _REFERS if of == table]
        if not found:
            return self._simple(sources)
        column, to, target = self.random.choice(found)
        inner, word = self._name(to), self.random.choice(("IN", "IN", "IN", "NOT IN"))
        where = self._condition([inner], depth - 1)
        return f"{name}.{column} {word} (SELECT {inner[0]}.{target} FROM {to} {inner[0]} WHERE {where})"

    def _partner(self, sources: list[tuple[str, str]], depth: int) -> str:
        """FROM and WHERE of a subquery that is tied to the row around, most times."""
        inner = self._related(sources)
        parts = [self._link(inner, sources)] if self.random.random() < 0.85 else []
        if self.random.random() < 0.7:
            parts.append(self._condition([inner], depth))
        return f"FROM {inner[1]} {inner[0]} WHERE {' AND '.join(parts) or 'true'}"
