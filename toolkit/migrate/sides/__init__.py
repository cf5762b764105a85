"""The sides of `schema diff`: spelled, read or built, and made comparable two at a time.

A database and a file are read. Models and migrations are built in scratch databases by the machinery of
`drift`, those of a git ref in a process of its own. What differs, and the SQL that closes it, is for
`toolkit.schema` to say.
"""

from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.sides.ground import Ground
from toolkit.migrate.sides.pairing import Pair, paired
from toolkit.migrate.sides.reading import read_sides
from toolkit.migrate.sides.spelling import side_of
from toolkit.migrate.sides.values import (
    FileSide,
    Known,
    LiveSide,
    ModelsSide,
    RevisionSide,
    Side,
    UrlSide,
)

__all__ = [
    "FileSide",
    "Ground",
    "Known",
    "LiveSide",
    "ModelsSide",
    "Pair",
    "RevisionSide",
    "Scratch",
    "Side",
    "UrlSide",
    "paired",
    "read_sides",
    "side_of",
]
