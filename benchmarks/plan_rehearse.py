"""How long a plan and a rehearsal take: one pending revision of 300, and the reference application's history.

    python -m benchmarks.plan_rehearse --rounds 3 --write

Scratch databases are made on the server of the database, an embedded one. `--write` puts the figures into the
section "plan and rehearse" of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.catalog import write_section
from benchmarks.migrate_project import write_project
from toolkit.database import Database
from toolkit.database.embedded import EmbeddedServer
from toolkit.database.scratch import ScratchDatabases
from toolkit.migrate import AlembicProject, upgrade
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.plan import PlanOptions, make_plan
from toolkit.migrate.rehearsal import RehearsalOptions, rehearse
from toolkit.migrate.trial import Grounds

ROOT = Path(__file__).parents[1]
REVISIONS = 300
GROUNDS = Grounds(Scratch.SERVER)
TITLE = "plan and rehearse"


def main() -> None:
    """Measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        scratch = ScratchDatabases(server.start().url)
        try:
            plan = planned(scratch, Path(folder) / "project", given.rounds)
            walk, statements = rehearsed(scratch, given.rounds)
        finally:
            server.destroy()
    loads.append(os.getloadavg()[0])
    text = "\n".join(
        [
            f"Medians of {given.rounds}, scratch databases on the database's server:",
            "",
            "| what | seconds | goal |",
            "| --- | ---: | ---: |",
            f"| `plan` for one pending revision of {REVISIONS} | {plan:.2f} | 3 |",
            (
                "| `rehearse` of the reference application from base, round trip, 10 rows per table |"
                f" {walk:.1f} | 20 |"
            ),
            "",
            f"- The rehearsal ran {statements} statements.",
            (
                f"- Other work on the machine: load {min(loads):.1f} to {max(loads):.1f} on {os.cpu_count()}"
                " processors, this benchmark included."
            ),
            "",
            "Repeat: `python -m benchmarks.plan_rehearse --write`.",
        ]
    )
    print(text)
    if given.write:
        write_section(TITLE, text)


def planned(scratch: ScratchDatabases, folder: Path, rounds: int) -> float:
    """Seconds of a plan for the last of many revisions, as a fresh process does it."""
    folder.mkdir()
    root = write_project(folder, REVISIONS)
    with scratch.create() as url:
        os.environ["DATABASE_URL"] = url.reveal()
        database = Database.at(url)
        upgrade(AlembicProject.open(root), database, f"r{REVISIONS - 1:04}")
        make_plan(AlembicProject.open(root), database, "head", PlanOptions(GROUNDS))

        def work() -> None:
            plan = make_plan(AlembicProject.open(root), database, "head", PlanOptions(GROUNDS))
            assert [one.source for one in plan.revisions] == ["recorded"]

        return median(work, rounds)


def rehearsed(scratch: ScratchDatabases, rounds: int) -> tuple[float, int]:
    """Seconds of walking the reference application's history, and how many statements that is."""
    counts = []
    with scratch.create() as url:
        database = Database.at(url)

        def work() -> None:
            project = AlembicProject.open(ROOT, config=ROOT / "alembic.ini")
            found = rehearse(project, database, "heads", RehearsalOptions(GROUNDS))
            assert all(step.failure is None for step in found.steps if step.way != "up")
            counts.append(found.report.looked_at["statements"])

        return median(work, rounds), counts[0]


def median(work: Callable[[], None], rounds: int) -> float:
    """The median of the seconds that the work takes."""
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
