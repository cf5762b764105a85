"""`neonkit rule`: what one rule looks for, why, an example and the fix. Reads no database and no settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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
    text, told = _page(id_)
    Call.of(ctx).show(told, lambda: text.rstrip("\n"))


def known_rules() -> frozenset[str]:
    """The ids of the rules of all checks that suppressions are for."""
    from toolkit.migrate import lint
    from toolkit.schema import advice

    return frozenset({*(one.id for one in advice.rules()), *(one.id for one in lint.rules()), *_sentences()})


def _sentences() -> dict[str, str]:
    """The rules that are told in a sentence or two, without a page of their own."""
    from toolkit.check.rules import RULES as OF_CHECK
    from toolkit.isolation.rules import RULES as OF_ISOLATION
    from toolkit.isolation.trace.audit import RULES as OF_TRACES
    from toolkit.migrate.rules import RULES as OF_RUNS

    return {**OF_ISOLATION, **OF_TRACES, **OF_CHECK, **OF_RUNS}


def _page(id_: str) -> tuple[str, dict[str, Any]]:
    """The rule's page and its parts, whichever check it belongs to.

    Raises `UnknownRuleError` with the nearest ones.
    """
    from toolkit.schema import advice

    if (of_advice := {one.id: one for one in advice.rules()}.get(id_)) is not None:
        return advice.rule_page(of_advice), _parts(of_advice)

    from toolkit.migrate import lint

    if (of_lint := {one.id: one for one in lint.rules()}.get(id_)) is not None:
        return lint.rule_page(of_lint), _parts(of_lint)

    from toolkit.suppression import OWN_RULES

    sentences = {**OWN_RULES, **_sentences()}
    if id_ in sentences:
        return f"# {id_}\n\n{sentences[id_]}", {"id": id_, "what": sentences[id_]}

    import difflib

    nearest = difflib.get_close_matches(id_, [*sorted(known_rules()), *OWN_RULES])
    raise advice.UnknownRuleError(rule=id_, suggestions=tuple(nearest))


def _parts(found: Rule | LintRule) -> dict[str, Any]:
    import dataclasses

    return {one.name: getattr(found, one.name) for one in dataclasses.fields(found) if one.name != "check"}
