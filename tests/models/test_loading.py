"""Loading models: every usual mistake gives module, class, field and fix; reading again sees the edit."""

from __future__ import annotations

import json
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from toolkit.cancel import CancelledError, CancelToken
from toolkit.errors import NeonkitError
from toolkit.models import ModelRegistry, load_registry, read_shapes
from toolkit.models.loading_errors import (
    BrokenModelError,
    ModelImportError,
    NoMetadataError,
    ShapesProcessError,
    UnknownReferenceError,
)
from toolkit.models.shapes_reader import _rebuild

_numbers = count()

Write = Callable[[str], str]


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Write]:
    """Writes a module of a name of its own with a base of its own; forgets it afterwards."""
    names: list[str] = []

    def make(body: str) -> str:
        name = f"models_under_test_{next(_numbers)}"
        head = """
        from typing import Any, Literal
        import sqlalchemy as sa
        from sqlmodel import Column, Field, Integer, Relationship, SQLModel
        from toolkit.models import new_registry
        class Base(SQLModel, registry=new_registry()): pass
        """
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(head) + textwrap.dedent(body))
        names.append(name)
        return name

    yield make
    for name in names:
        sys.modules.pop(name, None)


KEY = "id: int = Field(primary_key=True)"

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
        "import Nope",
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
        "add the relationship top to Z",
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
    "missing module": ("import not_there", "No module named 'not_there'", "install not_there"),
    "missing name": ("from sqlmodel import NotThere", "cannot import name 'NotThere'", None),
    "syntax": ("class A(:", "SyntaxError: invalid syntax", "correct the line"),
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
    assert raised.value.hint == 'write the schema: "app.users.id"'


GOOD = f"""
class User(Base, table=True):
    __tablename__ = 'users'
    {KEY}
class Task(Base, table=True):
    __tablename__ = 'tasks'
    {KEY}
    user_id: int = Field(foreign_key='users.id', index=True, ondelete='CASCADE')
"""


def test_models_are_found_with_and_without_a_name_for_the_metadata(write: Write, tmp_path: Path) -> None:
    name = write(GOOD)
    before = list(sys.path)
    for named in (None, f"{name}:Base", f"{name}:Base.metadata"):
        found = load_registry([name], named, project_dir=tmp_path)
        assert list(found.classes) == ["public.tasks", "public.users"]
        assert found.classes["public.tasks"].__name__ == "Task"
        assert found.order().tables == ("public.users", "public.tasks")
        assert str(found.ownership().of("public.tasks").path) == "user_id"
    assert sys.path == before


def test_a_src_folder_and_all_modules_of_a_package_are_found(tmp_path: Path) -> None:
    name = f"package_under_test_{next(_numbers)}"
    package = tmp_path / "src" / name
    (package / "deep").mkdir(parents=True)
    base = "from sqlmodel import Field, SQLModel\nfrom toolkit.models import new_registry\n"
    (package / "__init__.py").write_text(base + "class Base(SQLModel, registry=new_registry()): pass\n")
    (package / "deep" / "__init__.py").write_text("")
    for where, table in ((package, "a"), (package / "deep", "b")):
        head = f"from {name} import Base\nfrom sqlmodel import Field\n"
        text = f"{head}class {table.upper()}(Base, table=True):\n    {KEY}\n"
        (where / f"{table}.py").write_text(text)
    try:
        with pytest.raises(NoMetadataError):
            load_registry([name], project_dir=tmp_path)
        assert sorted(load_registry([f"{name}.*"], project_dir=tmp_path).tables) == ["public.a", "public.b"]
    finally:
        for each in [each for each in sys.modules if each.partition(".")[0] == name]:
            del sys.modules[each]


@pytest.mark.parametrize(
    ("named", "reason"),
    [(":nothing", "there is no nothing"), (":Base.nothing", "there is no nothing"), (":KEY", "no MetaData")],
)
def test_a_wrong_name_for_the_metadata_is_told(write: Write, tmp_path: Path, named: str, reason: str) -> None:
    name = write(GOOD + "KEY = 'a text'\n")
    with pytest.raises(NoMetadataError, match=reason):
        load_registry([name], f"{name}{named}", project_dir=tmp_path)


def test_several_metadata_plain_declarative_and_imperative_tables() -> None:
    class Plain(DeclarativeBase):
        pass

    class User(Plain):
        __tablename__ = "users"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Admin(User):
        pass

    other = MetaData(schema="app")
    bare = Table("bare", other, Column("id", Integer, primary_key=True))
    mapped = Table("mapped", other, Column("id", ForeignKey(bare.c.id), primary_key=True))

    class Mine:
        pass

    registry().map_imperatively(Mine, mapped)
    found = ModelRegistry.of([Plain.metadata, other])
    assert list(found.tables) == ["public.users", "app.bare", "app.mapped"]
    assert dict(found.classes) == {"app.mapped": Mine, "public.users": User}
    (key,) = found.shapes[1].foreign_keys
    assert (key.target, key.target_columns) == ("app.bare", ("id",))


def test_reading_again_sees_the_edit(write: Write, tmp_path: Path) -> None:
    name = write(GOOD)
    first = read_shapes([name], project_dir=tmp_path)
    assert first.shapes == load_registry([name], project_dir=tmp_path).shapes
    assert first.classes["public.tasks"] == f"{name}:Task"
    path = tmp_path / f"{name}.py"
    path.write_text(path.read_text() + "    title: str\n")
    second = read_shapes([name], project_dir=tmp_path)
    (task,) = [shape for shape in second.shapes if shape.table == "tasks"]
    assert task.column("title") is not None
    path.write_text(path.read_text() + "    kind: Literal['a']\n")
    with pytest.raises(BrokenModelError) as raised:
        read_shapes([name], project_dir=tmp_path)
    assert (raised.value.model, raised.value.field) == ("Task", "kind")


def test_what_models_print_does_not_disturb(write: Write, tmp_path: Path) -> None:
    noise = "import os, threading\nprint('{}')\nos.write(1, b'raw')\n"
    noise += "threading.Thread(target=threading.Event().wait).start()\n"
    assert len(read_shapes([write(noise + GOOD)], project_dir=tmp_path).shapes) == 2


@pytest.mark.parametrize(
    ("body", "seconds", "kind"),
    [
        ("import os; os._exit(7)", 60.0, r"exit status 7"),
        ("import time; time.sleep(60)", 1.0, r"longer than 1 seconds"),
    ],
)
def test_a_process_without_an_answer_is_told(
    write: Write, tmp_path: Path, body: str, seconds: float, kind: str
) -> None:
    with pytest.raises(ShapesProcessError, match=kind):
        read_shapes([write(body)], project_dir=tmp_path, seconds=seconds)


def test_reading_can_be_cancelled(write: Write, tmp_path: Path) -> None:
    name = write("import time; time.sleep(60)")
    cancel = CancelToken()
    threading.Timer(0.5, cancel.cancel, ["no patience"]).start()
    with pytest.raises(CancelledError):
        read_shapes([name], project_dir=tmp_path, cancel=cancel)


def test_every_loading_error_crosses_the_process_border() -> None:
    errors: list[NeonkitError] = [
        ModelImportError("m", "p", "f", 1, "x"),
        BrokenModelError("m", "A", None, "p", "x"),
        NoMetadataError("s", "r"),
        UnknownReferenceError("t", ("a", "b"), "u.id"),
    ]
    for error in errors:
        again = _rebuild(json.loads(json.dumps({"code": error.code, "facts": error.facts()})))
        assert type(again) is type(error)
        assert again.facts() == error.facts()
