"""`neonkit rule`: what one rule looks for, why, an example and the fix. Reads no database and no settings."""

from __future__ import annotations

from typing import Annotated

import typer

from toolkit.cli.call import Call


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rule")(rule)


def rule(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="Such as fk-without-index.")],
) -> None:
    """Explain one rule. `neonkit schema rules` lists those on schemas."""
    import dataclasses

    from toolkit.schema.advice import rule_named, rule_page

    found = rule_named(id_)
    told = {one.name: getattr(found, one.name) for one in dataclasses.fields(found) if one.name != "check"}
    Call.of(ctx).show(told, lambda: rule_page(found).rstrip("\n"))
