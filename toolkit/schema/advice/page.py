"""The rules as Markdown: one of them, or the page of all."""

from __future__ import annotations

from toolkit.schema.advice.registry import TOPICS
from toolkit.schema.advice.rule import Rule

_HEAD = """\
# Advice on schemas

`neonkit schema advise` looks at the database with {count} rules; `neonkit rule ID` shows one of them. Exit
code 5 where something at `--fail-on` or above is found, `error` by default.

The severity is the usual one; the text says where it differs. Rules marked *statistics* need what the server
has counted, those marked *role* the application's role (`--app-role`, or `app_role` in
`[tool.neonkit.isolation]`), those marked *models* models that `[tool.neonkit]` names; without it they say
that they could not tell. Rules marked *named* run only with `--rule ID`, or where `also` of
`[tool.neonkit.advice]` names them. Each example makes its rule speak.
"""


def rules_page() -> str:
    """The page of all rules."""
    count = sum(len(found) for found in TOPICS.values())
    blocks = [_HEAD.format(count=count)]
    for topic, found in TOPICS.items():
        lines = [f"| [`{rule.id}`](#{rule.id}) | {rule.severity.word} | {rule.name} |" for rule in found]
        blocks.append(f"## {topic}\n\n| rule | severity | |\n| --- | --- | --- |\n" + "\n".join(lines) + "\n")
        blocks += [rule_page(rule, level=3) for rule in found]
    return "\n".join(blocks)


def rule_page(rule: Rule, *, level: int = 1) -> str:
    """What one rule looks for, why, an example and the fix."""
    marks = [rule.severity.word, *_marks(rule)]
    return (
        f"{'#' * level} {rule.id}\n\n"
        f"{rule.name} ({', '.join(marks)})\n\n"
        f"{rule.what}\n\n"
        f"*Why.* {rule.why}\n\n"
        f"*Example.*\n\n```sql\n{rule.example}\n```\n\n"
        f"*Fix.* {rule.fix}\n"
    )


def _marks(rule: Rule) -> list[str]:
    marks = {
        "*statistics*": rule.needs_statistics,
        "*role*": rule.needs_app_role,
        "*models*": rule.needs_models,
        "*named*": rule.opt_in,
        f"PostgreSQL {rule.since} and later": rule.since > 14,
    }
    return [mark for mark, holds in marks.items() if holds]
