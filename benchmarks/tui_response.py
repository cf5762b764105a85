"""How the terminal UI answers: with thousands of tables, while an import runs, and when nobody asks.

    python -m benchmarks.tui_response --tables 5000 --write

The UI is a real process in a real terminal of 100x30. The time of a key is that from writing it until what it
leads to is painted: the next table, or another screen. `--write` puts the table into its section of
benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import pty
import re
import select
import signal
import statistics
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Self

import psycopg2

from benchmarks.catalog import write_section
from benchmarks.catalog_schema import statements
from benchmarks.migrate_project import write_project
from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer
from toolkit.database.scratch import ScratchDatabases

REPEAT = "python -m benchmarks.tui_response --write"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_DOWN, HOME = "\x1b[6~", "\x1b[H"
BATCH = 200
"""Statements sent together while building."""
PATIENCE = 20.0
BETWEEN = 0.15
"""Seconds between keys: what the one before leads to, details beside the tree too, is painted by then."""
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
A_TABLE = re.compile(r"t\d{5}")
SCREENS = {"2": re.compile(r"\[2 Schema"), "6": re.compile(r"\[6 Activity")}
MAPPING = """\
version = 1
[source.items]
from = "items.ndjson"
[table.items]
rows = "/*"
[table.items.columns]
id = "id"
name = "name"
"""


class Terminal:
    """`neonkit tui` in a pseudo terminal."""

    def __init__(self, project: Path, url: DatabaseUrl) -> None:
        self.begun = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(project)
            os.environ.update(
                COLUMNS="100", LINES="30", TERM="xterm-256color", DATABASE_URL=url.reveal_plain()
            )
            os.execv(sys.executable, (sys.executable, "-m", "toolkit", "tui"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        os.kill(self.pid, signal.SIGTERM)
        with suppress(OSError):
            while self._read(5):
                pass
        os.waitpid(self.pid, 0)
        os.close(self._fd)

    def _read(self, seconds: float) -> bytes:
        return os.read(self._fd, 1 << 20) if select.select([self._fd], [], [], seconds)[0] else b""

    def until(self, word: str, seconds: float = 120) -> float:
        """Seconds from the start of the process until a word was painted."""
        seen, end = b"", time.perf_counter() + seconds
        while word.encode() not in seen:
            if time.perf_counter() > end:
                raise TimeoutError(f"{word!r} was never painted")
            seen = seen[-4096:] + self._read(1)
        return time.perf_counter() - self.begun

    def settle(self, seconds: float) -> None:
        """Read what is painted until nothing is for so long."""
        while self._read(seconds):
            pass

    def watch(self, seconds: float) -> None:
        """Read what is painted for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._read(left)

    def press(self, keys: str) -> None:
        """Press keys without looking."""
        os.write(self._fd, keys.encode())

    def answer(self, key: str, painted: re.Pattern[str]) -> float:
        """Milliseconds from a key until what it leads to is painted."""
        self.watch(BETWEEN)
        begun, seen = time.perf_counter(), ""
        self.press(key)
        while not painted.search(ESCAPES.sub("", seen)):
            if time.perf_counter() - begun > PATIENCE:
                raise TimeoutError(f"{painted.pattern} was not painted after {key!r}")
            seen += self._read(1).decode("utf-8", "replace")
        return (time.perf_counter() - begun) * 1000

    def running(self) -> bool:
        """Whether the job line names a job that runs now; it is painted twice a second."""
        end = time.monotonic() + 2
        while time.monotonic() < end:
            if b" s  " in (seen := self._read(1)) and b"import" in seen:
                return True
        return False

    def processor(self) -> float:
        """Processor seconds so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> float:
        """Resident megabytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def main() -> None:
    """Build, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--tables", type=int, default=5000)
    options.add_argument("--rows", type=int, default=8_000_000)
    options.add_argument("--idle", type=float, default=60.0)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        url = server.start().url
        try:
            with ScratchDatabases(url).create() as scratch:
                build(scratch, given.tables)
                project = written(Path(folder) / "project", given.rows)
                figures = measured(project, scratch, given.idle)
        finally:
            server.destroy()
    text = table(figures, given.tables, given.rows)
    print(text)
    if given.write:
        write_section("tui response", text)


def build(url: DatabaseUrl, tables: int) -> None:
    """The tables to browse, and one to import into."""
    with closing(psycopg2.connect(**url.libpq_parameters())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            pending = list(statements(tables))
            for start in range(0, len(pending), BATCH):
                cursor.execute(";".join(pending[start : start + BATCH]))
            cursor.execute("create table items (id bigint primary key, name text not null)")


def written(project: Path, rows: int) -> Path:
    """An Alembic project with seeds to import."""
    write_project(project, 1)
    seeds = project / "seeds"
    seeds.mkdir()
    (seeds / "mapping.toml").write_text(MAPPING, "utf-8")
    with (seeds / "items.ndjson").open("w", encoding="utf-8") as lines:
        for number in range(rows):
            lines.write(json.dumps({"id": number, "name": f"item number {number}"}) + "\n")
    return project


def measured(project: Path, url: DatabaseUrl, idle: float) -> dict[str, str]:
    """The figures, by name."""
    figures: dict[str, str] = {}
    with Terminal(project, url) as terminal:
        figures["first paint, s"] = f"{terminal.until('NEONKIT'):.2f}"
        figures["connected, s"] = f"{terminal.until('db='):.2f}"
        terminal.press("2")
        figures["the tree is there, s"] = f"{terminal.until('t00001'):.2f}"
        terminal.settle(3)
        figures.update(in_the_tree(terminal, 40, "the next table"))
        figures.update(across(terminal, 40, "another screen"))
        for _ in range(150):
            terminal.press(PAGE_DOWN)
            terminal.watch(0.1)
        terminal.settle(3)
        figures["memory after browsing, MB"] = f"{terminal.memory():.0f}"
        before = terminal.processor()
        terminal.watch(idle)
        figures["processor while idle, %"] = f"{(terminal.processor() - before) / idle * 100:.2f}"
        terminal.press("4")
        terminal.settle(3)
        terminal.press("l")
        terminal.settle(1)
        terminal.press("y")
        terminal.until("RUN")
        terminal.press("2")
        terminal.watch(0.5)
        figures.update(in_the_tree(terminal, 12, "the next table while an import runs"))
        figures.update(across(terminal, 20, "another screen while an import runs"))
        if not terminal.running():
            raise SystemExit("The import was over before the last key: give it more --rows.")
        figures["memory at the end, MB"] = f"{terminal.memory():.0f}"
        terminal.press("\x03")
        terminal.settle(3)
    return figures


def in_the_tree(terminal: Terminal, times: int, what: str) -> dict[str, str]:
    """Down and up among the tables, from the third page on."""
    terminal.press(HOME + PAGE_DOWN * 2)
    return answers(what, [terminal.answer(key, A_TABLE) for key in "jjjjk" * times])


def across(terminal: Terminal, times: int, what: str) -> dict[str, str]:
    """From one screen to another and back; both were shown before."""
    ways = list(SCREENS.items())[::-1]
    return answers(what, [terminal.answer(*ways[turn % 2]) for turn in range(2 + times)][2:])


def answers(what: str, milliseconds: list[float]) -> dict[str, str]:
    """Median and 95th percentile."""
    ranked = sorted(milliseconds)
    return {
        f"key to {what}, median, ms": f"{statistics.median(ranked):.0f}",
        f"key to {what}, p95, ms": f"{ranked[int(len(ranked) * 0.95)]:.0f}",
    }


def table(figures: dict[str, str], tables: int, rows: int) -> str:
    """A Markdown table."""
    lines = [
        f"{tables:,} tables; the import has {rows:,} rows:",
        "",
        "| what | figure |",
        "| --- | ---: |",
        *(f"| {name} | {value} |" for name, value in figures.items()),
        "",
        f"Load at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors, this included.",
        "",
        f"Repeat: `{REPEAT}`.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
