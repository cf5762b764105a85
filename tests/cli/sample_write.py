"""A command that asks before it writes, inside the real frame; run by the tests of questions and signals."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer
from typer.main import get_command

from toolkit.cli.call import Call
from toolkit.cli.diagnostics import run_reported
from toolkit.cli.frame import AskingCommand, adopt

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(cls=AskingCommand)
def write(
    ctx: typer.Context,
    lose: Annotated[list[str] | None, typer.Option(help="What would be lost.")] = None,
) -> None:
    """Pretend to write."""
    call = Call.of(ctx)
    workspace = call.permit("Write to it?", losses=lose or [])
    call.show({"read_only": workspace.settings.read_only}, "written")


@app.command()
def destroy(ctx: typer.Context) -> None:
    """Pretend to destroy something beside the database."""
    call = Call.of(ctx)
    call.confirm("Destroy it?")
    call.show({}, "destroyed")


@app.command()
def work(ctx: typer.Context, deaf: bool = False) -> None:
    """Work for long, listening to the token or not."""
    call = Call.of(ctx)
    cancel = call.cancel
    call.show({}, "working")
    end = time.monotonic() + 20
    while time.monotonic() < end:
        time.sleep(0.01)
        if not deaf:
            cancel.raise_if_cancelled()


@app.command()
def query(ctx: typer.Context) -> None:
    """Wait inside the driver, where no Python code runs."""
    from sqlalchemy import text

    from toolkit.database.jobs import Job

    call = Call.of(ctx)
    with call.workspace().database.connect(Job.INSPECT, cancel=call.cancel) as connection:
        call.show({}, "working")
        connection.execute(text("SELECT pg_sleep(20)"))


adopt(app)
made = Call(sys.argv[1:])
sys.exit(
    run_reported(
        made,
        sys.argv[1:],
        lambda: get_command(app).main(prog_name="sample", standalone_mode=False, obj=made),
    )
)
