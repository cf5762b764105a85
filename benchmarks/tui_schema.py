"""Mode 2 of the terminal UI on a database of thousands of tables: keys, letters of a find, memory.

    python -m benchmarks.tui_schema --tables 5000 --write

A real process in a real pseudo terminal of 100x30: a key is timed from its writing into the terminal to the
first byte that comes back, with nothing else to paint at that moment. Beside it stands an app of nothing but
Textual's own list of as many lines, so that a slow machine can be told from a slow program. Memory is that of
the process, as the system counts it. `--write` puts the table into the section "tui-schema" of
benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import os
import pty
import re
import select
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.catalog import built, write_section
from toolkit.database import DatabaseUrl
from toolkit.database.embedded import EmbeddedServer

REPEAT = "python -m benchmarks.tui_schema --tables 5000 --write"
BARE = """
from textual.app import App
from textual.widgets import OptionList
class Bare(App):
    BINDINGS = [("j", "down")]
    def compose(self):
        yield OptionList(*(f"table {{number}}" for number in range({})))
    def action_down(self):
        self.query_one(OptionList).action_cursor_down()
Bare().run()
"""
QUIET = 0.25
"""Seconds without output after which nothing is left to paint."""


def main() -> None:
    """Build, browse, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--tables", type=int, default=5000)
    options.add_argument("--keys", type=int, default=150)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "server", durable=False)
        try:
            url = built(server.start().url, given.tables)
            bare = listed(Terminal(("-c", BARE.format(given.tables)), url, Path(folder)), given.keys)
            tui = Terminal(("-m", "toolkit", "tui"), url, Path(folder))
            text = browsed(tui, given.tables, given.keys, bare)
        finally:
            server.destroy()
    print(text)
    if given.write:
        write_section("tui-schema", text)


class Terminal:
    """A program of Python's in a pseudo terminal."""

    def __init__(self, arguments: tuple[str, ...], url: DatabaseUrl, folder: Path) -> None:
        self.begun = time.perf_counter()
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update(
                COLUMNS="100", LINES="30", TERM="xterm-256color", DATABASE_URL=url.reveal_plain()
            )
            os.execv(sys.executable, (sys.executable, *arguments))

    def press(self, key: str) -> float:
        """Seconds until something is painted for a key."""
        begun = time.perf_counter()
        os.write(self._terminal, key.encode())
        if not select.select([self._terminal], [], [], 30)[0]:
            raise TimeoutError(f"nothing was painted for {key!r}")
        return time.perf_counter() - begun

    def settle(self) -> bytes:
        """What is painted until nothing is left to paint."""
        seen = b""
        while select.select([self._terminal], [], [], QUIET)[0]:
            seen += os.read(self._terminal, 65536)
        return seen

    def until(self, text: bytes) -> None:
        """Read until a text was painted."""
        seen = b""
        while text not in seen:
            if not select.select([self._terminal], [], [], 120)[0]:
                raise TimeoutError(f"{text!r} was never painted")
            seen += os.read(self._terminal, 65536)

    def memory(self) -> tuple[int, int]:
        """Megabytes that the process holds now, and held at most."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        found = (re.findall(rf"{name}:\s+(\d+) kB", status)[0] for name in ("VmRSS", "VmHWM"))
        now, most = (int(kilobytes) // 1024 for kilobytes in found)
        return now, most

    def close(self) -> None:
        """Ask it to end, and let it write what it has to."""
        os.kill(self.pid, signal.SIGTERM)
        while select.select([self._terminal], [], [], 5)[0]:
            try:
                if not os.read(self._terminal, 65536):
                    break
            except OSError:
                break
        os.waitpid(self.pid, 0)
        os.close(self._terminal)


def listed(terminal: Terminal, keys: int) -> list[float]:
    """Walk through a bare list."""
    try:
        terminal.until(b"table 3")
        terminal.settle()
        return timed(terminal, "j" * keys)
    finally:
        terminal.close()


def browsed(terminal: Terminal, tables: int, keys: int, bare: list[float]) -> str:
    """Walk through the tree, find, look at every side of tables and at rows."""
    try:
        terminal.until(b"Overview")
        terminal.press("2")
        terminal.until(b"t00003")
        shown = time.perf_counter() - terminal.begun
        terminal.settle()
        # Away from the details: each key is one step through the tree, its object read when the cursor rests.
        moved = timed(terminal, "j" * keys)
        paged = timed(terminal, ["\x1b[6~"] * (keys // 3))
        found: list[float] = []
        timed(terminal, "/")
        for word in ("t049", "t4999", "0123"):
            found += timed(terminal, word)
            timed(terminal, ["\x7f"] * len(word))
        timed(terminal, ["\x1b"])
        for key in ("o", "i", "p", "t", "d", "c", "\r", "n", "n", "p", "\x1b", "g"):
            terminal.press(key)
            terminal.settle()
        now, most = terminal.memory()
    finally:
        terminal.close()
    costs = {"a step in the tree": moved, "a page": paged, "a letter of a find": found}
    return told(tables, shown, {**costs, "a step in a bare list of Textual's": bare}, (now, most))


def timed(terminal: Terminal, keys: str | list[str]) -> list[float]:
    """Seconds until something is painted, for each key."""
    found = []
    for key in keys:
        found.append(terminal.press(key))
        terminal.settle()
    return found


def told(tables: int, shown: float, costs: dict[str, list[float]], memory: tuple[int, int]) -> str:
    """The table."""
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    lines = [
        f"{tables:,} tables, a terminal of 100x30, {load}:",
        "",
        "| key to paint, in ms | keys | median | p95 |",
        "| --- | ---: | ---: | ---: |",
        *(row(name, cost) for name, cost in costs.items()),
        "",
        f"- From the start of the process until the tree is shown: {shown:.2f} s.",
        f"- Memory after browsing: {memory[0]} MB, at most {memory[1]} MB.",
        "",
        f"Repeat: `{REPEAT}`.",
    ]
    return "\n".join(lines)


def row(name: str, seconds: list[float]) -> str:
    """One line of the table."""
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"| {name} | {len(ordered)} | {statistics.median(ordered) * 1000:.0f} | {p95 * 1000:.0f} |"


if __name__ == "__main__":
    main()
