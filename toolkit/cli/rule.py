"""`neonkit rule`: what one rule looks for, why, an example and the fix. Reads no database and no settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.call import Call

if TYPE_CHECKING:
    from toolkit.migrate.lint import Rule as LintRule
    from toolkit.schema.advice import Rule


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rule")(rule)


def rule(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="Such as fk-without-index.")],
) -> None:
    """Explain one rule. `neonkit schema rules` lists those on schemas, docs/lint.md those on revisions."""
    import dataclasses

    text, found = _page(id_)
    told = {one.name: getattr(found, one.name) for one in dataclasses.fields(found) if one.name != "check"}
    Call.of(ctx).show(told, lambda: text.rstrip("\n"))


def _page(id_: str) -> tuple[str, Rule | LintRule]:
    """The rule and its page, whichever check it belongs to. Raises `UnknownRuleError` with the nearest
    ones.
    """
    from toolkit.schema import advice

    on_schemas = {one.id: one for one in advice.rules()}
    if (of_advice := on_schemas.get(id_)) is not None:
        return advice.rule_page(of_advice), of_advice

    from toolkit.migrate import lint

    on_revisions = {one.id: one for one in lint.rules()}
    if (of_lint := on_revisions.get(id_)) is not None:
        return lint.rule_page(of_lint), of_lint

    import difflib

    nearest = difflib.get_close_matches(id_, [*on_schemas, *on_revisions])
    raise advice.UnknownRuleError(rule=id_, suggestions=tuple(nearest))
