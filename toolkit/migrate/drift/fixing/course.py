"""From where to where a fix leads: the differences that it is about, and the snapshots before and after."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from toolkit.migrate.drift.comparing import Compared
from toolkit.migrate.drift.fixing.errors import NoSuchDifferenceError, SideMissingError, WishError
from toolkit.migrate.drift.fixing.merging import Places, as_it_is, as_models_say, merged
from toolkit.migrate.drift.fixing.renames import renamed_side, renames_of
from toolkit.migrate.drift.fixing.values import ALL, Direction, Left, Wish
from toolkit.migrate.drift.pairwise import Place
from toolkit.migrate.drift.roles import in_the_hands_of, owner_of
from toolkit.migrate.drift.values import EXISTENCE, Cause, Difference
from toolkit.schema import Snapshot
from toolkit.schema.objects import Key

NOT_NAMED = "it would be dropped, which has to be asked for by name: --drop {name!r}"
ORDER = "the order of columns changes only with a new table"


@dataclass(frozen=True, slots=True)
class Course:
    """The way of one revision. In all snapshots the same role owns what the migrations make."""

    newest: Snapshot
    """What the migrations make."""
    start: Snapshot
    """The same; where the database is brought back, with what was done to it by hand."""
    goal: Snapshot
    places: tuple[Place, ...] = ()
    """The differences that are closed."""
    left: tuple[Left, ...] = ()
    done_already: bool = False
    """Whether a database may have the goal before the revision comes to it."""
    renames: tuple[tuple[Key, Key], ...] = ()
    alembics: frozenset[Key] = frozenset()
    """Objects that Alembic's own operations may be written for."""
    models_differ: tuple[str, ...] = ()

    def in_the_hands_of(self, old: str, new: str) -> Course:
        """The same way where another role made everything."""
        return dataclasses.replace(
            self,
            newest=in_the_hands_of(self.newest, old, new),
            start=in_the_hands_of(self.start, old, new),
            goal=in_the_hands_of(self.goal, old, new),
        )


@dataclass(slots=True)
class _Selection:
    """The differences that are not accepted, chosen for a wish."""

    wish: Wish
    differences: Mapping[Place, Difference]
    left: list[Left] = field(default_factory=list)
    dropped: set[str] = field(default_factory=set)

    def of(self, places: Places, goal: Snapshot, names: Mapping[Key, Key]) -> dict[Place, tuple[Key, ...]]:
        """The places that can be closed. Nothing goes that nobody named."""
        kept: dict[Place, tuple[Key, ...]] = {}
        for (key, attribute), followers in places.items():
            if (key, attribute) not in self.differences:
                continue
            goes = attribute == EXISTENCE and names.get(key, key) not in goal.objects
            if attribute == "column_order":
                self.left.append(Left(str(key), attribute, ORDER))
            elif goes and not self._may_go(key):
                self.left.append(Left(str(key), attribute, NOT_NAMED.format(name=str(key))))
            else:
                kept[key, attribute] = followers
        return kept

    def adopted(self, places: Places) -> Places:
        """The places of the objects that are named to be adopted. Raises NoSuchDifferenceError."""
        known = {place: followers for place, followers in places.items() if place in self.differences}
        if ALL in self.wish.adopt:
            return known
        objects = tuple(dict.fromkeys(str(key) for key, _ in known))
        for name in self.wish.adopt:
            if name not in objects:
                raise NoSuchDifferenceError("--adopt", name, objects)
        return {place: followers for place, followers in known.items() if str(place[0]) in self.wish.adopt}

    def _may_go(self, key: Key) -> bool:
        if str(key) in self.wish.drop:
            self.dropped.add(str(key))
            return True
        return str(key) in self.wish.adopt or str(key) in dict(self.wish.renames)


