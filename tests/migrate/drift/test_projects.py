"""Projects as they are: filters, several schemas, no models, names and histories that mislead."""

from __future__ import annotations

import pytest
from fixtures.alembic_projects import PRODUCTION, MakeProject
from fixtures.drift import EMAIL, DriftProject, found
from sqlalchemy import Column, Integer, MetaData, Table

from toolkit.cancel import CancelToken
from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.scratch import SCRATCH_PREFIX, ScratchDatabases
from toolkit.errors import NeonkitError, StoppedError
from toolkit.events import Event, Progress, StepFinished
from toolkit.migrate import AlembicProject, upgrade
from toolkit.migrate.drift import Cause, Options, Scratch, drift
from toolkit.migrate.drift.errors import ScratchRefusedError
from toolkit.migrate.drift.fixing import Direction, Wish, fix
from toolkit.secret import Secret

NOTHING_MODELLED = [("models", "env.py gives no target_metadata")]


@pytest.mark.parametrize("place", [Scratch.SERVER, Scratch.AUTO])
def test_reference_application_has_no_drift(
    demo_project: AlembicProject, demo_head_url: DatabaseUrl, place: Scratch
) -> None:
    """AUTO takes an embedded server here: a revision makes a role."""
    report = drift(demo_project, Database.at(demo_head_url), None, Options(scratch=place))
    assert found(report) == []
    assert (report.unknowns, report.outside_models) == ((), ())
    embedded = {"built on an embedded server"} if place is Scratch.AUTO else set()
    assert {side.source for side in report.sides} >= embedded


def test_without_models_the_rest_is_compared(drift_project: DriftProject) -> None:
    drift_project.folder.replace(
        drift_project.folder.env_py, "target_metadata = Base.metadata", "target_metadata = None"
    )
    drift_project.run("alter table authors alter name type text")
    report = drift_project.drift()
    assert found(report) == [("column public.authors.name", "type", Cause.BY_HAND)]
    assert [(each.subject, each.reason) for each in report.unknowns] == NOTHING_MODELLED
    assert report.differences[0].models.state == "not said"


def test_without_migrations_models_and_database_are_compared(drift_project: DriftProject) -> None:
    metadata = MetaData()
    Table("authors", metadata, Column("id", Integer, primary_key=True))
    report = drift(None, drift_project.database, [metadata], Options(scratch=Scratch.SERVER))
    assert found(report) == [("column public.authors.name", "existence", Cause.NOT_TRACED)]
    assert [each.subject for each in report.unknowns] == ["migrations"]


def test_no_role_may_create_databases(drift_project: DriftProject) -> None:
    """Then an embedded server serves, and asking for the database's own is refused."""
    drift_project.run("drop role if exists drift_plain")
    drift_project.run("create role drift_plain login password 'p'")
    drift_project.run("grant select on alembic_version to drift_plain")
    url = drift_project.database.url(Job.MIGRATE).with_credentials("drift_plain", Secret("p"))
    plain = Database.at(url)
    try:
        with pytest.raises(ScratchRefusedError):
            drift(drift_project.folder.open(), plain, None, Options(scratch=Scratch.SERVER))
        report = drift(drift_project.folder.open(), plain)
        assert {side.source for side in report.sides} == {"read", "built on an embedded server"}
        assert (
            found(report) == [("table public.alembic_version", "grants", Cause.BY_HAND)] or not report.drifted
        )
    finally:
        plain.dispose()
        drift_project.run("drop owned by drift_plain; drop role drift_plain")


def test_production_gets_no_scratch_database(drift_project: DriftProject) -> None:
    report = drift_project.drift(scratch=Scratch.AUTO, production=True)
    assert {side.source for side in report.sides} == {"read", "built on an embedded server"}
    assert not report.drifted


def test_env_py_leaves_things_out(drift_project: DriftProject) -> None:
    """A common recipe: what only the database has is not looked at."""
    env_py = drift_project.folder.env_py
    drift_project.folder.replace(
        env_py,
        "target_metadata = Base.metadata",
        """target_metadata = Base.metadata


def include_object(item, name, type_, reflected, compare_to):
    if name == "email":
        return False
    return not (reflected and compare_to is None and type_ in ("table", "index"))

""",
    )
    text_ = env_py.read_text()
    env_py.write_text(
        text_.replace(
            "target_metadata=target_metadata",
            "target_metadata=target_metadata, include_object=include_object",
        )
    )
    drift_project.models(EMAIL)
    drift_project.run("create table theirs (i int primary key)")
    drift_project.run("create index by_hand on authors (name)")
    drift_project.run("alter table authors add remark text")
    report = drift_project.drift()
    assert found(report) == [("column public.authors.remark", "existence", Cause.BY_HAND)]
    assert report.not_compared["left out by env.py"] == 2


