"""Rules on a revision's file as Python."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from toolkit.migrate.lint.reading.source import body_of, calls_in, dotted, keyword
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, INFO, WARNING, Found, Said, revision_rule

_LIBRARIES: Final = frozenset(
    """
    alembic sqlalchemy sqlmodel geoalchemy2 pgvector sqlalchemy_utils citext alembic_utils
    alembic_postgresql_enum psycopg psycopg2 asyncpg pydantic dateutil pytz
    """.split()  # noqa: SIM905 - a plain word list reads better
)
_CLOCKS: Final = (
    "datetime.now",
    "datetime.utcnow",
    "date.today",
    "time.time",
    "uuid4",
    "uuid1",
    "random.random",
)
_RUNS: Final = ("op.execute", "text", "sa.text", "exec_driver_sql")


@revision_rule(
    "revision-imports-application",
    WARNING,
    name="Revision that imports the application",
    why="The revision is of yesterday, the models are of today: when a column goes, every database that "
    "has not "
    "run it yet, and every test, fails in it.",
    example="""
from app.models import User

def upgrade():
    op.execute(sa.insert(User.__table__).values(name="root"))

def downgrade():
    op.execute("DELETE FROM users WHERE name = 'root'")
""",
    language="python",
    safe="Write the few tables and columns it needs with sa.table() and sa.column() in the revision.",
)
def revision_imports_application(scope: RevisionScope) -> Found:
    """An import of a module that neither Python, Alembic, SQLAlchemy nor another installed library has."""
    for module, line in scope.source.modules if scope.source else ():
        if _is_of_the_application(module):
            yield Said(f"It imports {module}, which goes on changing.", line=line)


def _is_of_the_application(module: str) -> bool:
    top = module.partition(".")[0]
    if not top:
        return True
    if top in _LIBRARIES or top in sys.stdlib_module_names:
        return False
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return True
    origin = (spec.origin or "") if spec else ""
    return "site-packages" not in origin and "dist-packages" not in origin


@revision_rule(
    "revision-orm-session",
    WARNING,
    name="ORM session in a revision",
    why="It loads whole objects, flushes when it likes, and a commit in it ends Alembic's transaction.",
    example="""
from sqlalchemy.orm import Session

def upgrade():
    session = Session(op.get_bind())
    session.commit()

def downgrade():
    raise NotImplementedError
""",
    language="python",
    safe="Plain statements through op.execute.",
)
def revision_orm_session(scope: RevisionScope) -> Found:
    """`Session(...)` or `sessionmaker(...)` in upgrade."""
    for call in _upgrade_calls(scope):
        if dotted(call.func).split(".")[-1] in ("Session", "sessionmaker", "scoped_session"):
            yield Said("A session of the ORM works in the revision.", line=call.lineno)


@revision_rule(
    "revision-needs-live-database",
    INFO,
    name="Revision that looks at the live database",
    why="What it does depends on what is there: it cannot be written as SQL beforehand, and its "
    "statements are "
    "known only from a run on a scratch copy.",
    example="""
def upgrade():
    if "colour" not in {one["name"] for one in sa.inspect(op.get_bind()).get_columns("tasks")}:
        op.add_column("tasks", sa.Column("colour", sa.Text()))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="IF NOT EXISTS, or a statement that finds out by itself; `neonkit rehearse` before it runs.",
)
def revision_needs_live_database(scope: RevisionScope) -> Found:
    """`op.get_bind()`, `inspect(...)` or `op.get_context().connection` in upgrade."""
    for call in _upgrade_calls(scope):
        name = dotted(call.func)
        if name == "op.get_bind" or name.split(".")[-1] == "inspect":
            yield Said("What it does depends on the database it meets.", line=call.lineno)
            return


