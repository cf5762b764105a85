"""The seeds: what the generator writes, and what the mapping makes of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fixtures.demo import ROOT, SEEDS

from toolkit.demo.generate import write_seeds

FILES = ("users.json", "tasks.ndjson", "archive.json")


def test_the_generator_writes_the_same_bytes_again(tmp_path: Path) -> None:
    written = write_seeds(tmp_path)
    assert sorted(path.name for path in written) == sorted(FILES)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (SEEDS / name).read_bytes(), name


def test_the_generator_is_a_command(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        # Another hash seed: the order of a set must not matter.
        return subprocess.run(
            [sys.executable, "-m", "toolkit.demo.generate", *arguments],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": "7", "PYTHONUTF8": "0", "LC_ALL": "C"},
        )

    assert run(str(tmp_path)).returncode == 0
    assert (tmp_path / "tasks.ndjson").read_bytes() == (SEEDS / "tasks.ndjson").read_bytes()
    assert run().returncode == 2
    assert "usage:" in run(str(tmp_path / "missing")).stderr


def test_they_are_of_realistic_size() -> None:
    sizes = {name: (SEEDS / name).stat().st_size for name in FILES}
    assert sum(sizes.values()) < 3_000_000
    assert len(json.loads((SEEDS / "users.json").read_text(encoding="utf-8"))) == 240
    lines = (SEEDS / "tasks.ndjson").read_text(encoding="utf-8").splitlines()
    archive = json.loads((SEEDS / "archive.json").read_text(encoding="utf-8"))
    todos = sum(len(account["todos"]) for account in archive["accounts"].values())
    assert 4_000 < len(lines) + todos < 6_000


@pytest.mark.parametrize(
    "mess",
    [
        r'"id":"[0-9A-F]{8}-',  # keys shouted
        r'"id":"[0-9a-f]{32}"',  # without dashes
        r'"id":"\{',  # in braces
        r'"title":"\s',
        r'"description":"n/a"',
        r'"description":""',
        r'"dueDate":0',
        r'"dueDate":null',
        r'"status":"\s*inProgress\s*"',
        r'"priority":"!!"',
        r"\\n",
        r"[\u0590-\u06ff]",
        r"[\u4e00-\u9fff]",
        r"\U0001F469\u200d",
        r"e\u0301",
        r'"tags":\["[^"]*"[^\]]*\u00a0"',
    ],
)
def test_they_are_as_messy_as_promised(mess: str) -> None:
    assert re.search(mess, (SEEDS / "tasks.ndjson").read_text(encoding="utf-8"))
