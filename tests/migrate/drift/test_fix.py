"""`fix` closes what it says: after its revision, in the database and in a fresh one, nothing is left."""

from __future__ import annotations

import pytest
from fixtures.drift import EMAIL, INDEX, MODELS, DriftProject, found

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.database.scratch import ScratchDatabases
from toolkit.migrate import downgrade, upgrade
from toolkit.migrate.drift import Cause, Options, Scratch
from toolkit.migrate.drift.fixing import Direction, Fixed, Wish, fix
from toolkit.migrate.drift.fixing.errors import NoSuchDifferenceError, WishError
from toolkit.schema import Snapshot, read_snapshot
from toolkit.schema.ddl.alter import Hazard
from toolkit.schema.diff import ObjectChange, compare

ON_SERVER = Options(scratch=Scratch.SERVER)


def fixed(project: DriftProject, wish: Wish) -> Fixed:
    """The fix, and a project that reads its files anew."""
    opened = project.folder.open()
    try:
        return fix(opened, project.database, wish, None, ON_SERVER)
    finally:
        opened.forget()


def text_of(result: Fixed) -> str:
    assert result.revision is not None
    return result.revision.path.read_text("utf-8")


def snapshot_of(url: DatabaseUrl) -> Snapshot:
    database = Database.at(url)
    with database.connect(Job.INSPECT) as connection:
        found_ = read_snapshot(connection)
    database.dispose()
    return found_


def fresh_is_the_same(project: DriftProject, scratch: ScratchDatabases) -> None:
    """A database built by the revisions alone is as the live one, and goes back and forth."""
    opened = project.folder.open()
    with scratch.create() as url:
        database = Database.at(url)
        upgrade(opened, database, "head")
        live = snapshot_of(project.database.url(Job.INSPECT))
        assert compare(snapshot_of(url), live).changes == ()
        downgrade(opened, database, "-1")
        opened.forget()
        upgrade(opened, database, "head")
        assert [c for c in compare(snapshot_of(url), live).changes if c.change != "changed"] == []
        database.dispose()
    opened.forget()


MODELS_MOVED = {
    "column": EMAIL,
    "server default": "\n    name: Mapped[str] = mapped_column(sa.String(80), server_default='50% :x')\n",
    "nullable": "\n    name: Mapped[str | None] = mapped_column(sa.String(80))\n",
    "type": "\n    name: Mapped[str] = mapped_column(sa.Text)\n",
    "comment": "\n    name: Mapped[str] = mapped_column(sa.String(80), comment='it''s :so')\n",
    "table comment": "\n    __table_args__ = {'comment': 'people'}\n",
    "index": INDEX,
    "partial index": (
        "\n    __table_args__ = (sa.Index('ix_p', 'name', postgresql_where=sa.text(\"name <> ':a'\")),)\n"
    ),
    "check": "\n    __table_args__ = (sa.CheckConstraint(\"name <> ''\", name='ck_name'),)\n",
    "check of a column": "\n    n: Mapped[int | None] = mapped_column(sa.CheckConstraint('n > 0'))\n",
    "unique": "\n    __table_args__ = (sa.UniqueConstraint('name'),)\n",
    "self reference": (
        "\n    parent: Mapped[int | None] = mapped_column(sa.ForeignKey('authors.id', ondelete='CASCADE'))\n"
    ),
    "enum": "\n    mood: Mapped[str | None] = mapped_column(sa.Enum('a', 'b', name='mood'))\n",
    "computed": "\n    twice: Mapped[int] = mapped_column(sa.Computed('id * 2', persisted=True))\n",
    "identity": (
        "\n    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=5), unique=True)\n"
    ),
    "array": "\n    tags: Mapped[list[str]] = mapped_column(sa.ARRAY(sa.Text), server_default='{}')\n",
    "sequence": (
        "\n    n: Mapped[int | None] = "
        "mapped_column(sa.Integer, sa.Sequence('ticket', metadata=Base.metadata))\n"
    ),
    "table": """

class Book(Base):
    __tablename__ = "books"
    __table_args__ = (sa.CheckConstraint("pages > 0"), {"comment": "paper"})
    id: Mapped[int] = mapped_column(primary_key=True)
    pages: Mapped[int] = mapped_column(server_default=sa.text("1"))
    kind: Mapped[str] = mapped_column(sa.Enum("x", "y:z", name="kind"), server_default="x")
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("authors.id"), index=True)
""",
}