@revision_rule(
    "revision-branches-on-offline",
    WARNING,
    name="Revision that does something else when written as SQL",
    why="What is reviewed as SQL is not what runs.",
    example="""
def upgrade():
    if not op.get_context().as_sql:
        op.add_column("tasks", sa.Column("colour", sa.Text()))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="One way for both.",
)
def revision_branches_on_offline(scope: RevisionScope) -> Found:
    """`as_sql` or `is_offline_mode()` in upgrade."""
    if scope.source is None:
        return
    for function in scope.source.reached("upgrade"):
        for node in ast.walk(function):
            if isinstance(node, ast.Attribute) and node.attr in ("as_sql", "is_offline_mode"):
                yield Said("Written as SQL it does something else than when it runs.", line=node.lineno)
                return


@revision_rule(
    "metadata-create-all",
    ERROR,
    name="create_all or drop_all in a revision",
    why="It makes or drops what the models say on the day it runs: two databases at one revision are not "
    "alike, "
    "and drop_all loses every row.",
    example="""
from sqlalchemy import MetaData

def upgrade():
    MetaData().create_all(op.get_bind())

def downgrade():
    raise NotImplementedError
""",
    language="python",
    safe="op.create_table for each table, as autogenerate writes it.",
)
def metadata_create_all(scope: RevisionScope) -> Found:
    """`.create_all(...)` or `.drop_all(...)` in upgrade."""
    for call in _upgrade_calls(scope):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("create_all", "drop_all"):
            yield Said(f"{call.func.attr} does what the models say on the day it runs.", line=call.lineno)


@revision_rule(
    "default-not-deterministic",
    WARNING,
    name="Default taken from the day of the run",
    why="The value is computed once, by Python, when the revision runs: every row of every database gets the "
    "moment or the id of its own migration, for ever.",
    example="""
from datetime import datetime

def upgrade():
    op.add_column("tasks", sa.Column("seen", sa.Text(), server_default=str(datetime.now())))

def downgrade():
    op.drop_column("tasks", "seen")
""",
    language="python",
    safe='sa.text("now()"), which the server computes.',
)
def default_not_deterministic(scope: RevisionScope) -> Found:
    """A call of a clock, of random or of uuid inside `server_default`."""
    for call in _upgrade_calls(scope):
        value = keyword(call, "server_default")
        for inner in calls_in(value) if value is not None else ():
            if dotted(inner.func).endswith(_CLOCKS):
                sentence = f"{dotted(inner.func)}() is called once, when the revision runs."
                yield Said(sentence, line=inner.lineno)


@revision_rule(
    "default-only-in-python",
    WARNING,
    name="Default that the database does not get",
    why="`default=` is for SQLAlchemy's inserts. In a revision it does nothing: old rows stay without a "
    "value, and "
    "a NOT NULL column fails.",
    example="""
def upgrade():
    op.add_column("tasks", sa.Column("colour", sa.Text(), default="red"))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="server_default=",
)
def default_only_in_python(scope: RevisionScope) -> Found:
    """`default=` without `server_default=` on a column in op.add_column."""
    for call in _upgrade_calls(scope):
        if not dotted(call.func).endswith("op.add_column"):
            continue
        for column in calls_in(call):
            named = dotted(column.func).split(".")[-1] == "Column"
            if named and keyword(column, "default") is not None and keyword(column, "server_default") is None:
                yield Said("The database gets no default.", line=column.lineno)


@revision_rule(
    "raw-sql-built-from-values",
    WARNING,
    name="SQL put together from values that are read",
    why="A quote in a value ends the literal: the statement fails, or does what the value says.",
    example="""
def upgrade():
    rows = op.get_bind().execute(sa.text("SELECT id, name FROM users"))
    for row in rows:
        op.execute(f"UPDATE users SET name = '{row.name.strip()}' WHERE id = {row.id}")

def downgrade():
    pass
""",
    language="python",
    safe='sa.text("... :name").bindparams(name=value), or one statement that needs no values from Python.',
)
def raw_sql_built_from_values(scope: RevisionScope) -> Found:
    """An f-string, `%` or `.format` with attributes or items of something, in op.execute or text()."""
    for call in _upgrade_calls(scope):
        if not dotted(call.func).endswith(_RUNS) or not call.args:
            continue
        if any(True for _ in _values_in(call.args[0])):
            yield Said("A quote in a value would end the literal.", line=call.lineno)


