"""Tables of random applications: how they find their owner, what else they refer to, and rows of them.

Every row tells its owner: ids are `owner * 1000 + n`. A row whose parent is somebody else's belongs to the
owner of the parent, where the parent is the way to the owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

USERS = (1, 2, 3)


@dataclass
class Table:
    """A table whose rows have an owner: by its column `user_id`, or over a parent."""

    name: str
    parent: Table | None = None
    """Who owns a row, where it has no owner column."""
    second_owner: bool = False
    """Whether another column refers to users, too."""
    nullable: bool = False
    ends: tuple[Table, ...] = ()
    """What else it refers to."""
    guarded: bool = False
    """Whether these references carry the owner, where they can."""
    self_reference: bool = False
    shared_reference: bool = False
    form: str = "plain"
    """Or `partitioned`, or `inherited`: rows also in a child table."""
    relations: tuple[str, ...] = field(default=())
    """The names under which the role may reach rows of it."""

    @property
    def way(self) -> str:
        """The way to the owner, as rules write it."""
        return "user_id" if self.parent is None else f"up_id.{self.parent.way}"

    def owner(self, row: str) -> str:
        """The owner of a row as SQL, for who sees all."""
        if self.parent is None:
            return f"{row}.user_id"
        up = f"{row}p"
        found = f"SELECT {self.parent.owner(up)} FROM {self.parent.name} AS {up} WHERE {up}.id = {row}.up_id"
        return f"({found})"

    @property
    def columns(self) -> list[str]:
        """Beside the key and the text."""
        found = ["user_id" if self.parent is None else "up_id"]
        found += [f"end{n}_id" for n, _ in enumerate(self.ends)]
        return [
            *found,
            *(["editor_id"] if self.second_owner else []),
            *(["self_id"] if self.self_reference else []),
            *(["kind_id"] if self.shared_reference else []),
        ]

    def row(self, owner: int, number: int) -> dict[str, str]:
        """Values of a row of a user, as SQL."""
        values = {"id": str(owner * 1000 + number), "body": f"'u{owner} {self.name} {number}'"}
        for column in self.columns:
            if column == "user_id":
                values[column] = str(owner)
            elif column == "editor_id":
                values[column] = str(owner % 3 + 1)
            elif column == "kind_id":
                values[column] = "1"
            elif column == "self_id":
                values[column] = "NULL" if number == 1 else str(owner * 1000 + 1)
            else:
                values[column] = str(owner * 1000 + 1)
        return values

    def insert(self, values: dict[str, str], into: str = "") -> str:
        return f"INSERT INTO {into or self.name} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def created(table: Table) -> Iterator[str]:
    """The statements that make it."""
    parts = ["id int NOT NULL", "body text"]
    for column in table.columns:
        if column == "user_id":
            parts.append(f"user_id int{'' if table.nullable else ' NOT NULL'} REFERENCES users")
        elif column == "up_id":
            assert table.parent is not None
            parts.append(f"up_id int NOT NULL REFERENCES {table.parent.name} ON DELETE CASCADE")
        elif column == "editor_id":
            parts.append("editor_id int NOT NULL REFERENCES users")
        elif column == "kind_id":
            parts.append("kind_id int REFERENCES kinds")
        elif column == "self_id":
            parts.append(f"self_id int REFERENCES {table.name}")
        else:
            parts.append(f"{column} int{' NOT NULL' if table.guarded else ''}")
    parts.append("PRIMARY KEY (id)")
    if table.parent is None:
        parts.append("UNIQUE (id, user_id)")
    for number, end in enumerate(table.ends):
        columns = f"(end{number}_id, user_id)" if table.guarded else f"(end{number}_id)"
        parts.append(
            f"FOREIGN KEY {columns} REFERENCES {end.name}{' (id, user_id)' if table.guarded else ''}"
        )
    partition = " PARTITION BY RANGE (id)" if table.form == "partitioned" else ""
    yield f"CREATE TABLE {table.name} ({', '.join(parts)}){partition}"
    if table.form == "partitioned":
        yield f"CREATE TABLE {table.name}_1 PARTITION OF {table.name} FOR VALUES FROM (0) TO (1500)"
        yield f"CREATE TABLE {table.name}_2 PARTITION OF {table.name} FOR VALUES FROM (1500) TO (99999)"
    if table.form == "inherited":
        yield f"CREATE TABLE {table.name}_more (PRIMARY KEY (id)) INHERITS ({table.name})"
