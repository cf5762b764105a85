"""The judge of protections: what each user can do to rows of others, by doing it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
from isolation.protect.random_graphs import USERS, Application, Table
from psycopg2 import extensions


class BruteForce:
    """Acts as each user, as the application's role, and looks at whose rows it was done to."""

    def __init__(self, cursor: extensions.cursor, application: Application, role: str) -> None:
        self._cursor, self._application, self._role = cursor, application, role

    def leaks(self) -> list[str]:
        """Every way in which some user, or nobody, reaches a row of somebody else."""
        return [
            f"user {number}: {statement}"
            for number in range(USERS + 1)
            for table in self._application.tables
            for statement in self._tries(table, number)
            if self._reaches(table, number, statement)
        ]

    def _tries(self, table: Table, number: int) -> Iterator[str]:
        me = self._literal(number)
        yield f"SELECT id FROM {table.name} AS r"
        yield f"SELECT id FROM {table.name}_bodies"
        yield f"UPDATE {table.name} SET body = 'taken'"
        yield f"DELETE FROM {table.name}"
        yield f"TRUNCATE {table.name} CASCADE"
        for other in range(1, USERS + 1):
            if table.has_owner and other != number:
                yield f"UPDATE {table.name} SET user_id = {self._literal(other)}"
        for ref in table.refs:
            self._cursor.execute(
                f"SELECT min(x.id) FROM {ref.target.name} AS x WHERE {ref.target.owner('x')} <> {me}::text"
            )
            (parent,) = self._cursor.fetchone() or (None,)
            if parent is not None:
                yield f"UPDATE {table.name} SET {ref.column} = {parent}"
                yield self._inserted(table, number, ref.column, parent)

    def _inserted(self, table: Table, number: int, column: str, parent: int) -> str:
        """An own row of which one reference leads to somebody else's."""
        values: dict[str, str] = {"body": "'new'"}
        if table.has_owner:
            values["user_id"] = self._literal(number)
        for ref in table.refs:
            mine = f"{ref.target.owner('x')} = {self._literal(number)}::text"
            self._cursor.execute(f"SELECT min(x.id) FROM {ref.target.name} AS x WHERE {mine}")
            (own,) = self._cursor.fetchone() or (None,)
            values[ref.column] = "NULL" if own is None else str(own)
        values[column] = str(parent)
        return f"INSERT INTO {table.name} ({', '.join(values)}) VALUES ({', '.join(values.values())})"

    def _reaches(self, table: Table, number: int, statement: str) -> bool:
        before = self._state(number)
        self._become(number)
        try:
            self._cursor.execute(statement)
            found = self._cursor.fetchall() if statement.startswith("SELECT") else []
            self._cursor.execute("SELECT set_config('role', 'none', true)")
            if found:
                return any(self._is_foreign(table, number, id_) for (id_,) in found)
            return self._state(number) != before
        except psycopg2.Error:
            return False
        finally:
            self._return()

    def _is_foreign(self, table: Table, number: int, id_: int) -> bool:
        owner = f"SELECT {table.owner('r')} FROM {table.name} AS r WHERE r.id = {id_}"
        self._cursor.execute(f"SELECT ({owner}) IS DISTINCT FROM {self._literal(number)}::text")
        (foreign,) = self._cursor.fetchone() or (True,)
        return bool(foreign)

    def _state(self, number: int) -> list[object]:
        """All rows of others, and the edges from own rows to theirs."""
        found: list[object] = []
        me = self._literal(number)
        for table in self._application.tables:
            others = f"{table.owner('r')} IS DISTINCT FROM {me}::text"
            self._cursor.execute(f"SELECT r::text FROM {table.name} AS r WHERE {others} ORDER BY 1")
            found.append(self._cursor.fetchall())
            for ref in table.refs:
                joined = f"{table.name} AS r JOIN {ref.target.name} AS p ON p.id = r.{ref.column}"
                self._cursor.execute(
                    f"SELECT count(*) FROM {joined}"
                    f" WHERE {table.owner('r')} IS DISTINCT FROM {ref.target.owner('p')}"
                )
                found.append(self._cursor.fetchall())
        return found

    def _literal(self, number: int) -> str:
        return self._application.user(number)

    def _become(self, number: int) -> None:
        self._cursor.execute("SAVEPOINT here")
        self._cursor.execute(
            f"SELECT set_config('app.user_id', {self._literal(number)}::text, true),"
            " set_config('role', %s, true)",
            (self._role,),
        )

    def _return(self) -> None:
        self._cursor.execute("ROLLBACK TO SAVEPOINT here")
