"""Whether the values of a place can fill a column, and what the rule has to say so that they do.

Judged by facts over all values, not by trying some: what fits here is what the judge of the import takes, but
for values that a note names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from toolkit.transfer.suggest.facts import Facts
from toolkit.transfer.suggest.forms import FORMATS, TIMED
from toolkit.transfer.suggest.names import alike
from toolkit.transfer.target.table import TargetColumn, TargetType

_INTEGER_BITS: Final = {"int2": 15, "int4": 31, "int8": 63}
_TEXTS: Final = ("text", "varchar", "bpchar", "citext", "name")
_MILLISECONDS: Final = (100_000_000_000, 7_200_000_000_000)
"""1973 to 2198: what is smaller is more likely seconds."""
_SECONDS: Final = (100_000_000, 7_200_000_000)
_MICROSECONDS: Final = (100_000_000_000_000, 7_200_000_000_000_000)
_LIKE_A_WORD: Final = 0.85
_MEANINGS: Final = (
    ("todo", "open", "new", "pending", "backlog", "planned"),
    ("inprogress", "doing", "active", "started", "ongoing", "wip"),
    ("completed", "done", "closed", "finished", "resolved", "complete"),
    ("cancelled", "canceled", "aborted", "rejected"),
    ("low", "lo", "minor"),
    ("medium", "normal", "mid", "moderate"),
    ("high", "hi", "important", "major", "!"),
    ("urgent", "critical", "blocker", "highest", "!!"),
    ("member", "user", "regular"),
    ("admin", "administrator", "root"),
)
"""Words of different programs that mean one thing, in lower case, letters and digits only."""
_EXACT_DIGITS: Final = 15
"""Decimal digits that a double precision float always keeps."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well values fit, 0 to 1, with the keys of the rule and notes for the reader."""

    score: float
    rule: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def fit(
    facts: Facts,
    column: TargetColumn,
    words: tuple[str, ...] = (),
    spelling: Mapping[str, Any] | None = None,
) -> Fit | None:
    """How the values at a place fill a column; None when they cannot.

    `words` are the texts it takes, `spelling` says how a check wants them written (`trim`, `case`).
    """
    if not facts.present:
        return Fit(0.5, notes=("no value but null",) if facts.seen else ("no value",))
    found = _for_words(facts, words) if words else _for_type(facts, column.type)
    if found is None:
        return None
    rule, notes, score = dict(found.rule), list(found.notes), found.score
    if spelling and "text" in facts.present and not words:
        rule |= spelling
        notes.append("written as a check of the column wants it")
    unset = [text for text in facts.forms.unset if text not in rule.get("enum", ())]
    if unset and (column.type.name not in _TEXTS or words) and "array" not in facts.present:
        rule["none"] = sorted({*rule.get("none", ()), *unset})
    if facts.forms.padded and column.type.name not in _TEXTS and "text" in facts.present:
        rule["trim"] = True
    if column.not_null and column.has_default and facts.kinds["null"] and "none" not in rule:
        rule["null"] = "missing"
        notes.append("null takes the server's default")
    elif column.not_null and (facts.kinds["null"] or "none" in rule):
        score *= 0.8
        notes.append("null or unset in some rows, and the column must have a value: give a default")
    return Fit(score, rule, tuple(notes))


def _for_type(facts: Facts, kind: TargetType) -> Fit | None:
    if kind.element is not None:
        return _for_array(facts, kind.element)
    if kind.name in ("json", "jsonb"):
        return Fit(1.0 if facts.present & {"object", "array"} else 0.4)
    if facts.present & {"object", "array"}:
        return None
    if kind.name in _TEXTS:
        return _for_text(facts, kind)
    if kind.name in _INTEGER_BITS:
        return _for_integer(facts, kind)
    if kind.name in ("numeric", "float4", "float8"):
        return _for_number(facts, kind)
    if kind.name in _BY_NAME:
        return _BY_NAME[kind.name](facts)
    if kind.name in ("timestamp", "timestamptz"):
        return _for_moment(facts, with_zone=kind.name == "timestamptz")
    return Fit(0.5) if facts.present <= {"text", "number"} and not kind.is_enum else None