def course(compared: Compared, wish: Wish) -> tuple[Course, str, str]:
    """The course of a wish, in the hands of the database's owner; with that owner and the scratch builder.

    Raises SideMissingError, NoSuchDifferenceError and WishError.
    """
    sides = compared.table.sides
    if sides.newest is None:
        raise SideMissingError("migrations", _why(compared, "pending", "migrations"))
    builder = sides.newest.server.role
    owner = owner_of(sides.newest) or builder
    newest, live = in_the_hands_of(sides.newest, builder, owner), sides.live
    differences = {(row.key, row.attribute): row for row in compared.report.differences}
    chosen = _Selection(wish, differences)
    if wish.direction is Direction.MIGRATIONS:
        found = _back(compared, chosen, newest, live)
    else:
        models = None if sides.models is None else in_the_hands_of(sides.models, builder, owner)
        found = _forth(compared, chosen, newest, live, models)
    for name in wish.drop:
        if name not in chosen.dropped:
            raise NoSuchDifferenceError("--drop", name, tuple(one.object for one in chosen.left))
    return dataclasses.replace(found, left=tuple(chosen.left)), owner, builder


def _back(compared: Compared, chosen: _Selection, newest: Snapshot, live: Snapshot) -> Course:
    """The database's hand-made changes taken back."""
    if chosen.wish.adopt:
        raise WishError("--fix migrations takes back what --adopt takes over; that is two revisions")
    if chosen.wish.renames:
        raise WishError("--rename goes with --fix models and --adopt")
    places = chosen.of(compared.table.to_live(), newest, {})
    start = merged(newest, live, places, {}, as_it_is)
    return Course(newest, start, newest, tuple(places), done_already=True)


def _forth(
    compared: Compared, chosen: _Selection, newest: Snapshot, live: Snapshot, models: Snapshot | None
) -> Course:
    """The migrations brought to the models, and to what is adopted of the database."""
    wish = chosen.wish
    target = models if wish.direction is Direction.MODELS and models is not None else live
    renames = renames_of(wish.renames, newest, target)
    goal = renamed_side(newest, target, renames)
    places: dict[Place, tuple[Key, ...]] = {}
    done = False
    alembics: frozenset[Key] = frozenset()
    if wish.direction is Direction.MODELS:
        if models is None:
            raise SideMissingError("models", _why(compared, "models", "env.py"))
        contrast = compared.table.to_models()
        places |= chosen.of(contrast.places, models, contrast.names)
        goal = merged(goal, models, places, contrast.names, as_models_say)
        there = {place for place in places if _is_there(chosen.differences[place])}
        done = bool(there)
        alembics = frozenset(key for key, _ in places) - {key for key, _ in there}
    adopted: dict[Place, tuple[Key, ...]] = {}
    if wish.adopt:
        adopted = chosen.of(chosen.adopted(compared.table.to_live()), live, {})
        if both := sorted(str(key) for key, attribute in adopted.keys() & places.keys()):
            raise WishError(
                f"models and database say different things of {both[0]}, and only one can be right"
            )
        goal = merged(goal, live, adopted, {}, as_it_is)
        done = done or bool(adopted)
    differ = sorted({str(key) for key, name in adopted if _models_differ(chosen.differences[key, name])})
    pairs = {key for pair in renames for key in pair}
    return Course(
        newest,
        newest,
        goal,
        (*places, *adopted),
        done_already=done,
        renames=renames,
        alembics=alembics - pairs,
        models_differ=tuple(differ),
    )


def _is_there(row: Difference) -> bool:
    """Whether the database is already as the models are, or may be: only the migrations stay behind."""
    return row.cause in (Cause.REVISION_MISSING, Cause.BOTH_SIDES)


def _models_differ(row: Difference) -> bool:
    return row.models.state != "not said" and row.models != row.live


def _why(compared: Compared, *subjects: str) -> str:
    reasons = [one.reason for one in compared.report.unknowns if one.subject in subjects]
    return reasons[0] if reasons else "nothing gives them"
