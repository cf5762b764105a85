"""revision and merge: files that run anywhere, up and down and up again."""

from __future__ import annotations

import re

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder
from sqlalchemy import Engine, inspect, text

from toolkit.database import DatabaseUrl
from toolkit.database.database import Database
from toolkit.errors import NeonkitError
from toolkit.migrate import downgrade, errors, merge, revision, revision_errors, upgrade

RICH = """
import enum
import uuid
from datetime import datetime

import sqlalchemy as sa
import sqlalchemy_utils as su
from sqlalchemy.dialects import postgresql
from sqlmodel import Field, SQLModel
from sqlalchemy.types import CHAR, TypeDecorator


class Base(SQLModel):
    metadata = sa.MetaData()


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue: dark"


class GUID(TypeDecorator):
    impl = CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.UUID())
        return dialect.type_descriptor(CHAR(32))


class RichOwner(Base, table=True):
    __tablename__ = "owners"

    id: uuid.UUID = Field(default_factory=uuid.uuid4, primary_key=True)
    name: str = Field(max_length=40, unique=True)
    created: datetime
    colour: Colour


class RichThing(Base, table=True):
    __tablename__ = "things"
    __table_args__ = (sa.CheckConstraint("length(title) > 0"), sa.UniqueConstraint("owner_id", "title"))

    id: int | None = Field(default=None, primary_key=True)
    owner_id: uuid.UUID = Field(foreign_key="owners.id")
    title: str
    colour: Colour
    email: str = Field(sa_type=su.EmailType)
    kind: str = Field(sa_column=sa.Column(su.ChoiceType([("a", "A")])))
    token: str = Field(sa_column=sa.Column(GUID()))
    tags: list[str] = Field(sa_column=sa.Column(postgresql.ARRAY(su.EmailType())))
    extra: dict = Field(sa_column=sa.Column(postgresql.JSONB()))
"""


@pytest.fixture
def database(database_url: DatabaseUrl) -> Database:
    return Database.at(database_url)


@pytest.fixture
def rich(make_project: MakeProject) -> ProjectFolder:
    folder = make_project(bare=True)
    folder.write("models.py", RICH)
    folder.use_models()
    folder.use_url("postgresql://app:s3cret@prod.invalid/app")
    return folder


