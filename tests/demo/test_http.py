"""The application over HTTP, with two users: identity, isolation, failures and the end of a request."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from fixtures.demo import ANN, APP_ROLE, BOB
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import event

from toolkit.database import Database, DatabaseUrl, Job
from toolkit.demo.errors import ExemptRoleError, InvalidTokenError
from toolkit.demo.http import create_app
from toolkit.demo.tokens import TokenAuthority
from toolkit.secret import Secret

AUTHORITY = TokenAuthority(Secret("k" * 32))


class Client:
    """Sends requests to a running application in this process; what it fails with comes through."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self._app = app
        self._portal = portal

    def request(self, method: str, path: str, **more: Any) -> Response:
        async def send() -> Response:
            async with AsyncClient(transport=ASGITransport(self._app), base_url="http://test") as client:
                return await client.request(method, path, **more)

        return self._portal.call(send)


@contextmanager
def serving(app: FastAPI) -> Iterator[Client]:
    """The application between its start and its end."""
    with start_blocking_portal() as portal:
        lifespan = app.router.lifespan_context(app)
        with portal.wrap_async_context_manager(lifespan):
            yield Client(app, portal)


class User:
    """A client that acts as one user."""

    def __init__(self, client: Client, user_id: uuid.UUID) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {AUTHORITY.issue(user_id)}"}

    def __call__(self, method: str, path: str, **more: Any) -> Response:
        return self._client.request(method, path, headers=self._headers, **more)


@pytest.fixture
def database(demo_head_url: DatabaseUrl) -> Iterator[Database]:
    database = Database.at(demo_head_url)
    yield database
    database.dispose()


@pytest.fixture
def client(database: Database) -> Iterator[Client]:
    with serving(create_app(database, AUTHORITY, role=APP_ROLE)) as client:
        yield client


@pytest.fixture
def ann(client: Client) -> User:
    return registered(client, ANN, "ann")


@pytest.fixture
def bob(client: Client) -> User:
    return registered(client, BOB, "bob")


def registered(client: Client, user_id: uuid.UUID, name: str) -> User:
    user = User(client, user_id)
    made = user("POST", "/me", json={"email": f"{name}@example.org", "name": name})
    assert made.status_code == 201, made.text
    assert made.json()["id"] == str(user_id)
    return user


def test_a_task_over_http(ann: User) -> None:
    made = ann("POST", "/tasks", json={"title": "Milk", "tags": ["Home"], "priority": "high"})
    assert made.status_code == 201
    task = made.json()
    assert (task["status"], task["priority"], task["tags"]) == ("todo", "high", ["home"])
    assert "user_id" not in task
    path = f"/tasks/{task['id']}"
    assert ann("PATCH", path, json={"status": "completed"}).json()["completed_at"] is not None
    assert ann("GET", "/tasks", params={"status": "completed"}).json()["total"] == 1
    assert ann("GET", "/tasks/counts").json() == {"todo": 0, "in_progress": 0, "completed": 1}
    assert ann("GET", "/tags").json()[0]["tasks"] == 1
    assert ann("DELETE", path).status_code == 204
    assert ann("GET", path).status_code == 404
    assert ann("POST", f"{path}/restore").status_code == 200
    assert [found["id"] for found in ann("GET", "/tasks/feed").json()["items"]] == [task["id"]]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE", "RESTORE"])