QUICK = ("table",)
"""Run each time; the others with `-m slow`."""


@pytest.mark.parametrize(
    "case", [case if case in QUICK else pytest.param(case, marks=pytest.mark.slow) for case in MODELS_MOVED]
)
def test_to_the_models(drift_project: DriftProject, case: str) -> None:
    drift_project.models(MODELS_MOVED[case])
    assert drift_project.drift().drifted
    result = fixed(drift_project, Wish(Direction.MODELS))
    assert (result.left, result.commands) == ((), ("neonkit upgrade",))
    drift_project.upgrade()
    assert found(drift_project.drift()) == []
    before = read_live(drift_project)
    back_and_forth(drift_project)
    assert [c for c in compare(before, read_live(drift_project)).changes if c.change != "changed"] == []


def read_live(project: DriftProject) -> Snapshot:
    return snapshot_of(project.database.url(Job.INSPECT))


def back_and_forth(project: DriftProject) -> None:
    opened = project.folder.open()
    downgrade(opened, project.database, "-1")
    opened.forget()
    upgrade(opened, project.database, "head")
    opened.forget()


BASE = """
op.execute('''
create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
create view names with (security_barrier) as select name from authors;
create policy own on authors using (id > 0);
create table logs (id serial primary key, line text default 'x');
create type mood as enum ('a', 'b');
create sequence ticket;
create trigger touched before update on authors for each row execute function touch();
create index logs_line on logs (line);
''')
"""
BY_HAND = {
    "policy": "create policy more on authors for select using (name <> ':x')",
    "policy changed": "alter policy own on authors using (id > 7)",
    "policy dropped": "drop policy own on authors",
    "row security": (
        "alter table authors enable row level security; alter table authors force row level security"
    ),
    "function": "create function f(i int) returns int language sql as $$ select i % 2 $$",
    "function changed": (
        "create or replace function touch() returns trigger language plpgsql as"
        " $$ begin new.name := E'\\\\:a'; return new; end $$"
    ),
    "trigger": "create trigger t after insert on logs for each row execute function touch()",
    "trigger off": "alter table authors disable trigger touched",
    "view": "create view lines as select line from logs",
    "view option": "alter view names set (security_invoker = true)",
    "view changed": "create or replace view names as select name, id from authors",
    "grant": "grant select on authors to public",
    "table": (
        "create table extra (id int generated always as identity primary key, t text unique check (t <> ''))"
    ),
    "column": "alter table logs add noted timestamptz not null default now()",
    "type": "alter table logs alter line type varchar(9)",
    "default": "alter table logs alter line set default ':y'",
    "check": "alter table logs add constraint ck check (line <> '')",
    "foreign key": "alter table logs add foreign key (id) references authors",
    "index": "create index by_hand on logs (lower(line)) where line is not null",
    "index dropped": "drop index logs_line",
    "label": "alter type mood add value 'c' before 'b'",
    "label order": "alter type mood rename to m; create type mood as enum ('b', 'a'); drop type m",
    "domain": "create domain d as text check (value <> '')",
    "sequence": "alter sequence ticket increment 3",
    "comment": "comment on table logs is 'it''s :so'",
    "schema": "create schema more; create table more.t (i int); create view more.v as select * from more.t",
    "storage": "alter table logs alter line set storage external; alter table logs set (fillfactor = 70)",
    "default privileges": "alter default privileges grant select on tables to public",
    "statistics": "create statistics s on id, line from logs",
    "rule": "create rule r as on delete to logs do instead nothing",
}

