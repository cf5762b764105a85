"""The published schemas hold for what the commands really write, on a project with a history and rows.

`golden_keys.txt` has every key of every document: whoever takes one away sees it there. Running this file
writes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fixtures.command_line import Neonkit
from fixtures.many_commands import Commands
from fixtures.published import faults, schema_of
from jsonschema import Draft202012Validator
from typer.main import get_command

from toolkit.cli.main import build
from toolkit.cli.reference.results import WITHOUT, result_types
from toolkit.cli.reference.specification import specification
from toolkit.database import DatabaseUrl
from toolkit.migrate import AlembicProject

GOLDEN = Path(__file__).with_name("golden_keys.txt")
ON_THE_DEMO = (
    "downgrade -1 --yes",
    "upgrade +1 --dry-run --yes",
    "upgrade +1 --yes",
    "downgrade -2 --yes",
    "upgrade head --sql",
    "plan",
    "upgrade head --yes",
    "stamp head --yes",
    "current",
    "heads",
    "show head",
    "branches",
    "history",
    "history --runs --statements",
    "history --journal",
    "status",
    "doctor",
    "lint",
    "drift",
    "rehearse",
    "repair",
    "check --part heads",
    "locks --all",
    "config show",
    "spec",
    "spec --schema status",
    "rule fk-without-index",
    "rule heads-several",
    "help E101",
    "help status",
    "help exit-codes",
    "server status",
    "schema summary",
    "schema show tasks",
    "schema tree",
    "schema sizes",
    "schema rows tasks",
    "schema snapshot",
    "schema diagram",
    "schema ddl",
    "schema rules",
    "schema advise",
    "schema diff live {folder}/earlier.json --sql",
    "import suggest toolkit.demo.legacy:EXPORT",
    "import --dry-run",
    "import --yes",
    "import runs",
    "import undo --dry-run",
    "export users --out {folder}/users.json",
    "export users",
    "isolation audit",
    "isolation owners",
    "isolation protect",
    "isolation prove --user 00000000-0000-0000-0000-00000000000a",
    "isolation probe",
    "isolation replay",
)
WRITING = ("revision -m one", "revision -m two --head aa11 --splice", "merge heads -m both")
ELSEWHERE = {
    "branch",
    "demo",
    "isolation trace",
    "server start",
    "server stop",
    "server url",
    "server destroy",
}
"""Held to their schemas by the tests that have a server of their own, or play one."""
WENT = {0, 5, 7}


def path_of(line: str) -> str:
    """The command's path of a line."""
    words = line.split()
    return max((p for p in result_types() if p.split() == words[: len(p.split())]), key=len)


def test_what_is_written_is_what_is_published(
    demo_url: DatabaseUrl, demo_project: AlembicProject, tmp_path: Path
) -> None:
    wrong: dict[str, Any] = {}
    with Commands(demo_project.root, demo_url.reveal_plain()) as neonkit:
        (tmp_path / "earlier.json").write_text(neonkit("schema", "snapshot").out, "utf-8")
        for line in ON_THE_DEMO:
            ran = neonkit(*line.format(folder=tmp_path).split(), "--json")
            found = faults(path_of(line), ran.json) if ran.code in WENT else [f"{ran.code}: {ran.err}"]
            wrong |= {line: found} if found else {}
    assert wrong == {}


def test_what_writes_revisions(neonkit: Neonkit, two_revisions: Path, database_url: DatabaseUrl) -> None:
    for line in WRITING:
        ran = neonkit(*line.split(), "--json", env={"DATABASE_URL": database_url.reveal_plain()})
        assert ran.code == 0, f"{line}\n{ran.err}"
        assert faults(path_of(line), ran.json) == []


def test_every_command_has_a_schema_and_is_tried() -> None:
    program = specification(get_command(build()))
    paths = {each.path for each in program.commands if each.path and not each.group}
    assert paths == result_types().keys() | WITHOUT.keys()
    tried = {path_of(line) for line in (*ON_THE_DEMO, *WRITING)}
    assert tried | ELSEWHERE == result_types().keys()


def test_the_schemas_are_schemas_and_say_something() -> None:
    for name in result_types():
        Draft202012Validator.check_schema(schema_of(name))
        assert faults(name, 17), f"{name} allows anything"
    assert faults("status", {"environment": "dev"}), "a key that is gone is seen"


def objects(schema: Any, name: str = "") -> Iterator[str]:
    """Every object that a schema describes, with its keys in their order."""
    if "properties" in schema:
        told = (key if key in schema["required"] else f"{key}?" for key in schema["properties"])
        yield f"  {name}({', '.join(told)})"
    for key, inner in {**schema.get("properties", {}), "[]": schema.get("items", {})}.items():
        if inner:
            yield from objects(inner, f"{name}.{key}")
    for inner in schema.get("anyOf", ()):
        yield from objects(inner, name)
    for key, inner in sorted(schema.get("$defs", {}).items()):
        yield from objects(inner, key)


def golden() -> str:
    """Every command with its keys."""
    lines = []
    for name in sorted(result_types()):
        lines += [name, *objects(schema_of(name)), ""]
    return "\n".join(lines)


def test_no_key_went_away() -> None:
    assert GOLDEN.read_text("utf-8") == golden()


if __name__ == "__main__":
    GOLDEN.write_text(golden(), "utf-8")
