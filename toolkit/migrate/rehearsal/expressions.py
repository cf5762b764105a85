"""SQL that makes values of a type from a row number `n`: as many different ones as are wanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from toolkit.schema import Snapshot
from toolkit.schema.objects import Domain, Enum, Qualified
from toolkit.sql.quoting import quote_literal

_MODIFIED: Final = re.compile(r"(?P<name>[^(]+?)\((?P<modifiers>[\d,\s]+)\)(?P<rest>.*)\Z")
_PLAIN: Final[Mapping[str, str]] = {
    "smallint": "({n} % 32000)::smallint",
    "integer": "({n} % 2000000000)::integer",
    "bigint": "({n})::bigint",
    "real": "(({n}) / 4.0)::real",
    "double precision": "(({n}) / 4.0)::double precision",
    "money": "({n})::int::money",
    "boolean": "(({n}) % 2 = 0)",
    "text": "md5(({n})::text)",
    "citext": "md5(({n})::text)",
    "name": "md5(({n})::text)::name",
    '"char"': "'a'::\"char\"",
    "uuid": "md5(({n})::text)::uuid",
    "date": "('2020-01-01'::date + (({n}) % 3650)::int)",
    "timestamp without time zone": "('2020-01-01'::timestamp + ({n}) * interval '61 seconds')",
    "timestamp with time zone": "('2020-01-01Z'::timestamptz + ({n}) * interval '61 seconds')",
    "time without time zone": "('00:00'::time + ({n}) * interval '1 second')",
    "time with time zone": "('00:00Z'::timetz + ({n}) * interval '1 second')",
    "interval": "(({n}) * interval '1 second')",
    "json": "json_build_object('n', {n})",
    "jsonb": "jsonb_build_object('n', {n})",
    "bytea": "decode(md5(({n})::text), 'hex')",
    "inet": "('10.0.0.0'::inet + ({n}))",
    "cidr": "set_masklen('10.0.0.0'::inet + ({n}), 32)::cidr",
    "macaddr": "('02' || lpad(to_hex({n}), 10, '0'))::macaddr",
    "xml": "('<n>' || ({n}) || '</n>')::xml",
    "tsvector": "to_tsvector('simple', md5(({n})::text))",
    "point": "point({n}, {n})",
    "oid": "({n})::oid",
    "int4range": "int4range(({n})::int, ({n})::int + 1)",
    "int8range": "int8range({n}, ({n}) + 1)",
    "numrange": "numrange({n}, ({n}) + 1)",
    "daterange": "daterange('2020-01-01'::date + ({n})::int, '2020-01-02'::date + ({n})::int)",
    "tsrange": "tsrange('2020-01-01'::timestamp + ({n}) * interval '1 minute', NULL)",
    "tstzrange": "tstzrange('2020-01-01Z'::timestamptz + ({n}) * interval '1 minute', NULL)",
}


def value_of(type_: str, n: str, snapshot: Snapshot) -> str | None:
    """The expression for a type as `format_type` writes it; None for a type that nothing is known of."""
    if type_.endswith("[]"):
        return f"'{{}}'::{type_}"
    modified = _MODIFIED.match(type_)
    name, modifiers, rest = type_, tuple[int, ...](), ""
    if modified:
        name, rest = modified["name"], modified["rest"]
        modifiers = tuple(int(one) for one in modified["modifiers"].split(","))
    plain = f"{name}{rest}"
    if plain in ("character varying", "character"):
        length = modifiers[0] if modifiers else 32
        return f"left(md5(({n})::text), {min(length, 32)})::{type_}"
    if plain == "numeric":
        return _numeric(n, modifiers, type_)
    if plain in ("bit", "bit varying"):
        width = modifiers[0] if modifiers else 1
        return f"(({n}) % {2 ** min(width, 16)})::int::bit({width})::{type_}"
    if (known := _PLAIN.get(plain)) is not None:
        return known.format(n=n)
    return _of_user_type(type_, n, snapshot)


def _numeric(n: str, modifiers: tuple[int, ...], type_: str) -> str:
    if not modifiers:
        return f"({n})::numeric"
    precision, scale = (*modifiers, 0)[:2]
    return f"(({n}) % {10 ** max(1, min(precision - scale, 15))} + 0.25)::{type_}"


def _of_user_type(type_: str, n: str, snapshot: Snapshot) -> str | None:
    for enum in snapshot.of(Enum):
        if enum.labels and type_ in _spellings(enum.schema, enum.name):
            labels = ", ".join(quote_literal(label) for label in enum.labels)
            return f"(ARRAY[{labels}])[(({n}) % {len(enum.labels)})::int + 1]::{type_}"
    for domain in snapshot.of(Domain):
        if type_ in _spellings(domain.schema, domain.name):
            base = value_of(domain.type, n, snapshot)
            return None if base is None else f"({base})::{type_}"
    return None


def _spellings(schema: str, name: str) -> tuple[str, ...]:
    return name, f"{schema}.{name}", str(Qualified(schema, name))