NOT_TOGETHER = (
    "policy dropped",
    "view changed",
    "label order",
    "index dropped",
    "default",
    "storage",
    "foreign key",
    "type",
)
"""What speaks of the same objects as another case."""
TOGETHER = "; ".join(sql for case, sql in BY_HAND.items() if case not in NOT_TOGETHER)


def test_all_taken_over_and_all_taken_back(drift_project: DriftProject, scratch: ScratchDatabases) -> None:
    """First the way back, which leaves the database as it was; then the changes again, to be kept."""
    drift_project.second(BASE)
    drift_project.upgrade()
    before = read_live(drift_project)
    drift_project.run(TOGETHER.replace("%", "%%"))
    changed = read_live(drift_project)
    kept = fixed(drift_project, Wish(adopt=("all",)))
    assert (kept.left, kept.commands, kept.models_differ) == ((), ("neonkit upgrade",), ())
    kept_path = kept.revision.path if kept.revision else None
    assert kept_path is not None
    text = kept_path.read_text("utf-8")
    kept_path.unlink()
    rows = drift_project.drift().differences
    only_there = {row.object for row in rows if row.attribute == "existence" and row.live.state == "said"}
    back = fixed(drift_project, Wish(Direction.MIGRATIONS, drop=tuple(only_there)))
    assert back.left == ()
    drift_project.upgrade()
    assert found(drift_project.drift()) == []
    assert compare(before, read_live(drift_project)).changes == ()
    # The same again, by the revision that was kept.
    assert back.revision is not None
    kept_path.write_text(text.replace("'a2'", repr(back.revision.id)), encoding="utf-8")
    drift_project.upgrade()
    assert [c for c in compare(changed, read_live(drift_project)).changes if not _is_order(c)] == []
    assert found(drift_project.drift()) == []
    drift_project.upgrade()
    fresh_is_the_same(drift_project, scratch)


def _is_order(change: ObjectChange) -> bool:
    return [part.attribute for part in change.attributes] == ["column_order"]


def test_what_nobody_named_is_not_dropped(drift_project: DriftProject) -> None:
    drift_project.second(
        "op.execute('alter table authors add old text')\nop.execute('create table outside (i int)')"
    )
    drift_project.upgrade()
    (row,) = drift_project.drift().differences
    result = fixed(drift_project, Wish(Direction.MODELS))
    assert result.revision is None
    assert [(left.object, left.attribute) for left in result.left] == [(row.object, "existence")]
    assert "--drop 'column public.authors.old'" in result.left[0].reason
    named = fixed(drift_project, Wish(Direction.MODELS, drop=(row.object,)))
    assert named.left == ()
    assert named.hazard is Hazard.LOSING_DATA
    assert "op.drop_column('authors', 'old')" in text_of(named)
    with pytest.raises(NoSuchDifferenceError, match=r"'table public\.outside'"):
        fixed(drift_project, Wish(Direction.MODELS, drop=("table public.outside",)))


def test_models_and_database_agree(drift_project: DriftProject, scratch: ScratchDatabases) -> None:
    """No revision said so: the one that does runs in the database as well as in a fresh one."""
    drift_project.models(EMAIL)
    drift_project.run("alter table authors add email varchar")
    result = fixed(drift_project, Wish(Direction.MODELS))
    assert (result.left, result.repeatable, result.commands) == ((), True, ("neonkit upgrade",))
    assert "duplicate_column" in text_of(result)
    drift_project.upgrade()
    assert found(drift_project.drift()) == []
    fresh_is_the_same(drift_project, scratch)


def test_adopting_what_the_models_do_not_say(drift_project: DriftProject) -> None:
    drift_project.run("alter table authors alter name type text")
    result = fixed(drift_project, Wish(adopt=("column public.authors.name",)))
    assert result.models_differ == ("column public.authors.name",)
    drift_project.upgrade()
    assert found(drift_project.drift()) == [("column public.authors.name", "type", Cause.MODELS_MOVED)]


