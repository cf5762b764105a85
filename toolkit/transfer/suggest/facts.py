"""Facts about one place of the records, over all of them: counts, kinds, forms, extremes, samples."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import Final

from toolkit.transfer.sources.record import Number, Value
from toolkit.transfer.suggest.forms import Forms
from toolkit.transfer.suggest.sketch import Sketch

FEW: Final = 40
"""Up to so many different values are counted each."""
MANY: Final = 300
"""An object with more different names than this is a map from keys to values."""
_SAMPLES: Final = 3
_LONGEST_SAMPLE: Final = 40
_LONGEST_NUMBER: Final = 400
_UUID_LENGTHS: Final = (32, 45)
_HEX: Final = frozenset("0123456789abcdef")


class Facts:
    """What stands at one place: in a field, in an element of a list, in a member of a map."""

    __slots__ = (
        "few",
        "folded",
        "forms",
        "items",
        "kinds",
        "members",
        "numbers",
        "overflow",
        "samples",
        "values",
    )

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        """`null`, `bool`, `number`, `text`, `array`, `object`."""
        self.forms = Forms()
        self.numbers = Numbers()
        self.values = Sketch()
        """Scalars as texts; a number and a text of the same letters are the same value."""
        self.few: Counter[str] | None = Counter()
        """How often each scalar stands there; None when there are too many different ones."""
        self.folded: Counter[str] | None = Counter()
        """The same without spaces around, in lower case."""
        self.samples: list[str] = []
        self.members: dict[str, Facts] = {}
        self.items: Facts | None = None
        """Of lists: their elements, together."""
        self.overflow: Facts | None = None
        """Of objects with too many names: their members, together."""

    def add(self, value: Value) -> None:
        """Take in one value with all that is inside it."""
        if value is None:
            self.kinds["null"] += 1
        elif isinstance(value, str):
            self.kinds["text"] += 1
            self.forms.add(value)
            self._scalar(value)
        elif isinstance(value, Number):
            self.kinds["number"] += 1
            self.numbers.add(value.text)
            self._scalar(value.text)
        elif isinstance(value, bool):
            self.kinds["bool"] += 1
            self._scalar("true" if value else "false")
        elif isinstance(value, dict):
            self.kinds["object"] += 1
            for name, member in value.items():
                self.member(name).add(member)
        else:
            self.kinds["array"] += 1
            if self.items is None:
                self.items = Facts()
            for element in value:
                self.items.add(element)

    def member(self, name: str) -> Facts:
        """The facts of a member; beyond `MANY` names they are shared."""
        found = self.members.get(name)
        if found is None:
            if self.overflow is None and len(self.members) < MANY:
                found = self.members[name] = Facts()
            else:
                found = self.overflow = self.overflow or Facts()
        return found

    @property
    def seen(self) -> int:
        """How often there was a value, null included."""
        return self.kinds.total()

    @property
    def present(self) -> frozenset[str]:
        """The kinds that occur, without null."""
        return frozenset(kind for kind, count in self.kinds.items() if count and kind != "null")

    def merged_members(self) -> Facts:
        """All members as one, as if they were elements of a list."""
        whole = Facts()
        for each in (*self.members.values(), *([self.overflow] if self.overflow else [])):
            whole.merge(each)
        return whole

    def merge(self, other: Facts) -> None:
        """Take in what the other one has seen."""
        self.kinds.update(other.kinds)
        self.forms.merge(other.forms)
        self.numbers.merge(other.numbers)
        self.values.merge(other.values)
        self.few = _joined(self.few, other.few)
        self.folded = _joined(self.folded, other.folded)
        self.samples = list(dict.fromkeys([*self.samples, *other.samples]))[:_SAMPLES]
        for name, each in other.members.items():
            self.member(name).merge(each)
        for attribute in ("items", "overflow"):
            theirs = getattr(other, attribute)
            if theirs is not None:
                mine = getattr(self, attribute) or Facts()
                mine.merge(theirs)
                setattr(self, attribute, mine)

    def _scalar(self, text: str) -> None:
        self.values.add(_canonical(text))
        if self.few is not None:
            self.few[text] += 1
            if len(self.few) > FEW:
                self.few = None
        if self.folded is not None:
            self.folded[text.strip().lower()] += 1
            if len(self.folded) > FEW:
                self.folded = None
        if len(self.samples) < _SAMPLES:
            short = text if len(text) <= _LONGEST_SAMPLE else text[:_LONGEST_SAMPLE] + "..."
            if short not in self.samples:
                self.samples.append(short)


def _joined(one: Counter[str] | None, other: Counter[str] | None) -> Counter[str] | None:
    both = None if one is None or other is None else one + other
    return None if both is None or len(both) > FEW else both


def _canonical(text: str) -> str:
    """The text, or a uuid without what its spellings differ in, so that equal keys are equal texts."""
    if _UUID_LENGTHS[0] <= len(text) <= _UUID_LENGTHS[1]:
        bare = text.lower().removeprefix("urn:uuid:").strip("{}").replace("-", "")
        if len(bare) == _UUID_LENGTHS[0] and not set(bare) - _HEX:
            return bare
    return text


class Numbers:
    """The extremes of the numbers of a field."""

    __slots__ = ("count", "folded", "least", "most", "odd", "places")

    def __init__(self) -> None:
        self.count = 0
        self.least = Decimal(0)
        self.most = Decimal(0)
        self.places = 0
        """Most digits after the point."""
        self.odd = 0
        """Numbers that are too long to be looked at, or not finite."""

    def add(self, text: str) -> None:
        """Take in one number, as it is written."""
        try:
            number = Decimal(text) if len(text) <= _LONGEST_NUMBER else None
        except InvalidOperation:
            number = None
        exponent = None if number is None else number.as_tuple().exponent
        if number is None or not isinstance(exponent, int):
            self.odd += 1
            return
        if number != number.to_integral_value():
            self.places = max(self.places, -exponent)
        self._extend(number, number)
        self.count += 1

    def merge(self, other: Numbers) -> None:
        """Take in what the other one has seen."""
        if other.count:
            self._extend(other.least, other.most)
        self.count += other.count
        self.places = max(self.places, other.places)
        self.odd += other.odd

    @property
    def whole(self) -> bool:
        """Whether all are whole numbers."""
        return self.count > 0 and self.odd == 0 and self.places == 0

    def between(self, least: int, most: int) -> bool:
        """Whether all lie between these."""
        return self.count > 0 and self.odd == 0 and least <= self.least and self.most <= most

    def _extend(self, least: Decimal, most: Decimal) -> None:
        self.least = min(self.least, least) if self.count else least
        self.most = max(self.most, most) if self.count else most
