"""Closing drift by a revision: `fix(...)` writes one that was tried in a scratch database before.

The direction is the caller's: to the models, back to the migrations, or the database's hand-made changes
taken over into the migrations. Nothing here changes the live database. Invariants: what nobody named is not
dropped; what does not reach its goal in scratch is not written.
"""

from toolkit.migrate.drift.fixing.fix import fix
from toolkit.migrate.drift.fixing.values import Direction, Fixed, Left, Wish

__all__ = ["Direction", "Fixed", "Left", "Wish", "fix"]
