"""What nobody explained."""

from __future__ import annotations

from toolkit.schema.advice.fixes import comment_on
from toolkit.schema.advice.rule import INFO, Advice, Found, rule
from toolkit.schema.advice.scope import Scope
from toolkit.schema.objects import Kind
from toolkit.schema.snapshot import OWN


@rule(
    "missing-comment",
    INFO,
    name="Object without a comment",
    why="A comment is read where the object is met: in `psql`, in the terminal UI, in generated pages.",
    example="CREATE TABLE tasks (id bigint PRIMARY KEY);",
    fix="COMMENT ON, or `comment=` in the model. Runs only when it is named; `comment_kinds` says for "
    "which kinds, `comment_all_or_nothing` that kinds without any comment are left alone.",
    opt_in=True,
)
def missing_comment(scope: Scope) -> Found:
    """An object of a kind in `comment_kinds`, tables by default, that has no comment."""
    wanted = {Kind(kind) for kind in scope.settings.comment_kinds}
    if scope.settings.comment_all_or_nothing:
        wanted &= {thing.kind for thing in scope.snapshot.in_order if thing.comment and thing.origin in OWN}
    skipped = {table.key for tables in scope.partitions.values() for table in tables}
    for thing in scope.snapshot.in_order:
        name = thing.key.path[-1] if thing.key.path else ""
        if (
            thing.kind in wanted
            and thing.origin in OWN
            and thing.comment is None
            and thing.key not in skipped
        ):
            if thing.kind is Kind.TABLE and name in scope.settings.version_tables:
                continue
            yield Advice(
                thing.key,
                f"{thing.kind} {thing.key.name} has no comment.",
                comment_on("say what it is for", thing.kind, thing.key.name),
            )