def test_several_schemas(make_project: MakeProject, database_url: DatabaseUrl) -> None:
    folder = make_project(bare=True)
    folder.write(
        "models.py",
        """
import enum
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    metadata = sa.MetaData(schema="app")

class Kind(enum.Enum):
    a = 1
    b = 2

class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(sa.Enum(Kind, name="kind", schema="types"))

class Book(Base):
    __tablename__ = "books"
    __table_args__ = {"schema": "library"}
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(sa.ForeignKey("app.shelves.id"))
""",
    )
    folder.use_models()
    folder.use_url(PRODUCTION)
    folder.revision(
        "a1",
        None,
        """
for schema in ("app", "library", "types"):
    op.execute(f"create schema {schema}")
op.execute("create type types.kind as enum ('a', 'b')")
op.execute("create table app.shelves (id serial primary key, kind types.kind not null)")
op.execute("create table library.books (id serial primary key, shelf_id int not null references app.shelves)")
""",
    )
    project, database = folder.open(), Database.at(database_url)
    upgrade(project, database)
    assert found(drift(project, database, None, Options(scratch=Scratch.SERVER))) == []
    with database.connect(Job.MIGRATE) as connection, connection.begin():
        connection.exec_driver_sql("alter type types.kind add value 'c'")
    report = drift(project, database, None, Options(scratch=Scratch.SERVER))
    assert found(report) == [("enum types.kind", "labels", Cause.BY_HAND)]
    database.dispose()
    project.forget()


CHECK = "__table_args__ = (sa.CheckConstraint(\"name in ('a', 'b')\", name='ck'),)"

HISTORIES = {
    "text after varchar": (
        "name: Mapped[str] = mapped_column(sa.Text, server_default='x')",
        [
            "alter table authors alter name set default 'x'",
            "alter table authors alter name type text",
        ],
    ),
    "check from before": (
        f"{CHECK}\n    name: Mapped[str] = mapped_column(sa.Text)",
        [
            "alter table authors add constraint ck check (name in ('a', 'b'))",
            "alter table authors alter name type text",
        ],
    ),
    "renamed table": (
        "__table_args__ = (sa.UniqueConstraint('name'), sa.CheckConstraint(\"name <> ''\"))",
        [
            "alter table authors rename to writers",
            "alter table writers add unique (name)",
            "alter table writers add check (name <> '')",
            "alter table writers rename to authors",
        ],
    ),
    "moved columns": (
        "",
        [
            "alter table authors drop name",
            "alter table authors drop id",
            "alter table authors add name varchar(80) not null",
            "alter table authors add id serial primary key",
        ],
    ),
    "renamed sequence and not-null": (
        "",
        [
            "alter sequence authors_id_seq rename to authors_numbers",
            "alter table authors rename constraint authors_name_not_null to must_have_name",
        ],
    ),
    "list written with casts": (
        CHECK,
        ["alter table authors add constraint ck check (name::text = any (array['a'::text, 'b'::text]))"],
    ),
}


@pytest.mark.parametrize("history", HISTORIES)
def test_histories_that_mean_the_same(drift_project: DriftProject, history: str) -> None:
    model, statements = HISTORIES[history]
    drift_project.models(f"\n    {model}\n")
    drift_project.second("\n".join(f"op.execute(sa.text({line!r}))" for line in statements))
    drift_project.upgrade()
    assert found(drift_project.drift()) == []


def test_a_default_that_means_something_else_is_drift(drift_project: DriftProject) -> None:
    drift_project.models("\n    name: Mapped[str] = mapped_column(sa.Text, server_default='y')\n")
    drift_project.second(
        "op.execute(\"alter table authors alter name set default 'x', alter name type text\")"
    )
    drift_project.upgrade()
    assert found(drift_project.drift()) == [("column public.authors.name", "default", Cause.MODELS_MOVED)]


