"""Ordinary ways to write columns and indexes: nothing differs after `create_all`, nor after autogenerate.

All spellings are tables of one metadata, so that one comparison holds them all.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures.alembic_projects import PRODUCTION, MakeProject, ProjectFolder
from fixtures.drift import found

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.embedded import find_binaries
from toolkit.database.scratch import ScratchDatabases
from toolkit.migrate import revision, upgrade
from toolkit.migrate.drift import Options, Scratch, drift

HEAD = """
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

class Base:
    metadata = sa.MetaData()

def X():
    return sa.Column("x", sa.Integer)
"""

SPELLINGS = {
    "serial": "sa.Column('n', sa.Integer)",
    "bigint": "sa.Column('n', sa.BigInteger, unique=True)",
    "identity": "sa.Column('n', sa.Integer, sa.Identity(always=True, start=7))",
    "numeric": "sa.Column('n', sa.Numeric(10, 2), server_default='0')",
    "numeric_default": "sa.Column('n', sa.Numeric, server_default=sa.text('1.50'))",
    "negative": "sa.Column('n', sa.Integer, server_default=sa.text('-1'))",
    "float": "sa.Column('n', sa.Float(53), server_default='1')",
    "double": "sa.Column('n', sa.Double)",
    "boolean": "sa.Column('b', sa.Boolean, server_default=sa.true(), nullable=False)",
    "boolean_text": "sa.Column('b', sa.Boolean, server_default='f')",
    "boolean_check": "sa.Column('b', sa.Boolean(create_constraint=True))",
    "string": "sa.Column('s', sa.String)",
    "string_default": "sa.Column('s', sa.String(9), server_default='it''s')",
    "text_empty": "sa.Column('s', sa.Text, server_default='')",
    "char": "sa.Column('s', sa.CHAR(3), server_default='eur')",
    "unicode": "sa.Column('s', sa.Unicode(5), server_default='\\u00e9')",
    "collated": "sa.Column('s', sa.String(collation='C'))",
    "citext_like": "sa.Column('s', sa.Text), sa.Index(None, sa.text('lower(s)'))",
    "date": "sa.Column('d', sa.Date, server_default=sa.func.current_date())",
    "now": "sa.Column('t', sa.DateTime, server_default=sa.func.now())",
    "now_tz": "sa.Column('t', sa.DateTime(timezone=True), server_default=sa.text('CURRENT_TIMESTAMP'))",
    "utc": "sa.Column('t', sa.DateTime, server_default=sa.text(\"timezone('utc', now())\"))",
    "time": "sa.Column('t', sa.Time(timezone=True))",
    "interval": "sa.Column('t', sa.Interval, server_default=sa.text(\"'1 day'\"))",
    "timestamp_precision": "sa.Column('t', pg.TIMESTAMP(precision=3))",
    "uuid": "sa.Column('u', sa.Uuid, server_default=sa.text('gen_random_uuid()'))",
    "binary": "sa.Column('x', sa.LargeBinary, server_default=sa.text(\"'\\\\x00'\"))",
    "json": "sa.Column('j', sa.JSON, server_default='{}')",
    "jsonb": "sa.Column('j', pg.JSONB, server_default=sa.text(\"'{}'::jsonb\"))",
    "array": "sa.Column('a', sa.ARRAY(sa.Text), server_default='{}')",
    "array_two": "sa.Column('a', pg.ARRAY(sa.Integer, dimensions=2))",
    "inet": "sa.Column('i', pg.INET), sa.Column('c', pg.CIDR), sa.Column('m', pg.MACADDR)",
    "ranges": "sa.Column('r', pg.INT4RANGE), sa.Column('q', pg.TSTZRANGE)",
    "tsvector": "sa.Column('v', pg.TSVECTOR), sa.Index(None, 'v', postgresql_using='gin')",
    "bit": "sa.Column('b', pg.BIT(4)), sa.Column('w', pg.BIT(varying=True))",
    "oid": "sa.Column('o', pg.OID), sa.Column('g', pg.REGCLASS)",
    "enum": "sa.Column('e', sa.Enum('a', 'b', name='letters'), server_default='a')",
    "enum_again": "sa.Column('e', sa.Enum('a', 'b', name='letters'))",
    "enum_array": "sa.Column('e', sa.ARRAY(sa.Enum('x', name='other')))",
    "enum_text": "sa.Column('e', sa.Enum('a', 'b', native_enum=False, create_constraint=True, name='ck_e'))",
    "computed": "X(), sa.Column('y', sa.Integer, sa.Computed('x * 2', persisted=True))",
    "comments": "sa.Column('x', sa.Integer, comment='it''s 100%')",
    "check": "X(), sa.CheckConstraint('x > 0 AND x < 10')",
    "check_list": "sa.Column('s', sa.String(5)), sa.CheckConstraint(\"s IN ('a', 'b')\", name='ck_list')",
    "check_between": "X(), sa.CheckConstraint('x BETWEEN 1 AND 2', name='ck_between')",
    "check_like": "sa.Column('s', sa.Text), sa.CheckConstraint(\"s LIKE '_a' OR s ~ '^b'\", name='ck_like')",
    "unique_many": "X(), sa.Column('y', sa.Integer), sa.UniqueConstraint('y', 'x')",
    "unique_nulls": "X(), sa.UniqueConstraint('x', postgresql_nulls_not_distinct=True)",
    "deferrable": "X(), sa.UniqueConstraint('x', deferrable=True, initially='DEFERRED')",
    "foreign": "sa.Column('p', sa.ForeignKey('serial.id', ondelete='SET NULL', onupdate='CASCADE'))",
    "foreign_self": "sa.Column('p', sa.ForeignKey('foreign_self.id', deferrable=True))",
    "index": "sa.Column('x', sa.Integer, index=True)",
    "index_unique": "sa.Column('x', sa.Integer, index=True, unique=True)",
    "index_partial": "sa.Column('s', sa.String), sa.Index(None, 's', postgresql_where=sa.text(\"s <> 'x'\"))",
    "index_desc": "X(), sa.Index('ix_d', sa.text('x DESC NULLS LAST'))",
    "index_include": "X(), sa.Index('ix_i', 'id', postgresql_include=['x'])",
    "index_ops": "sa.Column('s', sa.Text), sa.Index('ix_o', 's', postgresql_ops={'s': 'text_pattern_ops'})",
    "index_brin": "X(), sa.Index('ix_b', 'x', postgresql_using='brin')",
    "index_with": "X(), sa.Index('ix_w', 'x', postgresql_with={'fillfactor': 50})",
    "exclude": "sa.Column('r', pg.INT4RANGE), pg.ExcludeConstraint(('r', '&&'), using='gist')",
    "sequence": "sa.Column('n', sa.Integer, sa.Sequence('numbers'))",
    "smallint": "sa.Column('n', sa.SmallInteger), sa.CheckConstraint('n between 0 and 9')",
    "upper_function": "sa.Column('t', sa.DateTime, server_default=sa.text('NOW( )'))",
    "default_null": "sa.Column('n', sa.Integer, server_default=sa.text('NULL'))",
    "default_cast": "sa.Column('n', sa.Numeric(6, 2), server_default=sa.text('CAST(5 AS numeric)'))",
    "default_sum": "sa.Column('n', sa.Integer, server_default=sa.text('1 + 2 * 3'))",
    "default_array": "sa.Column('a', sa.ARRAY(sa.Integer), server_default=sa.text('ARRAY[1, 2]'))",
    "default_json_function": "sa.Column('j', pg.JSONB, server_default=sa.text('jsonb_build_object()'))",
    "default_date": "sa.Column('d', sa.Date, server_default='2020-01-01')",
    "default_extract": "sa.Column('n', sa.Integer, server_default=sa.text('EXTRACT(year FROM now())::int'))",
    "default_percent": "sa.Column('s', sa.Text, server_default='100% of :it \\\\ ;')",
    "default_python": "sa.Column('s', sa.Text, default='only in Python')",
    "float_24": "sa.Column('n', sa.Float(24)), sa.Column('r', sa.REAL)",
    "decimal_plain": "sa.Column('n', sa.DECIMAL(12)), sa.Column('m', pg.MONEY)",
    "interval_fields": "sa.Column('t', pg.INTERVAL(fields='DAY TO SECOND', precision=3))",
    "timestamp_zero": (
        "sa.Column('t', pg.TIMESTAMP(timezone=True, precision=0), server_default=sa.func.now())"
    ),
    "multirange": "sa.Column('r', pg.INT4MULTIRANGE), sa.Column('d', pg.DATERANGE)",
    "pair": "sa.Column('a', sa.ARRAY(sa.Uuid)), sa.Column('b', sa.ARRAY(sa.DateTime(timezone=True)))",
    "domain": "sa.Column('d', pg.DOMAIN('positive', sa.Integer, check=sa.text('VALUE > 0')))",
    "named_key": "X(), sa.Column('y', sa.Integer), sa.UniqueConstraint('x', name='uq_named')",
    "composite_key": "sa.Column('k', sa.Integer, primary_key=True)",
    "foreign_composite": (
        "sa.Column('a', sa.Integer), sa.Column('b', sa.Integer), sa.ForeignKeyConstraint(('a', 'b'),"
        " ('composite_key.id', 'composite_key.k'), match='FULL', name='fk_both')"
    ),
    "identity_options": (
        "sa.Column('n', sa.BigInteger, sa.Identity(start=3, increment=2, minvalue=1, cycle=True, cache=5))"
    ),
    "computed_text": (
        "sa.Column('s', sa.Text), sa.Column('l', sa.Text, sa.Computed(\"lower(s) || 'x'\", persisted=True))"
    ),
    "check_case": "X(), sa.CheckConstraint('CASE WHEN x > 1 THEN true ELSE x IS NULL END', name='ck_case')",
    "check_not_in": "X(), sa.CheckConstraint('x NOT IN (1, 2, 3)', name='ck_not_in')",
    "check_function": "sa.Column('s', sa.String(9)), sa.CheckConstraint('length(trim(s)) > 0', name='ck_f')",
    "check_cast": "sa.Column('s', sa.Text), sa.CheckConstraint(\"s::date > '2000-01-01'\", name='ck_cast')",
    "index_many": "X(), sa.Column('y', sa.Text), sa.Index('ix_many', 'x', sa.text('lower(y)'), unique=True)",
    "index_case": "X(), sa.Index('ix_case', sa.text('(CASE WHEN x > 0 THEN 1 ELSE 0 END)'))",
    "index_coalesce": "X(), sa.Index('ix_coalesce', sa.func.coalesce(sa.literal_column('x'), sa.text('0')))",
    "index_in": (
        "sa.Column('s', sa.String(3)), sa.Index('ix_in', 'id', postgresql_where=sa.text(\"s IN ('a','b')\"))"
    ),
    "index_collate": "sa.Column('s', sa.Text), sa.Index('ix_coll', sa.text('s COLLATE \"C\"'))",
    "index_jsonb": (
        "sa.Column('j', pg.JSONB), sa.Index('ix_j', 'j', postgresql_using='gin', "
        "postgresql_ops={'j': 'jsonb_path_ops'})"
    ),
    "index_path": "sa.Column('j', pg.JSONB), sa.Index('ix_path', sa.text(\"(j ->> 'a')\"))",
    "index_nulls": "X(), sa.Index('ix_nulls', 'x', unique=True, postgresql_nulls_not_distinct=True)",
    "index_hash": "X(), sa.Index('ix_hash', 'x', postgresql_using='hash')",
    "quoted": "sa.Column('Weird Name', sa.Integer), sa.Column('order', sa.Integer, index=True)",
    "a_table_with_a_name_so_long_that_its_constraints_are_cut": (
        "sa.Column('a_column_with_a_long_name_too', sa.Integer, unique=True, index=False)"
    ),
}


@pytest.fixture
def folder(make_project: MakeProject) -> ProjectFolder:
    """A project whose models are all spellings."""
    made = make_project(bare=True)
    tables = "\n".join(
        f"sa.Table({name!r}, Base.metadata, sa.Column('id', sa.Integer, primary_key=True), {columns})"
        for name, columns in SPELLINGS.items()
    )
    (made.root / "models.py").write_text(f"{HEAD}\n{tables}\n", encoding="utf-8")
    made.use_models()
    made.use_url(PRODUCTION)
    return made


@pytest.fixture
def database(database_url: DatabaseUrl) -> Iterator[Database]:
    made = Database.at(database_url)
    yield made
    made.dispose()


MAINTENANCE = ("vacuum full", "vacuum analyze", "reindex database {name}", "analyze")
SEARCH_PATH = 'alter database "{name}" set search_path = pg_catalog, public'


def maintained(database: Database) -> None:
    """What an operator does, and what changes no structure."""
    with database.connect(Job.ADMIN) as connection:
        name = connection.exec_driver_sql("select current_database()").scalar_one()
        for statement in (*MAINTENANCE, SEARCH_PATH):
            connection.exec_driver_sql(statement.format(name=name))
    database.dispose()


def restored(source: Database, target: DatabaseUrl, dump: Path) -> Database:
    """A dump of the database, restored into another one."""
    url = source.url(Job.ADMIN)
    parameters = url.libpq_parameters()
    environment = {**os.environ, "PGPASSWORD": str(parameters.get("password", ""))}
    programs = find_binaries()
    for program, options in (
        ("pg_dump", ("--format=custom", f"--file={dump}", str(url.database))),
        ("pg_restore", (f"--dbname={target.database}", str(dump))),
    ):
        where = (f"--host={parameters['host']}", f"--port={parameters['port']}", f"--username={url.username}")
        subprocess.run(
            [programs.program(program), *where, *options], check=True, env=environment, timeout=120
        )
    return Database.at(target)


def differences(folder: ProjectFolder, database: Database) -> list[str]:
    """What is reported of the project at its head."""
    project = folder.open()
    upgrade(project, database)
    report = drift(project, database, None, Options(scratch=Scratch.SERVER))
    project.forget()
    assert report.unknowns == ()
    assert {side.name: side.objects > len(SPELLINGS) for side in report.sides}["models"]
    return [f"{name} {attribute}" for name, attribute, _ in found(report)]


def test_the_spellings_are_many() -> None:
    assert len(SPELLINGS) >= 95


def test_created_from_the_models_maintained_and_restored(
    folder: ProjectFolder,
    database: Database,
    scratch: ScratchDatabases,
    tmp_path: Path,
) -> None:
    folder.revision("a1", None, "from models import Base\nBase.metadata.create_all(op.get_bind())")
    assert differences(folder, database) == []
    maintained(database)
    assert differences(folder, database) == []
    with scratch.create() as url:
        again = restored(database, url, tmp_path / "dump")
        assert differences(folder, again) == []
        again.dispose()


def test_written_by_autogenerate(folder: ProjectFolder, database: Database) -> None:
    # Alembic writes no sequences: the models' one is left to another revision.
    folder.revision("a1", None, "op.execute('create sequence numbers')")
    project = folder.open()
    upgrade(project, database)
    revision(project, database, message="all", autogenerate=True)
    project.forget()
    assert differences(folder, database) == []
