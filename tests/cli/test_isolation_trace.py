"""`neonkit isolation trace`: pytest's run as findings, its words on standard error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli.test_pytest_trace import MODELS, SETTINGS, TESTS
from fixtures.command_line import Neonkit
from fixtures.published import faults

from toolkit.database import DatabaseUrl
from toolkit.isolation import Verb
from toolkit.isolation.trace.heard import load

FAILS = "def test_fails():\n    assert False\n"


@pytest.fixture
def project(folder: Path) -> Path:
    """A project of one good test, one whose statement leaks, and one that fails."""
    texts = {"models.py": MODELS, "test_app.py": TESTS, "test_other.py": FAILS, "pyproject.toml": SETTINGS}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("chosen", "code", "findings"),
    [("test_good", 0, 0), ("test_bad", 5, 1), ("test_fails or test_bad", 1, 1)],
)
def test_what_the_tests_send_as_findings(
    project: Path, neonkit: Neonkit, database_url: DatabaseUrl, chosen: str, code: int, findings: int
) -> None:
    inherited = {name: "" for name in os.environ if name.startswith(("COV_", "PYTEST_"))}
    env = {**inherited, "TEST_URL": database_url.reveal()}
    line = [
        "isolation",
        "trace",
        "--json",
        "--save",
        "heard.json",
        "--",
        "-q",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
    ]
    ran = neonkit(*line, "-k", chosen, env=env)
    assert ran.code == code, ran.err
    assert faults("isolation trace", ran.json) == []
    assert len(ran.json["findings"]) == findings
    assert "passed" in ran.err or "failed" in ran.err
    heard = load(project / "heard.json").of("public.tasks", Verb.READ)
    assert (heard.unbound if heard is not None else 0) == findings


def test_pytest_that_runs_nothing_is_no_pass(project: Path, neonkit: Neonkit) -> None:
    ran = neonkit("isolation", "trace", "--", "--no-such-option")
    assert (ran.code, ran.out) == (2, "")
    assert "error[E130]: pytest ran no test" in ran.err