def _for_array(facts: Facts, element: TargetType) -> Fit | None:
    if facts.present != {"array"}:
        return None
    if facts.items is None or not facts.items.present:
        return Fit(0.9)
    return _for_type(facts.items, element)


def _for_text(facts: Facts, kind: TargetType) -> Fit | None:
    rule: dict[str, Any] = {} if facts.present == {"text"} else {"as": "text"}
    score = 1.0 if not rule else 0.6
    notes = []
    if facts.forms.padded:
        notes.append(f"{facts.forms.padded} begin or end with spaces, which trim = true takes off")
    limit = kind.modifier - 4 if kind.name in ("varchar", "bpchar") and kind.modifier >= 0 else None
    if limit is not None and facts.forms.longest > limit:
        notes.append(f"up to {facts.forms.longest} characters where the column holds {limit}")
        score *= 0.7
    return Fit(score, rule, tuple(notes))


def _for_integer(facts: Facts, kind: TargetType) -> Fit | None:
    bits = _INTEGER_BITS[kind.name]
    if facts.present == {"number"} and facts.numbers.whole:
        if facts.numbers.between(-(2**bits), 2**bits - 1):
            return Fit(1.0)
        return Fit(0.5, notes=(f"numbers beyond {kind.sql}",))
    if "bool" in facts.present or (facts.numbers.count and not facts.numbers.whole):
        return None
    return Fit(0.85, {"as": "int"}) if facts.forms.has("int") else None


def _for_number(facts: Facts, kind: TargetType) -> Fit | None:
    if "bool" in facts.present or (facts.forms.texts and not facts.forms.has("decimal")):
        return None
    numbers = facts.numbers
    rule: dict[str, Any] = {}
    if "text" in facts.present:
        rule["as"] = "decimal" if kind.name == "numeric" else "float"
    elif kind.name != "numeric" and (kind.name == "float4" or numbers.places > _EXACT_DIGITS):
        rule["as"] = "float"
    scale = ((kind.modifier - 4) & 0x7FF) if kind.name == "numeric" and kind.modifier >= 0 else None
    notes = []
    if scale is not None and numbers.places > scale:
        notes.append(f"up to {numbers.places} digits after the point where the column holds {scale}")
    return Fit((0.7 if notes else 1.0) - (0.1 if rule else 0.0), rule, tuple(notes))


def _for_boolean(facts: Facts) -> Fit | None:
    if facts.present == {"bool"}:
        return Fit(1.0)
    if facts.present == {"text"} and facts.forms.has("bool"):
        return Fit(0.85, {"as": "bool"})
    numbers = {"number"} == facts.present and facts.few is not None and set(facts.few) <= {"0", "1"}
    return Fit(0.75, {"as": "bool"}) if numbers else None


def _for_uuid(facts: Facts) -> Fit | None:
    return Fit(1.0) if facts.present == {"text"} and facts.forms.has("uuid") else None


def _for_bytes(facts: Facts) -> Fit | None:
    if facts.present != {"text"}:
        return None
    form = next((form for form in ("hex", "base64") if facts.forms.has(form)), None)
    return Fit(0.8, {"as": form}) if form else None


def _for_time(facts: Facts) -> Fit | None:
    return Fit(1.0) if facts.present == {"text"} and facts.forms.has("time") else None


def _for_date(facts: Facts) -> Fit | None:
    if facts.present != {"text"}:
        return None
    if facts.forms.has("date"):
        return Fit(1.0)
    if facts.forms.has("moment"):
        return Fit(0.5, notes=("date-times, and the column holds dates: truncate = true drops the time",))
    return _by_formats(facts.forms.formats(FORMATS), "date")


