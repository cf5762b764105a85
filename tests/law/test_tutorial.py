"""docs/tutorial.md, done as it stands by somebody who has an empty folder.

A comment `<!-- file: NAME -->` before a block makes it a file; lines that begin with `$ ` are run in order
and exit 0, or N where they end in `# exit N`.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from fixtures.command_line import plain_environment
from fixtures.warm import Ended, Warm

from toolkit.database.embedded import EmbeddedServer, find_binaries

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
STEP = re.compile(
    r"<!-- file: (?P<file>\S+) -->\n```\w+\n(?P<content>.*?)^```$"
    r"|^\$ (?P<line>[^\n]*?)(?:[ ]+# exit (?P<code>\d+))?$",
    re.MULTILINE | re.DOTALL,
)


@pytest.mark.timeout(240)
def test_the_tutorial(tmp_path: Path, warm: Warm) -> None:
    (tmp_path / ".git").mkdir()
    programs = [Path(sys.executable).parent, Path(find_binaries(None).program("postgres")).parent]
    if not (programs[1] / "psql").exists() and shutil.which("psql") is None:
        pytest.skip("the tutorial uses psql, which is not here")
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    environment = plain_environment({"PATH": path})
    steps = list(STEP.finditer(PAGE.read_text("utf-8")))
    assert len(steps) > 20
    try:
        for step in steps:
            if step["file"]:
                (tmp_path / step["file"]).write_text(step["content"], "utf-8")
                continue
            ended = run(step["line"], tmp_path, environment, warm)
            assert ended.code == int(step["code"] or 0), f"{step[0]}\n{ended.out}\n{ended.err}"
    finally:
        EmbeddedServer(tmp_path / ".neonkit" / "server", durable=True).destroy()


def run(line: str, folder: Path, environment: Mapping[str, str], warm: Warm) -> Ended:
    """Run a line: by a shell, where it needs one."""
    words = shlex.split(line)
    if words[0] == "neonkit":
        return warm.run(words[1:], folder, environment, seconds=120)
    ran = subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr)
