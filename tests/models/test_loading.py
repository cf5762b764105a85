"""Loading models: found by name or in whole packages; reading again, in another process, sees the edit."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import pytest
from fixtures.model_modules import GOOD, KEY, Write
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
    name = f"package_{tmp_path.name}".replace("-", "_")
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
