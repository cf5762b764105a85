"""What `--isolation-trace` costs a program: a statement that is new, and one that was read before.

    python -m benchmarks.isolation_trace --write

Processor time, of the reading and judging alone; no server takes part. `--write` puts the table into the
section "isolation trace" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import time
import timeit
from collections.abc import Callable, Mapping
from functools import partial

from benchmarks.catalog import write_section
from toolkit.demo.models import metadata
from toolkit.isolation.trace import Grounds, StatementAudit
from toolkit.models import ModelRegistry, OwnershipRules, build_ownership

STATEMENTS: Mapping[str, str] = {
    "by key and owner": "SELECT id, title FROM tasks WHERE id = %(key)s AND user_id = %(user)s",
    "join of three tables": (
        "SELECT tasks.title, tags.name FROM tasks JOIN task_tag_links l ON l.task_id = tasks.id"
        " AND l.user_id = tasks.user_id JOIN tags ON tags.id = l.tag_id AND tags.user_id = l.user_id"
        " WHERE tasks.user_id = %(user)s ORDER BY tasks.title LIMIT 20"
    ),
    "insert": "INSERT INTO tags (id, user_id, name) VALUES (%(key)s, %(user)s, %(name)s) RETURNING id",
    "page with count": (
        "SELECT *, (SELECT count(*) FROM task_tag_links l"
        " WHERE l.task_id = tasks.id AND l.user_id = tasks.user_id)"
        " FROM tasks WHERE user_id = %(user)s AND (title = %(name)s OR status = %(name)s)"
    ),
}
VALUES = {"user": "u", "key": "k", "name": "n"}


def main() -> None:
    """Measure each statement; print the table, and write it if asked to."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--write", action="store_true")
    write: bool = options.parse_args().write
    graph = build_ownership(ModelRegistry.of(metadata).shapes, OwnershipRules(owner_root="users"))
    grounds = Grounds.of(graph)
    lines = ["| statement | new, µs | read before, µs |", "| --- | ---: | ---: |"]
    for name, sql in STATEMENTS.items():
        new = microseconds(partial(heard_first, sql, grounds), 200)
        audit = StatementAudit(grounds)
        again = microseconds(partial(audit.hear, sql, VALUES, "u"), 5000)
        assert not audit.report().findings
        lines.append(f"| {name} | {new:.0f} | {again:.1f} |")
    lines += [
        "",
        "Processor time, the best of 7 rounds. Repeat: `python -m benchmarks.isolation_trace --write`.",
    ]
    print("\n".join(lines))
    if write:
        write_section("isolation trace", "\n".join(lines))


def heard_first(sql: str, grounds: Grounds) -> None:
    """Hear a statement that was not heard before."""
    StatementAudit(grounds).hear(sql, VALUES, "u")


def microseconds(run: Callable[[], object], times: int) -> float:
    """Processor time of one run, the best of seven rounds."""
    rounds = timeit.repeat(run, timer=time.process_time, number=times, repeat=7)
    return min(rounds) / times * 1e6


if __name__ == "__main__":
    main()
