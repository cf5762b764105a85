"""The rules as Markdown: one of them, or the page of all."""

from __future__ import annotations

from typing import Final

from toolkit.migrate.lint.examples import WORLD_SQL
from toolkit.migrate.lint.registry import FAMILIES
from toolkit.migrate.lint.rule import Looks, Rule

_HEAD: Final = """\
# Lint: what a revision would do, judged before it runs

`neonkit lint` looks at revisions with {count} rules; `neonkit rule ID` shows one of them. Exit code 5 where
something at `--fail-on` or above is found, `error` by default.

Without an argument the whole history is judged. `RANGE` is a revision, `start:end` (what an upgrade from
start to end runs; either may be left out), `pending` or `current:` (from where the database stands), or SQL
files; `--since REF` leaves what is new in git since then. A revision is judged in the schema that all those
before it made. Its statements come from Alembic's offline rendering; where a revision looks at the live
database, from a run of the history in a scratch database that is thrown away; where neither works, it is
listed as unknown.

| severity | means |
| --- | --- |
| error | users wait for a time that grows with the table, rows or data are lost, or it cannot run |
| warning | users may be hurt: a lock to queue behind, a name that code uses, what only the data tells |
| info | worth knowing; style |

A table that the same revision makes has no users: locks on it are not spoken of. With `--live` the sizes and
counters of the database lower what concerns small tables and raise what concerns busy ones. What a statement
locks, rewrites and scans is looked up in the [lock matrix](lock-matrix.md), which is measured.

## Living with findings

A comment in the line, or in the line above, silences a rule there, with a reason:

```py
op.drop_column("tasks", "done")  # neonkit: ignore[column-drop] nothing has read it since March
```

In SQL files the comment begins with `--`. In `pyproject.toml`, for many revisions:

```toml
[[tool.neonkit.ignore]]
rule = "index-create-blocking"
subject = "*archive*"
reason = "the archive is written to at night only"
```

A suppression that silences nothing is a finding itself. `--write-baseline` keeps what an old project lives
with; from then on only what is new is told.

## The examples

Each example makes its rule speak when it runs after these statements of earlier revisions, and the safe way
does not. `COMMIT` in an example is where an autocommit block begins, `BEGIN` where it ends, and `-- next
revision` parts revisions.

```sql
{world}
```
"""


def rules_page() -> str:
    """The page of all rules."""
    count = sum(len(found) for found in FAMILIES.values())
    blocks = [_HEAD.format(count=count, world=WORLD_SQL.strip())]
    for family, found in FAMILIES.items():
        lines = [f"| [`{rule.id}`](#{rule.id}) | {rule.severity.word} | {rule.name} |" for rule in found]
        blocks.append(
            f"## {family}\n\n| rule | severity | |\n| --- | --- | --- |\n" + "\n".join(lines) + "\n"
        )
        blocks += [rule_page(rule, level=3) for rule in found]
    return "\n".join(blocks)


def rule_page(rule: Rule, *, level: int = 1) -> str:
    """What one rule looks for, why, an example and the safe way."""
    about = "" if rule.looks_at is Looks.STATEMENT else f", of a whole {rule.looks_at.value}"
    blocks = [
        f"{'#' * level} {rule.id}",
        f"{rule.name} ({rule.severity.word}{about})",
        rule.what,
        f"*Why.* {rule.why}",
        "*Example.*",
        _code("py" if rule.language == "python" else "sql", rule.example),
        f"*Safe.* {rule.safe}",
    ]
    if rule.safe_sql:
        blocks += [_code("sql", rule.safe_sql), _code("py", rule.safe_operations)]
    return "\n\n".join(blocks) + "\n"


def _code(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"