def test_renames_keep_the_rows(drift_project: DriftProject) -> None:
    drift_project.run("insert into authors (name) values ('Ann')")
    drift_project.folder.write("models.py", MODELS.replace("name: Mapped", "full_name: Mapped"))
    renames = (("column public.authors.name", "full_name"),)
    result = fixed(drift_project, Wish(Direction.MODELS, renames=renames))
    assert result.left == ()
    drift_project.upgrade()
    assert found(drift_project.drift()) == []
    with drift_project.database.connect(Job.INSPECT) as connection:
        assert connection.exec_driver_sql("select full_name from authors").scalars().all() == ["Ann"]
    back_and_forth(drift_project)


def test_labels_renamed_and_reordered(drift_project: DriftProject) -> None:
    drift_project.second(
        "op.execute(\"create type mood as enum ('a', 'b'); alter table authors add m mood\")"
    )
    drift_project.upgrade()
    drift_project.models("\n    m: Mapped[str | None] = mapped_column(sa.Enum('z', 'c', 'b', name='mood'))\n")
    renames = (("enum public.mood.a", "z"),)
    drift_project.run("insert into authors (name, m) values ('Ann', 'a')")
    assert fixed(drift_project, Wish(Direction.MODELS, renames=renames)).left == ()
    drift_project.upgrade()
    assert found(drift_project.drift()) == []
    with drift_project.database.connect(Job.INSPECT) as connection:
        assert connection.exec_driver_sql("select m::text from authors").scalars().all() == ["z"]


UNDECIDED = {
    Wish(): "which side is right",
    Wish(drop=("table public.x",)): "which side is right",
    Wish(Direction.MIGRATIONS, adopt=("all",)): "two revisions",
}


def test_nothing_to_do_and_wishes_that_cannot_be(drift_project: DriftProject) -> None:
    for wish, words in UNDECIDED.items():
        with pytest.raises(WishError, match=words):
            fixed(drift_project, wish)
    assert fixed(drift_project, Wish(Direction.MODELS)) == Fixed(None)
    with pytest.raises(NoSuchDifferenceError):
        fixed(drift_project, Wish(adopt=("table public.authors",)))


@pytest.mark.slow
@pytest.mark.parametrize("case", BY_HAND)
def test_taken_over(drift_project: DriftProject, scratch: ScratchDatabases, case: str) -> None:
    """Adopted: the live database may run the revision too, and a fresh one ends as it is."""
    drift_project.second(BASE)
    drift_project.upgrade()
    drift_project.run(BY_HAND[case].replace("%", "%%"))
    objects = tuple({row.object for row in drift_project.drift().differences})
    assert objects
    before = read_live(drift_project)
    result = fixed(drift_project, Wish(adopt=objects))
    assert (result.left, result.models_differ) == ((), ())
    drift_project.upgrade()
    assert compare(before, read_live(drift_project)).changes == ()
    assert found(drift_project.drift()) == []
    fresh_is_the_same(drift_project, scratch)


@pytest.mark.slow
@pytest.mark.parametrize("case", BY_HAND)
def test_taken_back(drift_project: DriftProject, scratch: ScratchDatabases, case: str) -> None:
    """Restored: the live database is as the migrations make one, and a fresh one stays as it is."""
    drift_project.second(BASE)
    drift_project.upgrade()
    before = read_live(drift_project)
    drift_project.run(BY_HAND[case].replace("%", "%%"))
    unnamed = fixed(drift_project, Wish(Direction.MIGRATIONS))
    drop = tuple(left.object for left in unnamed.left)
    assert all("--drop" in left.reason for left in unnamed.left)
    if unnamed.revision is not None:
        unnamed.revision.path.unlink()
    result = fixed(drift_project, Wish(Direction.MIGRATIONS, drop=drop))
    assert (result.left, result.commands) == ((), ("neonkit upgrade",))
    drift_project.upgrade()
    assert found(drift_project.drift()) == []
    changes = compare(before, read_live(drift_project)).changes
    assert [c for c in changes if [part.attribute for part in c.attributes] != ["column_order"]] == []
    fresh_is_the_same(drift_project, scratch)
