"""A small world for statements: users, projects, tasks over projects, notes with an owner of their own."""

from __future__ import annotations

from toolkit.models.shapes import ColumnShape, ForeignKeyShape, TableShape

SCHEMA = """
CREATE TABLE users (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE projects (
    id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, title text NOT NULL, UNIQUE (id, user_id)
);
CREATE TABLE tasks (id int PRIMARY KEY, project_id int NOT NULL REFERENCES projects, title text NOT NULL);
CREATE TABLE notes (
    id int PRIMARY KEY, user_id int NOT NULL REFERENCES users, project_id int, body text NOT NULL,
    UNIQUE (user_id, body),
    FOREIGN KEY (project_id, user_id) REFERENCES projects (id, user_id)
);
CREATE TABLE colours (id int PRIMARY KEY, name text NOT NULL);
"""


def table(
    name: str, columns: str, *keys: ForeignKeyShape, uniques: tuple[tuple[str, ...], ...] = ()
) -> TableShape:
    """A table of `name:type` columns; `?` marks those that may be NULL."""
    parts = [each.split(":") for each in columns.split()]
    shapes = tuple(ColumnShape(name, kind.rstrip("?"), kind.endswith("?")) for name, kind in parts)
    return TableShape("public", name, shapes, ("id",), keys, uniques)


def refers(columns: str, target: str, to: str = "id") -> ForeignKeyShape:
    return ForeignKeyShape(tuple(columns.split("+")), f"public.{target}", tuple(to.split("+")))


SHAPES = (
    table("users", "id:int name:text"),
    table(
        "projects", "id:int user_id:int title:text", refers("user_id", "users"), uniques=(("id", "user_id"),)
    ),
    table("tasks", "id:int project_id:int title:text", refers("project_id", "projects")),
    table(
        "notes",
        "id:int user_id:int project_id:int? body:text",
        refers("user_id", "users"),
        refers("project_id+user_id", "projects", "id+user_id"),
        uniques=(("user_id", "body"),),
    ),
    table("colours", "id:int name:text"),
)