def _for_moment(facts: Facts, *, with_zone: bool) -> Fit | None:
    if facts.present == {"number"}:
        return _for_epoch(facts, with_zone=with_zone)
    if facts.present != {"text"}:
        return None
    forms = facts.forms
    zoned = forms.has("aware")
    rule: dict[str, Any] = {}
    if not forms.has("moment"):
        found = _by_formats(forms.formats((*TIMED, *FORMATS)), "datetime")
        if found is None or "formats" not in found.rule:
            return found
        rule, zoned = dict(found.rule), "%z" in found.rule["formats"][0]
    score = 0.9 if rule else 1.0
    if with_zone and not zoned:
        return Fit(score * 0.8, rule, ('some name no time zone: say which, zone = "..."',))
    if not with_zone and (zoned or not (rule or forms.has("naive"))):
        return Fit(
            score * 0.8, rule, ('they name a time zone: say into which to turn them, to_zone = "UTC"',)
        )
    return Fit(score, rule)


def _for_epoch(facts: Facts, *, with_zone: bool) -> Fit | None:
    numbers = facts.numbers
    none = [0] if (facts.few and "0" in facts.few) or numbers.least == 0 else []
    for form, (least, most) in (
        ("epoch-ms", _MILLISECONDS), ("epoch-s", _SECONDS), ("epoch-us", _MICROSECONDS)
    ):  # fmt: skip
        low = numbers.most if none else numbers.least
        if least <= low and numbers.most <= most and not numbers.odd:
            rule: dict[str, Any] = {"as": form} | ({"none": none} if none else {})
            notes = ("0 is taken for unset",) if none else ()
            return Fit(0.85, rule if with_zone else {**rule, "to_zone": "UTC"}, notes)
    return None


def _by_formats(formats: tuple[str, ...], form: str) -> Fit | None:
    if not formats:
        return None
    if len(formats) > 1:
        readings = " or ".join(f'formats = ["{each}"]' for each in formats)
        return Fit(0.6, {"undecided": f"every date reads as {readings}: say which"})
    return Fit(0.9, {"as": form, "formats": list(formats)})


_BY_NAME: Final = {
    "bool": _for_boolean, "uuid": _for_uuid, "bytea": _for_bytes, "time": _for_time, "date": _for_date
}  # fmt: skip


def _for_words(facts: Facts, words: tuple[str, ...]) -> Fit | None:
    """For an enum, or a column that a check limits to some words."""
    few, folded = facts.few, facts.folded
    rule: dict[str, Any] = {}
    if folded is not None and (few is None or len(folded) < len(few)):
        few, rule = folded, {"trim": True, "case": "lower"}
    if few is None or not facts.present <= {"text", "number"}:
        return None
    known = {word: _word_for(word, words) for word in few if word not in facts.forms.unset or word in words}
    if any(word != meant for word, meant in known.items()):
        rule["enum"] = {word: meant for word, meant in sorted(known.items()) if meant is not None}
    missing = [word for word, meant in sorted(known.items()) if meant is None]
    if len(missing) == len(known):
        return None
    notes = []
    if missing:
        listed = ", ".join(repr(word) for word in missing)
        notes.append(f"decide what {listed} becomes: one of {', '.join(words)}")
    guessed = sorted(word for word, meant in known.items() if meant is not None and not _spelled(word, meant))
    if guessed:
        notes.append(f"{', '.join(map(repr, guessed))} by meaning")
    score = 0.7 + 0.2 * (1 - len(missing) / len(known)) if missing or rule else 1.0
    return Fit(score, rule, tuple(notes))


def _bare(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum()) or word.strip()


def _spelled(word: str, listed: str) -> bool:
    """Whether both are one word in another case or with other separators."""
    return _bare(word) == _bare(listed)


def _word_for(word: str, words: tuple[str, ...]) -> str | None:
    """The listed word that this one means: itself, in another case or spelling, or near enough."""
    if word in words:
        return word
    spelled = next((listed for listed in words if _spelled(word, listed)), None)
    if spelled is not None:
        return spelled
    bare = _bare(word)
    for group in _MEANINGS:
        if bare in group:
            return next((listed for listed in words if _bare(listed) in group), None)
    scored = sorted(((alike(word, listed), listed) for listed in words), reverse=True)
    return scored[0][1] if scored and scored[0][0] >= _LIKE_A_WORD else None
