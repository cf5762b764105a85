"""`neonkit schema`: what is in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import schema_advise, schema_data
from toolkit.cli.call import Call
from toolkit.cli.drift_options import Fresh, Place, Scratch
from toolkit.cli.schema_ddl import ddl
from toolkit.cli.schema_diff import LIVE, diff
from toolkit.cli.schema_sides import SIDE, sides_of

if TYPE_CHECKING:
    from toolkit.schema import Snapshot


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(name="schema", help="What is in the database, exactly.", no_args_is_help=True)
    group.command("summary")(summary)
    group.command("show")(show)
    group.command("tree")(tree)
    group.command("snapshot")(snapshot)
    group.command("diff")(diff)
    group.command("diagram")(diagram)
    schema_advise.register(group)
    group.command("ddl")(ddl)
    schema_data.add_to(group)
    app.add_typer(group)


Sizes = Annotated[bool, typer.Option("--sizes/--no-sizes", help="Measure bytes on disk.")]


def summary(ctx: typer.Context, sizes: Sizes = True) -> None:
    """How many objects of each kind, and one line per table."""
    from toolkit.cli.schema_text import summary_text
    from toolkit.schema import summarise

    call = Call.of(ctx)
    found = summarise(_read(call, sizes=sizes))
    call.show(found, lambda: summary_text(found))


def show(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="OBJECT", help="Such as tasks, public.tasks, tasks.title, 'index tasks_pkey'."
        ),
    ] = None,
) -> None:
    """Everything about one object; without a name, the summary."""
    if name is None:
        summary(ctx)
        return
    from toolkit.cli.schema_text import description_text
    from toolkit.schema import describe

    call = Call.of(ctx)
    read = _read(call, sizes=True)
    found = describe(read, read.find(name))
    call.show(found, lambda: description_text(found))


def tree(
    ctx: typer.Context,
    brief: Annotated[bool, typer.Option("--brief", help="Without columns, indexes and so on.")] = False,
) -> None:
    """Schemas, the objects in them, and what stands on each table."""
    from toolkit.cli.schema_text import tree_text
    from toolkit.schema import tree as nodes_of

    call = Call.of(ctx)
    nodes = nodes_of(_read(call), parts=not brief)
    call.show(nodes, lambda: tree_text(nodes))


def snapshot(
    ctx: typer.Context,
    side: Annotated[str, typer.Argument(metavar="[SIDE]", help=f"Of what: {SIDE}")] = LIVE,
    sizes: Annotated[
        bool, typer.Option("--sizes", help="Also rows and bytes, which change by themselves.")
    ] = False,
    scratch: Scratch = Place.AUTO,
    fresh: Fresh = False,
) -> None:
    """The whole structure as JSON, to keep and compare.

    neonkit schema snapshot > FILE writes the same text as long as the structure is the same.
    """
    import json

    from toolkit.schema import to_json

    call = Call.of(ctx)
    if side == LIVE:
        found = _read(call, sizes=sizes)
    else:
        (known,) = sides_of(call, (side,), scratch, fresh=fresh)
        found = known.snapshot
    text = to_json(found, sizes=sizes and side == LIVE).rstrip("\n")
    call.show(json.loads(text), text)


def diagram(
    ctx: typer.Context,
    table: Annotated[
        str | None, typer.Argument(metavar="TABLE", help="Only what is near this table.")
    ] = None,
    hops: Annotated[int, typer.Option(min=0, metavar="N", help="How many foreign keys away is near.")] = 1,
    dot: Annotated[bool, typer.Option("--dot", help="DOT for Graphviz instead of Mermaid.")] = False,
) -> None:
    """Tables and foreign keys as a diagram in Mermaid text."""
    from toolkit.schema.diagram import diagram as drawn
    from toolkit.schema.objects import Kind, Qualified

    call = Call.of(ctx)
    read = _read(call)
    around = None if table is None else Qualified(*read.find(f"{Kind.TABLE} {table}").path)
    form = "dot" if dot else "mermaid"
    text = drawn(read, around=around, hops=hops, form="dot" if dot else "mermaid")
    call.show({"format": form, "text": text}, text)


def _read(call: Call, *, sizes: bool = False) -> Snapshot:
    from toolkit.database import Job
    from toolkit.schema import read_snapshot

    with call.workspace().database.connect(Job.INSPECT, emit=call.emit, cancel=call.cancel) as connection:
        return read_snapshot(connection, sizes=sizes)
