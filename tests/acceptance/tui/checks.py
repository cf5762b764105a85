"""What a demanding DBA tries, 50 checks in `checks.toml`, and the page of the docs that is made from them.

`python -m acceptance.tui.checks` in `tests` writes the page. Invariant, which `tests/law/test_acceptance.py`
holds: every number has its proof or says what no test can prove, and every test that is named is there.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "tui-acceptance.md"
TABLE = Path(__file__).with_name("checks.toml")


@dataclass(frozen=True, slots=True)
class Check:
    """One check."""

    number: int
    area: str
    sentence: str
    tests: tuple[str, ...] = ()
    """Names of tests without their cases: `file::test`."""
    beside: str = ""
    """What no test can prove, or what is measured instead, and where."""


def read(table: Path = TABLE) -> tuple[Check, ...]:
    """The checks in their order."""
    found = tomllib.loads(table.read_text("utf-8"))["check"]
    return tuple(Check(**{**one, "tests": tuple(one.get("tests", ()))}) for one in found)


HEAD = """# Acceptance of the terminal UI

What a demanding DBA tries, and what proves it. Made from `tests/acceptance/tui/checks.toml` by
`python -m acceptance.tui.checks` in `tests`; a test holds that every test named here is there.

`make acceptance` runs what is in `tests/acceptance/tui`: `neonkit tui` in a real tmux, before a real
server, with a second session as the blocker and real signals; at 80x24, 100x30 and 160x50 where the layout
matters. After each sitting the terminal is as it was, and the password was never written to it. It takes
about fifteen minutes; some of it, and every test that needs no terminal, runs with `make test`, too.
"""


def page(checks: tuple[Check, ...]) -> str:
    """The page of the docs."""
    parts, area = [HEAD], ""
    for check in checks:
        if check.area != area:
            area = check.area
            parts.append(f"\n## {area}\n\n| # | check | proved by |\n| --- | --- | --- |\n")
        proved = [f"`{test.removeprefix('tests/')}`" for test in check.tests]
        if check.beside:
            proved.append(check.beside)
        parts.append(f"| {check.number} | {check.sentence} | {'<br>'.join(proved)} |\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(read()), "utf-8")