def enums(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT typname FROM pg_type WHERE typtype = 'e'")).scalars())


def test_a_revision_from_models_stands_on_its_own(
    rich: ProjectFolder, database: Database, engine: Engine
) -> None:
    project = rich.open()
    written = revision(project, database, "first", autogenerate=True, rev_id="r1")
    source = written.paths[0].read_text()
    assert not written.empty
    imports = [line for line in source.splitlines() if re.match(r"(import|from) ", line)]
    assert not any("sqlmodel" in line or "sqlalchemy_utils" in line or "models" in line for line in imports)
    for plain in (
        "sa.String(length=40)",
        "sa.DateTime(timezone=True)",
        "sa.Unicode(length=255)",
        "postgresql.JSONB",
    ):
        assert plain in source
    for name in (
        "owners_pkey",
        "owners_name_key",
        "things_owner_id_fkey",
        "things_owner_id_title_key",
        "things_check",
    ):
        assert f"name='{name}'" in source
    assert source.count("CREATE TYPE colour") == 1
    assert source.count("DROP TYPE colour") == 1

    for _ in range(2):
        upgrade(project, database)
        assert set(inspect(engine).get_table_names()) == {"alembic_version", "owners", "things"}
        assert enums(engine) == ["colour"]
        downgrade(project, database, "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]
        assert enums(engine) == []


def test_the_models_again_find_nothing_to_do(rich: ProjectFolder, database: Database) -> None:
    project = rich.open()
    revision(project, database, "first", autogenerate=True)
    upgrade(project, database)
    again = revision(project, database, "second", autogenerate=True)
    assert again.empty, again.paths[0].read_text()


def test_later_columns_and_keys_are_named_and_enums_made(
    rich: ProjectFolder, database: Database, engine: Engine
) -> None:
    project = rich.open()
    revision(project, database, "first", autogenerate=True)
    upgrade(project, database)
    rich.replace(
        "models.py",
        "    title: str\n",
        "    title: str\n"
        "    size: str = Field(sa_column=sa.Column(sa.Enum('S', 'L', name='size'), unique=True))\n"
        "    second_id: uuid.UUID | None = Field(default=None, foreign_key='owners.id')\n",
    )
    project.forget()
    source = revision(project, database, "second", autogenerate=True).paths[0].read_text()
    assert "'things_second_id_fkey'" in source
    assert "'things_size_key'" in source
    assert "None" not in source.partition("def upgrade")[2].replace("-> None", "")
    for _ in range(2):
        upgrade(project, database)
        assert sorted(enums(engine)) == ["colour", "size"]
        downgrade(project, database, "-1")
        assert enums(engine) == ["colour"]


def test_tables_outside_the_models_are_left_alone(
    make_project: MakeProject, database: Database, engine: Engine
) -> None:
    folder = make_project()
    project = folder.open()
    upgrade(project, database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id int)"))
    written = revision(project, database, "next", autogenerate=True)
    assert written.left_alone == ("books", "somebody_elses")
    assert "drop_table" not in written.paths[0].read_text()
    written.paths[0].unlink()
    dropping = revision(project, database, "next", autogenerate=True, drop_tables=True)
    assert "op.drop_table('somebody_elses')" in dropping.paths[0].read_text()


def test_hooks_of_the_project_come_first(make_project: MakeProject, database: Database) -> None:
    folder = make_project(bare=True)
    folder.write(
        "models.py",
        """
        import sqlalchemy as sa
        from sqlalchemy import Column, Integer, Table, Text

        class Base:
            metadata = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})

        Table("kept", Base.metadata, Column("id", Integer, primary_key=True), Column("x", Text))
        Table("hidden", Base.metadata, Column("id", Integer, primary_key=True))
        """,
    )
    folder.use_models()
    folder.use_url("postgresql://app:s3cret@prod.invalid/app")
    folder.replace(
        folder.env_py,
        "connection=connection, target_metadata=target_metadata",
        "connection=connection, target_metadata=target_metadata,\n"
        "            include_object=lambda o, name, *rest: name != 'hidden',\n"
        "            render_item=lambda kind, item, context: "
        "'sa.Text(collation=\"C\")' if kind == 'type' and item.__class__.__name__ == 'Text' else False,\n"
        "            process_revision_directives=lambda c, r, d: setattr(d[0], 'message', 'renamed')",
    )
    written = revision(folder.open(), database, "first", autogenerate=True)
    source = written.paths[0].read_text()
    assert written.revisions[0].message == "renamed"
    assert "hidden" not in source
    assert 'sa.Text(collation="C")' in source
    assert "op.f('pk_kept')" in source


def test_an_empty_revision_needs_no_database(make_project: MakeProject) -> None:
    folder = make_project()
    before = folder.digest()
    written = revision(folder.open(), message="by hand", rev_id="h4")
    assert written.revisions[0].parents == ("a3",)
    after = folder.digest()
    assert {name for name in after if after[name] != before.get(name)} == {
        "migrations/versions/h4_by_hand.py"
    }


def test_options_of_revision(make_project: MakeProject) -> None:
    folder = make_project()
    project = folder.open()
    first = revision(
        project, message="a branch", head="base", branch_label="side", rev_id="s1", depends_on=["a2"]
    )
    assert (first.revisions[0].parents, first.revisions[0].labels) == ((), ("side",))
    assert first.revisions[0].depends_on == ("a2",)
    spliced = revision(project, message="spliced", head="a2", splice=True, rev_id="b3")
    assert spliced.revisions[0].parents == ("a2",)
    merged = merge(project, ["a3", "b3"], "join", rev_id="m4")
    assert merged.revisions[0].is_merge
    on_side = revision(project, message="on", head="side@head", rev_id="s2")
    assert on_side.revisions[0].parents == ("s1",)


def test_revision_environment_uses_the_database(make_project: MakeProject, database: Database) -> None:
    folder = make_project()
    folder.replace(folder.ini, "[alembic]", "[alembic]\nrevision_environment = true\n")
    assert revision(folder.open(), database, "by hand").revisions
    with pytest.raises(errors.AlembicRefusedError):
        revision(folder.open(), None, "by hand")


@pytest.mark.parametrize(
    ("setup", "options", "kind"),
    [
        ("", {"autogenerate": True}, revision_errors.NotUpToDateError),
        ("", {"head": "zz"}, revision_errors.UnknownRevisionError),
        ("", {"head": "a2"}, errors.AlembicRefusedError),
        ("", {"sql": True, "autogenerate": True}, errors.AlembicRefusedError),
        ("two heads", {}, revision_errors.SeveralHeadsError),
        ("no metadata", {"autogenerate": True}, errors.NoMetadataError),
    ],
)
def test_refusals(
    setup: str,
    options: dict[str, object],
    kind: type[NeonkitError],
    make_project: MakeProject,
    database: Database,
) -> None:
    folder = make_project()
    if setup == "two heads":
        folder.revision("b3", "a2")
    if setup == "no metadata":
        folder.replace(folder.env_py, "target_metadata = Base.metadata", "target_metadata = None")
        upgrade(folder.open(), database)
    before = folder.digest()
    with pytest.raises(kind) as caught:
        revision(folder.open(), database, "x", **options)  # type: ignore[arg-type]  # the table's own keywords
    assert caught.value.sentence
    assert folder.digest() == before


def test_programs_run_over_the_new_file_are_heard(
    make_project: MakeProject, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = make_project()
    folder.ini.write_text(
        folder.ini.read_text().replace(
            "[post_write_hooks]",
            "[post_write_hooks]\nhooks = tidy\ntidy.type = exec\ntidy.executable = sh\n"
            "tidy.options = -c 'echo tidied; exit 3' REVISION_SCRIPT_FILENAME\n",
        )
    )
    capfd.readouterr()
    written = revision(folder.open(), message="tidy")
    assert written.output[0] == "tidied"
    assert "ended with code 3" in written.output[1]
    assert capfd.readouterr() == ("", "")
