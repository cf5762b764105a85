"""`--events`: every line of standard error is one event, numbered without a gap; the last is the end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fixtures.command_line import Neonkit, Ran

from toolkit.database import DatabaseUrl


def told(ran: Ran) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in ran.err.splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, len(lines) + 1))
    assert {(line["v"], line["run"]) for line in lines} == {(1, lines[0]["run"])}
    assert [line["time"] for line in lines] == sorted(line["time"] for line in lines)
    assert (lines[-1]["event"], lines[-1]["exit_code"]) == ("Ended", ran.code)
    return lines


def test_an_upgrade_as_events(neonkit: Neonkit, two_revisions: Path, database_url: DatabaseUrl) -> None:
    ran = neonkit("upgrade", "--yes", "--events", "--json", env={"DATABASE_URL": database_url.reveal_plain()})
    lines = told(ran)
    assert ran.code == 0
    assert ran.json
    kinds = [line["event"] for line in lines]
    assert kinds.count("RevisionFinished") == 2
    described = {one["event"]: one["fields"] for one in neonkit("spec", "--json").json["events"]}
    for line in lines[:-1]:
        assert line.keys() - {"v", "run", "seq", "time", "event"} == described[line["event"]].keys()


def test_failures_are_events_too(neonkit: Neonkit, two_revisions: Path) -> None:
    url = {"DATABASE_URL": "postgresql://me:planted-word@127.0.0.1:1/x"}
    failed, ended = told(neonkit("status", "--events", env=url))[-2:]
    assert (failed["event"], failed["error"]["code"]) == ("Failed", "E201")
    assert ended["exit_code"] == failed["error"]["exit_code"] == 3
    assert "planted-word" not in neonkit("status", "--events", env=url).err
    assert told(neonkit("no-such-verb", "--events"))[0]["error"]["code"] == "E131"
