"""The acting user's own account: the only row of `users` they reach."""

from __future__ import annotations

from toolkit.demo.models import User
from toolkit.models import OwnedRepository


class UserRepository(OwnedRepository[User]):
    """A user belongs to themselves: the owner is the key."""

    model = User
    owner = "id"
