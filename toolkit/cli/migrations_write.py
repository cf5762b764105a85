"""`neonkit revision` and `merge`: what writes revision files."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.call import Call

Message = Annotated[
    str | None, typer.Option("--message", "-m", metavar="TEXT", help="What the revision does.")
]
BranchLabel = Annotated[
    str | None, typer.Option("--branch-label", metavar="LABEL", help="A label for the branch it begins.")
]
RevId = Annotated[str | None, typer.Option("--rev-id", metavar="ID", help="The id, instead of a random one.")]


def revision(
    ctx: typer.Context,
    message: Message = None,
    autogenerate: Annotated[
        bool, typer.Option("--autogenerate", help="From what the models have and the database has not.")
    ] = False,
    sql: Annotated[
        bool, typer.Option("--sql", help="Run env.py offline, where the project wants it run.")
    ] = False,
    head: Annotated[
        str, typer.Option("--head", metavar="REVISION", help="The revision it follows.")
    ] = "head",
    splice: Annotated[
        bool, typer.Option("--splice", help="Allow it to follow a revision that others follow.")
    ] = False,
    branch_label: BranchLabel = None,
    version_path: Annotated[
        str | None, typer.Option("--version-path", metavar="DIR", help="Which of several version folders.")
    ] = None,
    rev_id: RevId = None,
    depends_on: Annotated[
        list[str] | None,
        typer.Option("--depends-on", metavar="REVISION", help="A revision it needs; may be repeated."),
    ] = None,
    drop_tables: Annotated[
        bool, typer.Option("--drop-tables", help="Also drop tables that are not in the models.")
    ] = False,
) -> None:
    """Write a new revision file."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import written_text

    call = Call.of(ctx)
    project = call.workspace().project
    database = call.workspace().database if autogenerate or migrate.runs_env_for_revisions(project) else None
    written = migrate.revision(
        project,
        database,
        message,
        autogenerate=autogenerate,
        sql=sql,
        head=head,
        splice=splice,
        branch_label=branch_label,
        version_path=version_path,
        rev_id=rev_id,
        depends_on=depends_on or (),
        drop_tables=drop_tables,
        emit=call.emit,
    )
    call.show(written, lambda: written_text(written))


def merge(
    ctx: typer.Context,
    revisions: Annotated[list[str], typer.Argument(metavar="REVISION", help="What to join; heads for all.")],
    message: Message = None,
    splice: Annotated[bool, typer.Option("--splice", help="Allow to join what others follow.")] = False,
    branch_label: BranchLabel = None,
    rev_id: RevId = None,
) -> None:
    """Write a revision that joins several."""
    from toolkit import migrate
    from toolkit.cli.migrations_text import written_text

    call = Call.of(ctx)
    written = migrate.merge(
        call.workspace().project,
        revisions,
        message,
        splice=splice,
        branch_label=branch_label,
        rev_id=rev_id,
        emit=call.emit,
    )
    call.show(written, lambda: written_text(written))