def test_another_users_task_is_missing(ann: User, bob: User, method: str) -> None:
    theirs = bob("POST", "/tasks", json={"title": "secret"}).json()["id"]
    verb, suffix = ("POST", "/restore") if method == "RESTORE" else (method, "")
    body = {"json": {"title": "x"}} if method == "PATCH" else {}
    answers = [ann(verb, f"/tasks/{key}{suffix}", **body) for key in (theirs, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "secret" not in answers[0].text
    assert bob("GET", f"/tasks/{theirs}").json()["title"] == "secret"


def test_lists_and_tags_are_ones_own(ann: User, bob: User) -> None:
    bob("POST", "/tasks", json={"title": "secret", "tags": ["private"]})
    tag = bob("GET", "/tags").json()[0]["id"]
    assert ann("GET", "/tasks").json() == {"items": [], "total": 0, "number": 1, "pages": 0}
    assert ann("GET", "/tags").json() == []
    assert ann("PUT", f"/tags/{tag}", json={"name": "x"}).status_code == 404
    assert ann("DELETE", f"/tags/{tag}").status_code == 404
    assert ann("DELETE", "/me").status_code == 204
    assert bob("GET", "/tasks").json()["total"] == 1


@pytest.mark.parametrize("field", ["user_id", "id", "owner", "created_at"])
def test_nobody_says_in_a_body_who_they_are(ann: User, field: str) -> None:
    assert ann("POST", "/tasks", json={"title": "x", field: str(BOB)}).status_code == 422


def test_nobody_says_in_a_query_who_they_are(ann: User, bob: User) -> None:
    bob("POST", "/tasks", json={"title": "secret"})
    assert ann("GET", "/tasks", params={"user_id": str(BOB)}).json()["total"] == 0


def forged(payload: dict[str, object]) -> str:
    text = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"{text}.{'A' * 43}"


TOKENS = {
    "none": None,
    "not a token": "x",
    "empty parts": ".",
    "unsigned": forged({"sub": str(BOB), "exp": 9_999_999_999}),
    "of another key": TokenAuthority(Secret("x" * 32)).issue(BOB),
    "expired": AUTHORITY.issue(BOB, seconds=-1),
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_a_token_that_proves_nobody(client: Client, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    answer = client.request("GET", "/tasks", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    if token:
        with pytest.raises(InvalidTokenError):
            AUTHORITY.verify(token)


def test_a_signing_key_is_long() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        TokenAuthority(Secret("short"))
    assert "kkk" not in repr(AUTHORITY)


def test_conflicts_say_no_more_than_they_must(client: Client, ann: User, bob: User) -> None:
    taken = bob("PATCH", "/me", json={"email": "ann@example.org"})
    assert (taken.status_code, "ann@" in taken.text) == (409, False)
    stranger = User(client, uuid.uuid4())
    early = stranger("POST", "/tasks", json={"title": "x"})
    assert (early.status_code, early.json()) == (409, {"detail": "Register first."})
    assert stranger("GET", "/me").status_code == 404


@pytest.mark.parametrize(
    "query", [{"order": "user_id"}, {"size": 0}, {"size": 101}, {"number": 0}, {"status": "done"}]
)
def test_questions_that_make_no_sense(ann: User, query: dict[str, Any]) -> None:
    assert ann("GET", "/tasks", params=query).status_code == 422
    assert ann("GET", "/tasks/feed", params={"cursor": "x"}).status_code == 422
    assert ann("PATCH", f"/tasks/{uuid.uuid4()}", json={"title": None}).status_code == 422


def test_a_commit_that_fails_is_no_success(database: Database, client: Client, ann: User) -> None:
    def refuse(connection: object) -> None:
        raise OSError("the commit failed")

    event.listen(database.engine(Job.APPLICATION), "commit", refuse)
    try:
        with pytest.raises(OSError, match="commit failed"):
            ann("POST", "/tasks", json={"title": "lost"})
    finally:
        event.remove(database.engine(Job.APPLICATION), "commit", refuse)
    assert ann("GET", "/tasks").json()["total"] == 0


def test_a_connection_is_neutral_for_the_next_user(ann: User, bob: User) -> None:
    ann("POST", "/tasks", json={"title": "ann's"})
    for _ in range(3):
        assert bob("GET", "/tasks").json()["total"] == 0
        assert ann("GET", "/tasks").json()["total"] == 1


def test_a_role_that_policies_do_not_hold_serves_nobody(database: Database) -> None:
    with pytest.raises(ExemptRoleError, match="superuser"), serving(create_app(database, AUTHORITY)):
        pytest.fail("it started")


def test_a_database_out_of_reach_is_said_briefly(
    database: Database, ann: User, demo_head_url: DatabaseUrl
) -> None:
    name = demo_head_url.database
    with database.at_database("postgres").connect(Job.ADMIN) as admin:
        admin.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        admin.exec_driver_sql(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        try:
            answer = ann("GET", "/tasks")
        finally:
            admin.exec_driver_sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, "2")
    assert answer.json() == {"detail": "The database cannot be reached right now."}
    assert ann("GET", "/tasks").status_code == 200
