"""Every usual mistake in models gives module, class, field and fix."""

from __future__ import annotations

from pathlib import Path

import pytest
from fixtures.model_modules import KEY, Write

from toolkit.models import load_registry
from toolkit.models.loading_errors import BrokenModelError, ModelImportError, UnknownReferenceError

BROKEN: dict[str, tuple[str, str, str | None, str, str]] = {
    "literal": (
        f"class A(Base, table=True):\n    {KEY}\n    kind: Literal['a', 'b']",
        "A",
        "kind",
        "Literal['a', 'b']",
        "enum.Enum",
    ),
    "bare list": (
        f"class A(Base, table=True):\n    {KEY}\n    tags: list[str]",
        "A",
        "tags",
        "list[str]",
        "JSONB",
    ),
    "bare dict": (f"class A(Base, table=True):\n    {KEY}\n    extra: dict", "A", "extra", "dict", "JSONB"),
    "union": (
        f"class A(Base, table=True):\n    {KEY}\n    v: int | str",
        "A",
        "v",
        "several types",
        "one type",
    ),
    "any": (
        f"class A(Base, table=True):\n    {KEY}\n    v: Any",
        "A",
        "v",
        "no column type is known for Any",
        "sa_type",
    ),
    "no key": ("class A(Base, table=True):\n    v: int", "A", None, "no primary key", "primary_key=True"),
    "sa_column with index": (
        f"class A(Base, table=True):\n    {KEY}\n    v: int = Field(sa_column=Column(Integer), index=True)",
        "A",
        "v",
        "`index` and `sa_column`",
        "sa_type and sa_column_kwargs",
    ),
    "sa_column with nullable": (
        f"class A(Base, table=True):\n    {KEY}\n    v: int = Field(nullable=False, sa_column=Column())",
        "A",
        "v",
        "`nullable` and `sa_column`",
        "sa_type and sa_column_kwargs",
    ),
    "shared column": (
        (
            "class M(SQLModel):\n    v: int = Field(sa_column=Column(Integer))\n"
            f"class A(M, Base, table=True):\n    {KEY}\nclass B(M, Base, table=True):\n    {KEY}"
        ),
        "B",
        "v",
        "already used by the table a",
        "sa_type and sa_column_kwargs",
    ),
    "shared index": (
        (
            "class M(SQLModel):\n    __table_args__ = (sa.Index('ix', 'v'),)\n    v: int\n"
            f"class A(M, Base, table=True):\n    {KEY}\nclass B(M, Base, table=True):\n    {KEY}"
        ),
        "B",
        None,
        "belongs to the table a",
        "declared_attr",
    ),
    "table twice": (
        (
            f"class A(Base, table=True):\n    __tablename__ = 't'\n    {KEY}\n"
            f"class B(Base, table=True):\n    __tablename__ = 't'\n    {KEY}"
        ),
        "B",
        None,
        "t is defined twice",
        "one class per table",
    ),
    "check without a name": (
        f"class A(Base, table=True):\n    __table_args__ = (sa.CheckConstraint('id > 0'),)\n    {KEY}",
        "A",
        None,
        "CHECK constraint has no name",
        "name=",
    ),
    "set null of a required column": (
        f"class A(Base, table=True):\n    {KEY}\n    b: int = Field(foreign_key='a.id', ondelete='SET NULL')",
        "A",
        "b",
        "can be NULL",
        "| None",
    ),
    "unknown name": (
        f"class A(Base, table=True):\n    {KEY}\n    v: Nope",
        "A",
        "v",
        "Nope is not defined",
        "Import Nope",
    ),
    "relationship to nobody": (
        f"class A(Base, table=True):\n    {KEY}\n    b: 'Bee' = Relationship()",
        "A",
        None,
        "leads to Bee",
        "load the module",
    ),
    "relationship without a key": (
        (
            f"class Z(Base, table=True):\n    {KEY}\n"
            f"class A(Base, table=True):\n    {KEY}\n    zs: list['Z'] = Relationship()"
        ),
        "A",
        "zs",
        "no foreign key joins",
        "foreign key column",
    ),
    "relationship with two keys": (
        (
            f"class Z(Base, table=True):\n    {KEY}\n    a: int = Field(foreign_key='a.id')\n"
            "    b: int = Field(foreign_key='a.id')\n"
            f"class A(Base, table=True):\n    {KEY}\n    zs: list['Z'] = Relationship()"
        ),
        "A",
        "zs",
        "several foreign keys",
        "foreign_keys",
    ),
    "back_populates to nothing": (
        (
            f"class Z(Base, table=True):\n    {KEY}\n    a: int = Field(foreign_key='a.id')\n"
            f"class A(Base, table=True):\n    {KEY}\n    zs: list['Z'] = Relationship(back_populates='top')"
        ),
        "Z",
        None,
        "back_populates='top'",
        "Add the relationship top to Z",
    ),
    "plain declarative without Mapped": (
        (
            "from sqlalchemy.orm import DeclarativeBase, mapped_column\n"
            "class Plain(DeclarativeBase): pass\n"
            "class A(Plain):\n    __tablename__ = 'a'\n    id: int = mapped_column(primary_key=True)"
        ),
        "A",
        "id",
        "not Mapped[...]",
        "Mapped[int]",
    ),
    "plain declarative of an unknown type": (
        (
            "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
            "class Plain(DeclarativeBase): pass\n"
            "class A(Plain):\n    __tablename__ = 'a'\n"
            "    id: Mapped[int] = mapped_column(primary_key=True)\n    v: Mapped[list]"
        ),
        "A",
        "v",
        "Mapped[list]",
        "JSONB",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
def test_a_broken_model_is_named_with_its_fix(write: Write, tmp_path: Path, case: str) -> None:
    body, model, field, problem, fix = BROKEN[case]
    name = write(body)
    with pytest.raises(BrokenModelError) as raised:
        load_registry([name], project_dir=tmp_path)
    error = raised.value
    assert (error.module, error.model, error.field) == (name, model, field)
    assert problem in error.sentence
    assert fix in error.hint
    assert error.path == str(tmp_path / f"{name}.py")
    lines = (tmp_path / f"{name}.py").read_text().splitlines()
    assert error.line is not None
    inherited = case == "shared column"
    assert (f"class {model}" if field is None or inherited else field) in lines[error.line - 1]


IMPORTS: dict[str, tuple[str, str, str | None]] = {
    "missing module": ("import not_there", "No module named 'not_there'", "Install not_there"),
    "missing name": ("from sqlmodel import NotThere", "cannot import name 'NotThere'", None),
    "syntax": ("class A(:", "SyntaxError: invalid syntax", "Correct the line"),
    "any exception": ("raise RuntimeError('first line\\nsecond line')", "RuntimeError: first line.", None),
    "the end of the program": ("raise SystemExit(3)", "SystemExit: 3", "must not end the program"),
}


@pytest.mark.parametrize("case", IMPORTS)
def test_a_module_that_cannot_be_imported_is_named(write: Write, tmp_path: Path, case: str) -> None:
    body, problem, fix = IMPORTS[case]
    name = write(body)
    with pytest.raises(ModelImportError) as raised:
        load_registry([name], project_dir=tmp_path)
    assert problem in raised.value.sentence
    assert f"{name}.py, line 7" in raised.value.sentence
    assert (fix or "") in (raised.value.hint or "")
    assert (fix is None) == (raised.value.hint is None)


@pytest.mark.parametrize(
    "said",
    ["postgresql://ann:hunter2@host/db", "PASSWORD=hunter2", "api_key: hunter2", "postgres://:hunter2@h"],
)
def test_foreign_errors_tell_no_password(write: Write, tmp_path: Path, said: str) -> None:
    name = write(f"raise ValueError('cannot use {said}')")
    with pytest.raises(ModelImportError) as raised:
        load_registry([name], project_dir=tmp_path)
    assert "hunter2" not in raised.value.sentence
    assert "***" in raised.value.sentence


def test_a_foreign_key_to_nowhere_tells_what_to_write(write: Write, tmp_path: Path) -> None:
    body = f"""
class User(Base, table=True):
    __tablename__ = 'users'
    __table_args__ = {{'schema': 'app'}}
    {KEY}
class Task(Base, table=True):
    __tablename__ = 'tasks'
    {KEY}
    user_id: int = Field(foreign_key='users.id')
"""
    with pytest.raises(UnknownReferenceError) as raised:
        load_registry([write(body)], project_dir=tmp_path)
    assert (
        str(raised.value)
        == "The foreign key of public.tasks (user_id) leads to users.id, which no model has."
    )
    assert raised.value.hint == 'Write the schema: "app.users.id".'