def test_hostile_names(make_project: MakeProject, database_url: DatabaseUrl) -> None:
    name = 'Ta%s "x" \\ {0} \N{SNOWMAN}'
    folder = make_project(bare=True)
    folder.write(
        "models.py",
        f"""
import sqlalchemy as sa
class Base:
    metadata = sa.MetaData()
sa.Table({name!r}, Base.metadata, sa.Column("a%b:c", sa.Integer, primary_key=True),
    sa.Column("select", sa.Enum("%s", "'", name="en%um"), server_default="%s"), schema="sche%ma")
""",
    )
    folder.use_models()
    folder.use_url(PRODUCTION)
    folder.revision(
        "a1",
        None,
        """
from models import Base
op.execute('create schema "sche%ma"')
Base.metadata.create_all(op.get_bind())
""",
    )
    project, database = folder.open(), Database.at(database_url)
    upgrade(project, database)
    report = drift(project, database, None, Options(scratch=Scratch.SERVER))
    assert (found(report), report.unknowns) == ([], ())
    database.dispose()
    project.forget()


def test_a_view_that_the_models_map_is_unknown(drift_project: DriftProject) -> None:
    drift_project.models(
        """
class Name(Base):
    __tablename__ = "names"
    name: Mapped[str] = mapped_column(primary_key=True)
"""
    )
    drift_project.second("op.execute('create view names as select name from authors')")
    drift_project.upgrade()
    report = drift_project.drift()
    assert found(report) == []
    assert [each.subject for each in report.unknowns] == ["public.names"]


SEVERAL = """
import sqlalchemy as sa
ONE, TWO = sa.MetaData(), sa.MetaData()
sa.Table("engine1", ONE, sa.Column("id", sa.Integer, primary_key=True))
sa.Table("engine2", TWO, sa.Column("id", sa.Integer, primary_key=True))
"""


def test_several_databases_are_unknown(
    make_project: MakeProject, database_url: DatabaseUrl, scratch: ScratchDatabases
) -> None:
    """Nothing is guessed: neither that a table of the other database is missing, nor that all is well."""
    folder = make_project("multidb", bare=True)
    placeholder = "driver://user:pass@localhost/dbname"
    folder.replace(folder.ini, placeholder + "2", "postgresql://app:s3cret@prod.invalid/two")
    folder.replace(folder.ini, placeholder, "postgresql://app:s3cret@prod.invalid/one")
    folder.write("models.py", SEVERAL)
    metadata = 'from models import ONE, TWO\ntarget_metadata = {"engine1": ONE, "engine2": TWO}'
    folder.replace(folder.env_py, "target_metadata = {}", metadata)
    up = "op.create_table(engine_name, sa.Column('id', sa.Integer, primary_key=True))"
    folder.revision("a1", None, up, "op.drop_table(engine_name)", arguments="engine_name")
    database = Database.at(database_url)
    with scratch.create() as second:
        for databases in ({}, {"engine1": database_url, "engine2": second}):
            project = folder.open(databases=databases)
            if databases:
                upgrade(project, database)
            report = drift(project, database, None, Options(scratch=Scratch.SERVER))
            assert found(report) == []
            assert [(each.subject, "several databases" in each.reason) for each in report.unknowns] == [
                ("migrations", True),
                ("models", True),
            ]
            with pytest.raises(NeonkitError, match="several databases"):
                fix(project, database, Wish(Direction.MODELS), None, Options(scratch=Scratch.SERVER))
            project.forget()
    database.dispose()


def test_stopping(drift_project: DriftProject) -> None:
    """Cancelled between two revisions: nothing is left behind on the server."""
    token = CancelToken()
    drift_project.second("op.execute('select 1')")

    def hear(event: Event) -> None:
        if isinstance(event, Progress):
            token.cancel("enough")

    before = databases(drift_project)
    with pytest.raises(StoppedError):
        drift(
            drift_project.folder.open(),
            drift_project.database,
            None,
            Options(scratch=Scratch.SERVER),
            emit=hear,
            cancel=token,
        )
    assert databases(drift_project) == before


def databases(project: DriftProject) -> set[str]:
    """The scratch databases on the project's server that nobody else makes meanwhile."""
    with project.database.connect(Job.INSPECT) as connection:
        rows = connection.exec_driver_sql("select datname::text from pg_catalog.pg_database").scalars()
        return {name for name in rows if name.startswith(SCRATCH_PREFIX)}


def test_events_name_the_steps(drift_project: DriftProject) -> None:
    heard: list[Event] = []
    drift(
        drift_project.folder.open(),
        drift_project.database,
        None,
        Options(scratch=Scratch.SERVER),
        emit=heard.append,
    )
    steps = [event.step for event in heard if isinstance(event, StepFinished)]
    assert steps == ["read database", "build migrations", "build models"]
