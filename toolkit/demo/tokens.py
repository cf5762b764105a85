"""Who is asking: tokens that prove a user's id. Stands in for an identity provider.

A token is `payload.signature` in URL-safe base64, signed with HMAC-SHA256. Invariants: the signature is
checked before anything in the payload is believed, in constant time; a token has an end.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from uuid import UUID

from toolkit.demo.errors import InvalidTokenError
from toolkit.secret import Secret

SHORTEST_KEY = 32
"""Bytes."""


@dataclass(frozen=True, slots=True)
class TokenAuthority:
    """Issues and verifies tokens with one key."""

    key: Secret

    def __post_init__(self) -> None:
        """ValueError for a key that is too short to be one."""
        if len(self.key.reveal().encode()) < SHORTEST_KEY:
            raise ValueError(f"a signing key has at least {SHORTEST_KEY} bytes")

    def issue(self, user_id: UUID, *, seconds: int = 3600) -> str:
        """A token that proves the user's id for so many seconds."""
        payload = _encoded(json.dumps({"sub": str(user_id), "exp": int(time.time()) + seconds}).encode())
        return f"{payload}.{_encoded(self._sign(payload))}"

    def verify(self, token: str) -> UUID:
        """The user that the token proves. Raises InvalidTokenError."""
        payload, _, signature = token.partition(".")
        try:
            if not hmac.compare_digest(_decoded(signature), self._sign(payload)):
                raise InvalidTokenError("its signature is wrong")
            claims = json.loads(_decoded(payload))
            user_id, end = UUID(claims["sub"]), int(claims["exp"])
        except (binascii.Error, UnicodeError, ValueError, KeyError, TypeError) as error:
            raise InvalidTokenError("it cannot be read") from error
        if end <= time.time():
            raise InvalidTokenError("it has expired")
        return user_id

    def _sign(self, payload: str) -> bytes:
        return hmac.digest(self.key.reveal().encode(), payload.encode(), hashlib.sha256)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
