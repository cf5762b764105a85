"""The four calls of Neon's API that a restore point needs, over HTTP. Values in, values out.

Documented at https://neon.com/docs/reference/api. Unknown fields are ignored and unknown words accepted. What
the server says is passed on only from its `message`, on one line; the key is in no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import httpx

from toolkit.secret import Secret

TIMEOUT: Final = 30.0
BUSY: Final = frozenset({423, 429, 503})
"""Answers after which the same request is worth another try."""
UNDER_WAY: Final = frozenset({"scheduling", "running"})
READY: Final = "ready"
WELL: Final = frozenset({"finished", "skipped"})


class ApiRefusedError(Exception):
    """The API said no. Internal: becomes a `RestorePointFailedError`."""

    def __init__(self, status: int, message: str, after: float | None = None) -> None:
        super().__init__(f"answered {status}: {message}")
        self.status = status
        self.message = message
        self.after = after
        """Seconds after which to try again, if the server said."""


class ApiUnreachableError(Exception):
    """No answer came; whether the request was carried out is not known. Internal, as above."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch, and the operations that are still to end before it stands."""

    id: str
    name: str
    operations: tuple[str, ...] = ()
    state: str = "init"
    """`init`, `ready`, or what Neon calls it."""


class NeonApi:
    """One project of Neon. Use as a context manager."""

    def __init__(self, base: str, key: Secret, project: str) -> None:
        self._project = project
        headers = {"Authorization": f"Bearer {key.reveal()}", "Accept": "application/json"}
        # Only https goes through the proxies of the environment: the rest stays on this machine.
        proxies = base.startswith("https:")
        self._client = httpx.Client(
            base_url=base.rstrip("/"), headers=headers, timeout=TIMEOUT, trust_env=proxies
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def branch_of(self, endpoint: str) -> str:
        """The id of the branch that an endpoint serves."""
        return str(self._ask("GET", f"/endpoints/{endpoint}")["endpoint"]["branch_id"])

    def create_branch(self, parent: str, name: str, expires: datetime | None) -> Branch:
        """A branch of the parent as it is now, without a compute."""
        asked = {"name": name, "parent_id": parent}
        if expires is not None:
            asked["expires_at"] = expires.strftime("%Y-%m-%dT%H:%M:%SZ")
        found = self._ask("POST", "/branches", body={"branch": asked})
        operations = tuple(str(one["id"]) for one in found.get("operations", ()))
        return Branch(str(found["branch"]["id"]), str(found["branch"]["name"]), operations)

    def find_branch(self, name: str) -> Branch | None:
        """The branch of exactly that name."""
        found = self._ask("GET", "/branches", query={"search": name}).get("branches", ())
        return next(
            (
                Branch(str(one["id"]), name, state=str(one.get("current_state", READY)))
                for one in found
                if one.get("name") == name
            ),
            None,
        )

    def operation(self, id_: str) -> str:
        """How far an operation is, in Neon's word."""
        return str(self._ask("GET", f"/operations/{id_}")["operation"]["status"])

    def _ask(
        self, method: str, path: str, *, body: Any = None, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            answer = self._client.request(
                method, f"/projects/{self._project}{path}", json=body, params=dict(query or {})
            )
        except httpx.HTTPError as error:
            raise ApiUnreachableError(type(error).__name__) from None  # its text may quote the request
        try:
            found = answer.json()
        except ValueError:
            found = None
        if answer.is_success and isinstance(found, dict):
            return found
        said = found.get("message") if isinstance(found, dict) else None
        message = " ".join(str(said or "something that is not of the API").split())[:300]
        raise ApiRefusedError(answer.status_code, message, _seconds(answer.headers.get("Retry-After")))


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else max(0.0, float(text))
    except ValueError:
        return None
