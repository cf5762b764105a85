"""Single faults in a right application: what brute force says of each, and whether the verdict table sees it.

    python -m benchmarks.isolation_mutants --write

The faults of schema, policies, roles, data and doors are those of tests/fixtures/isolation_mutants.py; those
of the program's statements are tests/isolation/trace/cases. Truth is what a server shows when everything is
sent as each user. `--write` makes docs/isolation-mutants.md anew.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from toolkit.database.embedded import EmbeddedServer
from toolkit.database.scratch import ScratchDatabases
from toolkit.isolation import Verdict
from toolkit.isolation.trace import Grounds, Standing, requirements
from toolkit.models.ownership import OwnershipRules, build_ownership

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests"))

from fixtures.isolation import APP, World, build_world, moment_in  # noqa: E402 - a folder of the tests
from fixtures.isolation_mutants import MUTANTS, REFERENCE, Mutant  # noqa: E402
from fixtures.isolation_truth import truth  # noqa: E402
from isolation.trace.small_world import SHAPES  # noqa: E402
from isolation.trace.worlds import Asked, cases  # noqa: E402

PAGE = ROOT / "docs" / "isolation-mutants.md"
KILLED = "killed"
OPENS_NOTHING = "opens nothing"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault: what leaks by brute force, and what the verdict table says of it."""

    name: str
    leaks: int
    verdict: str


def main() -> None:
    """Run all faults, print the totals."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--write", action="store_true")
    options.add_argument("--every", type=int, default=1, help="only every so manieth fault")
    chosen = options.parse_args()
    rows = [*_of_databases(chosen.every), *_of_statements()]
    text = page(rows)
    if chosen.write:
        PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


def _of_databases(every: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        scratch = ScratchDatabases(server.start().url)
        try:
            with scratch.create() as url:
                build_world(url)
                World(url, APP, "isolation_other").run(*REFERENCE)
                for number, mutant in enumerate(MUTANTS[::every], start=1):
                    leaks = truth(url, APP, mutant.sql())
                    with moment_in(url) as moment:
                        moment.run(*mutant.statements)
                        report = moment.judge()
                    said = {(c.table.removeprefix("public."), c.verb.value): c.verdict for c in report.cells}
                    yield _row(mutant, leaks, said)
                    sys.stderr.write(f"\r{number} of {len(MUTANTS[::every])}")
        finally:
            server.destroy()


def _row(mutant: Mutant, leaks: set[tuple[str, str]], said: dict[tuple[str, str], Verdict]) -> Row:
    """Killed if every place that leaks is called a leak; else the kindest word on one that leaks."""
    kindness = (Verdict.LEAK, Verdict.UNKNOWN, Verdict.CONDITIONAL, Verdict.HELD, Verdict.PROVEN)
    if not leaks:
        return Row(mutant.name, 0, OPENS_NOTHING)
    words = [said.get(place, Verdict.UNKNOWN) for place in leaks]
    kindest = max(words, key=kindness.index)
    return Row(mutant.name, len(leaks), KILLED if kindest is Verdict.LEAK else kindest.value)


def _of_statements() -> Iterator[Row]:
    rules = OwnershipRules(owner_root="public.users", shared={"public.colours": "the same for everybody"})
    grounds = Grounds.of(build_ownership(SHAPES, rules))
    for sql in cases("unbound"):
        standings = {each.standing(Asked()) for each in requirements(sql, grounds)}
        killed = Standing.UNBOUND in standings
        yield Row(f"`{sql}`", 1, KILLED if killed else " ".join(sorted(s.name for s in standings)))


def page(rows: list[Row]) -> str:
    """The page as Markdown."""
    of_code = [row for row in rows if row.name.startswith("`")]
    of_databases = [row for row in rows if row not in of_code]
    parts = [
        "# What the detector is tested with: single faults in a right application",
        "",
        "Made by `python -m benchmarks.isolation_mutants --write`.",
        "",
        "Each fault is put alone into an application that is right: six owned tables, a policy per verb,",
        "forced row security, composite keys, a partition and a view. Truth is brute force: everything a",
        "user could send is sent as each, without identity and with an empty one, and whose rows came back",
        "or changed is compared. A fault counts as killed if every table and verb that leaks by brute force",
        "is LEAK.",
        "",
        f"- of the database: {_rate(of_databases)} killed",
        f"- of the program's statements (`isolation trace`): {_rate(of_code)} killed",
        f"- called PROVEN or HELD though it leaks: {sum(row.verdict in ('PROVEN', 'HELD') for row in rows)}",
        "",
        "The right application itself: every cell PROVEN or HELD, no finding, nothing unknown.",
        "",
        "| fault | leaking cells | verdict |",
        "|---|---|---|",
        *(f"| {row.name.replace('|', chr(92) + '|')} | {row.leaks} | {row.verdict} |" for row in rows),
        "",
    ]
    return "\n".join(parts)


def _rate(rows: list[Row]) -> str:
    leaking = [row for row in rows if row.verdict != OPENS_NOTHING]
    return f"{sum(row.verdict == KILLED for row in leaking)} of {len(leaking)} that leak"


if __name__ == "__main__":
    main()