def _values_in(node: ast.expr) -> Iterator[ast.AST]:
    """The parts of a text under construction that come from rows: `row.name`, `row[0]`."""
    pieces: list[ast.AST] = []
    if isinstance(node, ast.JoinedStr):
        pieces = [one.value for one in node.values if isinstance(one, ast.FormattedValue)]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        pieces = [node.right]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        pieces = [*node.args, *(one.value for one in node.keywords)]
    for piece in pieces:
        called = {id(call.func) for call in calls_in(piece)}
        for inner in ast.walk(piece):
            if id(inner) in called:
                continue
            is_item = isinstance(inner, ast.Subscript) or (
                isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name)
            )
            names = {one.id for one in ast.walk(inner) if isinstance(one, ast.Name)}
            if is_item and not any(name.isupper() for name in names):
                yield inner


@revision_rule(
    "batch-alter",
    INFO,
    name="batch_alter_table on PostgreSQL",
    why="It is for SQLite, which cannot alter tables. On PostgreSQL it does the same as plain "
    "operations, and "
    'with recreate="always" it copies the table.',
    example="""
def upgrade():
    with op.batch_alter_table("tasks") as batch:
        batch.add_column(sa.Column("colour", sa.Text()))

def downgrade():
    op.drop_column("tasks", "colour")
""",
    language="python",
    safe="op.add_column, op.alter_column and so on.",
)
def batch_alter(scope: RevisionScope) -> Found:
    """`op.batch_alter_table`; an error with `recreate="always"`."""
    for call in _upgrade_calls(scope):
        if dotted(call.func).endswith("op.batch_alter_table"):
            recreate = keyword(call, "recreate")
            always = isinstance(recreate, ast.Constant) and recreate.value == "always"
            what = "The whole table is copied." if always else "Plain operations do the same."
            yield Said(what, line=call.lineno, severity=ERROR if always else None)


@revision_rule(
    "constraint-without-name",
    ERROR,
    name="Constraint dropped or made with None for a name",
    why="Without a naming convention in env.py dropping it fails, and one that is made gets a name that "
    "nobody "
    "knows.",
    example="""
def upgrade():
    op.create_unique_constraint(None, "notes", ["body"])

def downgrade():
    op.drop_constraint(None, "notes")
""",
    language="python",
    safe="Name it.",
)
def constraint_without_name(scope: RevisionScope) -> Found:
    """None as the name in op.drop_constraint, op.create_foreign_key and the like; an error where it is
    dropped.
    """
    for call in scope.source.calls if scope.source else ():
        name = dotted(call.func).rpartition("op.")[2]
        first = call.args[0] if call.args else None
        if not isinstance(first, ast.Constant) or first.value is not None:
            continue
        if name == "drop_constraint":
            yield Said("There is no constraint to drop without a name.", line=call.lineno)
        elif name in ("create_foreign_key", "create_unique_constraint", "create_check_constraint"):
            yield Said("The server makes the name up.", line=call.lineno, severity=WARNING)


@revision_rule(
    "upgrade-empty",
    INFO,
    name="Revision that does nothing",
    why="It is noise in the history, or something was forgotten.",
    example="""
def upgrade():
    pass

def downgrade():
    pass
""",
    language="python",
    safe="Take it out before anybody has it; a merge of branches may be empty.",
)
def upgrade_empty(scope: RevisionScope) -> Found:
    """An upgrade whose body is `pass`, in a revision that merges nothing."""
    source = scope.source
    is_merge = scope.revision is not None and scope.revision.is_merge
    if source is None or source.upgrade is None or is_merge:
        return
    if all(isinstance(one, ast.Pass) for one in body_of(source.upgrade)):
        yield Said("The upgrade is empty.", line=source.upgrade.lineno)


def _upgrade_calls(scope: RevisionScope) -> tuple[ast.Call, ...]:
    return () if scope.source is None else scope.source.upgrade_calls
