"""The templates for GitHub, GitLab and pre-commit: their own commands are run, on a project with a fault."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from fixtures.checked import Library
from fixtures.command_line import plain_environment

ROOT = Path(__file__).parents[2]
SECOND = "migrations/versions/second.py"
FAULT = 'op.execute("ALTER TABLE books DROP COLUMN title")'


@pytest.fixture
def faulty(booklist: Library) -> Library:
    booklist.settings('parts = ["heads", "lint"]')
    booklist.git("add", ".")
    booklist.git("commit", "-q", "-m", "settings")
    booklist.revision("second", FAULT)
    return booklist


def shell(booklist: Library, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a script as the runner would, with the installed `neonkit` first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = plain_environment({**more, "PATH": path})
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=booklist.folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def test_the_github_action(faulty: Library) -> None:
    action = load("docs/ci/github/action.yml")
    install, check, upload = action["runs"]["steps"]
    defaults = {name: given["default"] for name, given in action["inputs"].items()}
    assert defaults["install"] == "python -m pip install neonkit"
    assert install["run"] == "$INSTALL"
    inputs = {**defaults, "since": "main"}
    given = {
        name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs[found[1]], text)
        for name, text in check["env"].items()
    }
    ran = shell(faulty, check["run"], **given)
    assert ran.returncode == 5, ran.stderr
    (run,) = json.loads((faulty.folder / defaults["report"]).read_text("utf-8"))["runs"]
    places = [each["locations"][0]["physicalLocation"] for each in run["results"]]
    assert SECOND in {place["artifactLocation"]["uri"] for place in places}
    assert upload["with"]["sarif_file"] == "${{ inputs.report }}"


def test_the_gitlab_job(faulty: Library) -> None:
    job = load("docs/ci/gitlab.yml")["neonkit"]
    install, check = job["script"]
    assert (install, job["variables"]["NEONKIT_INSTALL"]) == (
        "$NEONKIT_INSTALL",
        "python -m pip install neonkit",
    )
    ran = shell(faulty, check, NEONKIT_ARGUMENTS="", CI_MERGE_REQUEST_DIFF_BASE_SHA="main")
    assert ran.returncode == 5, ran.stderr
    report = json.loads((faulty.folder / job["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert SECOND in {each["location"]["path"] for each in report}


def test_the_pre_commit_hook(faulty: Library) -> None:
    (hook,) = load(".pre-commit-hooks.yaml")
    assert re.search(hook["files"], SECOND)
    assert shell(faulty, hook["entry"]).returncode == 5
    (faulty.folder / SECOND).unlink()
    assert shell(faulty, hook["entry"]).returncode == 0
