"""The application's own statements, heard while two users work with it over HTTP."""

from __future__ import annotations

from demo.test_http import AUTHORITY, registered, serving
from fixtures.demo import ANN, APP_ROLE, BOB

from toolkit.database import Database, DatabaseUrl
from toolkit.demo.http import create_app
from toolkit.demo.models import metadata
from toolkit.isolation.trace import Grounds, StatementAudit, listening
from toolkit.models import ModelRegistry, OwnershipRules, build_ownership


def test_each_statement_of_the_application_is_bound_to_its_user(demo_head_url: DatabaseUrl) -> None:
    shapes = ModelRegistry.of(metadata).shapes
    audit = StatementAudit(Grounds.of(build_ownership(shapes, OwnershipRules(owner_root="users"))))
    database = Database.at(demo_head_url)
    with listening(audit), serving(create_app(database, AUTHORITY, role=APP_ROLE)) as client:
        for user in (registered(client, ANN, "ann"), registered(client, BOB, "bob")):
            made = user("POST", "/tasks", json={"title": "heard", "tags": ["home"]}).json()
            for path in ("/tasks", "/tasks/counts", "/tags", "/tasks/feed"):
                assert user("GET", path).status_code == 200
            assert user("GET", f"/tasks/{made['id']}").status_code == 200
            assert user("PATCH", f"/tasks/{made['id']}", json={"title": "changed"}).status_code == 200
            assert user("DELETE", f"/tasks/{made['id']}").status_code == 204
    database.dispose()
    report = audit.report()
    assert report.findings == ()
    assert report.looked_at["references bound"] >= 10
    assert report.looked_at["statements of a user"] >= 10
