"""Restore points: branches made through a server that plays Neon's API, and the project's own command."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest
from fixtures.neon_api import ENDPOINT, KEY, PARENT, PROJECT, NeonApiServer

from toolkit.cancel import CancelledError, CancelToken
from toolkit.database import DatabaseUrl
from toolkit.database.restore import (
    NoRestorePointError,
    RestorePoint,
    RestorePointFailedError,
    make_restore_point,
    means_for,
    neon_branch,
)
from toolkit.database.restore.means import NeonBranches, OwnCommand
from toolkit.events import Event, Waiting
from toolkit.settings import Settings, load_settings

NEON = DatabaseUrl.parse(f"postgresql://app:S3CR3T-pw@{ENDPOINT}.eu.aws.neon.tech/shop")
PLAIN = DatabaseUrl.parse("postgresql://app:S3CR3T-pw@db.example.com:5433/shop")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neon_branch, "POLLED", 0.01)
    monkeypatch.setattr(neon_branch, "PAUSE", 0.01)


def settings(folder: Path, **given: str) -> Settings:
    return load_settings(folder, {}, environ=given)


def branches(api: NeonApiServer, *, key: str = KEY, branch: str | None = None) -> NeonBranches:
    from toolkit.secret import Secret

    return NeonBranches(Secret(key), PROJECT, ENDPOINT, branch, api.url)


def test_a_branch_of_the_branch_that_the_endpoint_serves(neon_api: NeonApiServer) -> None:
    point = make_restore_point(branches(neon_api), "7f31c9")
    assert (point.kind, point.id, point.parent) == ("neon branch", "br-made-1", PARENT)
    assert point.name.startswith("pre-7f31c9-")
    assert neon_api.names == [point.name]
    made = neon_api.branches["br-made-1"]
    assert point.expires is not None
    assert made["expires_at"] == f"{point.expires:%Y-%m-%dT%H:%M:%SZ}"
    assert point.expires - point.made == neon_branch.KEPT
    assert neon_api.polls["op-1"] == 2, "it was waited for"


def test_a_busy_project_is_asked_again_when_it_says(neon_api: NeonApiServer) -> None:
    neon_api.busy = [(423, None), (429, "0"), (503, None)]
    heard: list[Event] = []
    point = make_restore_point(branches(neon_api, branch=PARENT), "x", emit=heard.append)
    assert neon_api.names == [point.name]
    assert [one.cause for one in heard if isinstance(one, Waiting)] == [
        "Neon's API: busy with another operation"
    ] * 3


def test_an_answer_that_is_lost_makes_no_second_branch(neon_api: NeonApiServer) -> None:
    neon_api.lose_answers = 1
    point = make_restore_point(branches(neon_api, branch=PARENT), "x")
    assert (neon_api.names, point.id) == ([point.name], "br-made-1")
    assert neon_api.branches["br-made-1"]["current_state"] == "ready", "it was waited for"
    assert sum(one.startswith("GET") for one in neon_api.asked) == 2


def test_where_no_expiry_is_allowed_the_branch_stays(neon_api: NeonApiServer) -> None:
    neon_api.refuses_expiry = True
    point = make_restore_point(branches(neon_api, branch=PARENT), "x")
    assert point.expires is None
    assert "until you remove it" in point.words


def test_what_did_not_come_to_stand_is_no_restore_point(neon_api: NeonApiServer) -> None:
    neon_api.operation_ends = "failed"
    with pytest.raises(RestorePointFailedError, match="ended as failed"):
        make_restore_point(branches(neon_api, branch=PARENT), "x")


def test_refusals_and_silence_are_told_without_the_key(neon_api: NeonApiServer) -> None:
    with pytest.raises(RestorePointFailedError, match="answered 401: authentication failed") as refused:
        make_restore_point(branches(neon_api, key="napi_WRONG"), "x")
    assert "WRONG" not in str(refused.value) + repr(refused.value)
    gone = NeonBranches(branches(neon_api).key, PROJECT, None, PARENT, "http://127.0.0.1:9")
    with pytest.raises(RestorePointFailedError, match="cannot be reached") as silent:
        make_restore_point(gone, "x")
    assert KEY not in str(silent.value) + repr(silent.value) + repr(gone)


def test_waiting_for_a_branch_can_be_stopped(
    neon_api: NeonApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neon_branch, "POLLED", 60.0)
    token = CancelToken()

    def stop() -> None:
        while not neon_api.polls:
            time.sleep(0.01)
        token.cancel("the test says so")

    thread = threading.Thread(target=stop)
    thread.start()
    with pytest.raises(CancelledError):
        make_restore_point(branches(neon_api, branch=PARENT), "x", cancel=token)
    thread.join()


@pytest.mark.parametrize(
    ("url", "given", "reason"),
    [
        (PLAIN, {}, "not on Neon"),
        (NEON, {}, "NEON_API_KEY is not set"),
        (NEON, {"NEON_API_KEY": KEY}, "project is not known"),
        (NEON, {"NEON_API_KEY": KEY, "NEON_PROJECT_ID": "../x"}, "no id of Neon"),
        (
            NEON,
            {"NEON_API_KEY": KEY, "NEON_PROJECT_ID": "p", "NEON_API_URL": "http://neon.example.com"},
            "travel in the clear",
        ),
        (PLAIN, {"NEONKIT_RESTORE_POINT": "'"}, "cannot be read"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, url: DatabaseUrl, given: dict[str, str], reason: str
) -> None:
    with pytest.raises(NoRestorePointError, match=reason) as refused:
        means_for(settings(tmp_path, **given), url)
    assert refused.value.exit_code == 6
    assert KEY not in str(refused.value) + str(refused.value.hint)


def test_the_means_follow_host_link_file_and_settings(tmp_path: Path) -> None:
    (tmp_path / ".neon").write_text('{"projectId": "linked-project"}')
    found = means_for(settings(tmp_path, NEON_API_KEY=KEY), NEON)
    assert isinstance(found, NeonBranches)
    assert (found.project, found.endpoint, found.branch) == ("linked-project", ENDPOINT, None)
    named = means_for(settings(tmp_path, NEON_API_KEY=KEY, NEON_BRANCH_ID=PARENT), PLAIN)
    assert isinstance(named, NeonBranches)
    own = means_for(settings(tmp_path, NEON_API_KEY=KEY, NEONKIT_RESTORE_POINT="dump 'a b'"), NEON)
    assert isinstance(own, OwnCommand)
    assert own.arguments == ("dump", "a b")


def own(folder: Path, code: str) -> OwnCommand:
    return OwnCommand((sys.executable, "-c", code), folder, PLAIN)


def test_the_projects_command_gets_the_database_and_its_last_line_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEON_API_KEY", KEY)
    code = (
        "import os; e = os.environ; open('made', 'w').write(' '.join([e['PGHOST'], e['PGPORT'], e['PGUSER'],"
        "e['PGDATABASE'], e['PGPASSWORD'], e['NEONKIT_RESTORE_POINT_NAME'], str('NEON_API_KEY' in e)]));"
        "print('first'); print('kept in  made, not', e['PGPASSWORD'], 'postgresql://a:other%20word@h/d')"
    )
    point = make_restore_point(own(tmp_path, code), "b2")
    assert (tmp_path / "made").read_text() == (f"db.example.com 5433 app shop S3CR3T-pw {point.name} False")
    assert (point.kind, point.said) == ("command", "kept in made, not *** postgresql://a:***@h/d")
    assert isinstance(point, RestorePoint)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("raise SystemExit(3)", "ended with 3"), ("print('disk full'); raise SystemExit(1)", "disk full")],
)
def test_a_command_that_fails_makes_none(tmp_path: Path, code: str, reason: str) -> None:
    with pytest.raises(RestorePointFailedError, match=reason):
        make_restore_point(own(tmp_path, code), "b2")
    with pytest.raises(RestorePointFailedError, match="cannot be run: No such file"):
        make_restore_point(OwnCommand(("no-such-program",), tmp_path, PLAIN), "b2")


def test_a_command_is_ended_when_the_run_is_stopped(tmp_path: Path) -> None:
    token = CancelToken()
    code = "import time; print('begun', flush=True); time.sleep(600)"
    with pytest.raises(CancelledError):
        make_restore_point(own(tmp_path, code), "b2", emit=lambda event: _stop(event, token), cancel=token)


def _stop(event: Event, token: CancelToken) -> None:
    if getattr(event, "sentence", "") == "begun":
        token.cancel("the test says so")
