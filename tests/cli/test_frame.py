"""The frame: common options on every command, help in sections, complaints with a hint."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fixtures.command_line import Neonkit

COMMON = (
    "--project",
    "--url",
    "--profile",
    "--config",
    "--section",
    "--json",
    "--format",
    "--color",
    "--no-input",
)


@pytest.mark.parametrize("line", [("config", "show", "--help"), ("--help",), ("server", "--help")])
def test_every_help_lists_the_common_options(neonkit: Neonkit, line: tuple[str, ...]) -> None:
    ran = neonkit(*line)
    assert ran.code == 0
    _, _, common = ran.out.partition("Common options:")
    assert [option for option in COMMON if not re.search(rf" {option}\b", common)] == []


@pytest.mark.parametrize(
    "line",
    [
        ("--json", "config", "show"),
        ("config", "--json", "show"),
        ("config", "show", "--json"),
        ("config", "show", "--format", "json"),
        ("--format", "text", "config", "show", "--format=json"),
        ("--json", "config", "show", "--json"),
    ],
)
def test_common_options_stand_before_or_after_the_verb(neonkit: Neonkit, line: tuple[str, ...]) -> None:
    ran = neonkit(*line)
    assert (ran.code, ran.err) == (0, "")
    assert "settings" in ran.json


def test_what_is_given_later_wins(neonkit: Neonkit, folder: Path) -> None:
    (folder / "one").mkdir()
    (folder / "two").mkdir()
    ran = neonkit("--project", "one", "config", "show", "--project", "two", "--json")
    assert ran.json["project_dir"] == str(folder / "two")


def test_without_arguments_there_is_help(neonkit: Neonkit) -> None:
    ran = neonkit()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: neonkit")
    assert "config" in ran.out


def test_the_version(neonkit: Neonkit) -> None:
    ran = neonkit("--version")
    assert ran.code == 0
    assert ran.out.split()[0] == "neonkit"


@pytest.mark.parametrize(
    ("line", "code", "word", "hint"),
    [
        (("confg",), "E131", "`neonkit confg`", "Did you mean `neonkit config`?"),
        (("config", "shwo"), "E131", "`neonkit config shwo`", "Did you mean `neonkit config show`?"),
        (("zzz",), "E131", "`neonkit zzz`", "`neonkit --help` lists the commands"),
        (("config",), "E130", "missing", "`neonkit config --help`"),
        (("config", "show", "--prfile", "x"), "E130", "--prfile", "Did you mean --profile?"),
        (("config", "show", "--zzz"), "E130", "--zzz", "`neonkit config show --help`"),
        (("config", "show", "more"), "E130", "more", "`neonkit config show --help`"),
        (("config", "show", "--url"), "E130", "--url", "--help"),
        (("config", "show", "--color", "blue"), "E130", "'never'", "--help"),
        (("config", "show", "--format", "xml"), "E130", "'json'", "--help"),
        (("config", "show", "--project", "nowhere"), "E133", "nowhere", "--project"),
    ],
)
def test_a_wrong_command_line_is_explained(
    neonkit: Neonkit, line: tuple[str, ...], code: str, word: str, hint: str
) -> None:
    ran = neonkit(*line)
    assert (ran.code, ran.out) == (2, "")
    first, second = ran.err.splitlines()
    assert first.startswith(f"error[{code}]: ")
    assert word in first
    assert second.startswith("hint: ")
    assert hint in second

    as_json = neonkit(*line, "--json") if line != ("config", "show", "--url") else neonkit("--json", *line)
    assert (as_json.code, as_json.out) == (2, "")
    assert as_json.error["code"] == code
    assert as_json.error["exit_code"] == 2
    assert hint in as_json.error["hint"]
