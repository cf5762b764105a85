"""Enums, domains, composite and range types, and collations."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.schema.ddl.attributes import comment_on, new_grants, owner_of
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import in_parentheses
from toolkit.schema.ddl.unit import Node, Unit, unit
from toolkit.schema.objects import Attribute, Collation, CompositeType, Domain, DomainCheck, Enum, RangeType
from toolkit.sql.quoting import qualified, quote_identifier, quote_literal


def enum_units(enum: Enum, source: Source) -> Iterator[Unit]:
    """An enum."""
    name = qualified(enum.schema, enum.name)
    labels = ", ".join(map(quote_literal, enum.labels))
    yield unit(enum.key, [f"CREATE TYPE {name} AS ENUM ({labels})", *_rest(enum, "TYPE", source)])


def domain_units(domain: Domain, source: Source) -> Iterator[Unit]:
    """A domain; checks and a default that call functions, which may take the domain, come on their own."""
    name = qualified(domain.schema, domain.name)
    late = [check for check in domain.checks if not check.validated or source.mentions_code(check.expression)]
    late_default = source.mentions_code(domain.default)
    text = f"CREATE DOMAIN {name} AS {domain.type}"
    if domain.collation:
        text += f" COLLATE {domain.collation}"
    if domain.default is not None and not late_default:
        text += f" DEFAULT {domain.default}"
    if domain.not_null:
        text += " NOT NULL"
    early = [check for check in domain.checks if check not in late]
    text = "\n  ".join([text, *map(_check, early)])
    statements = [text, *_rest(domain, "DOMAIN", source)]
    for check in early:
        statements += _check_comment(name, check)
    texts = (domain.type, domain.collation, *(check.expression for check in early), domain.default)
    likely = source.references.of(*(texts if not late_default else texts[:-1]))
    yield unit(domain.key, statements, likely=likely)
    if late_default:
        yield unit(
            Node(domain.key, "default"),
            [f"ALTER DOMAIN {name} SET DEFAULT {domain.default}"],
            needs=[domain.key],
            likely=source.references.of(domain.default),
        )
    for check in late:
        valid = "" if check.validated else " NOT VALID"
        yield unit(
            Node(domain.key, f"check {check.name}"),
            [f"ALTER DOMAIN {name} ADD {_check(check)}{valid}", *_check_comment(name, check)],
            needs=[domain.key],
            likely=source.references.of(check.expression),
        )


def composite_units(composite: CompositeType, source: Source) -> Iterator[Unit]:
    """A composite type."""
    name = qualified(composite.schema, composite.name)
    attributes = ",\n  ".join(map(_attribute, composite.attributes))
    body = f"(\n  {attributes}\n)" if attributes else "()"
    statements = [f"CREATE TYPE {name} AS {body}", *_rest(composite, "TYPE", source)]
    for attribute in composite.attributes:
        statements += comment_on(f"COLUMN {name}.{quote_identifier(attribute.name)}", attribute.comment)
    texts = [text for found in composite.attributes for text in (found.type, found.collation)]
    yield unit(composite.key, statements, likely=source.references.of(*texts))


def range_units(found: RangeType, source: Source) -> Iterator[Unit]:
    """A range type, and before it the shell that its canonical function takes."""
    name = qualified(found.schema, found.name)
    given = (
        ("SUBTYPE", found.subtype),
        ("SUBTYPE_OPCLASS", found.operator_class),
        ("COLLATION", found.collation),
        ("CANONICAL", found.canonical),
        ("SUBTYPE_DIFF", found.difference),
        ("MULTIRANGE_TYPE_NAME", found.multirange),
    )
    parameters = ", ".join(f"{parameter} = {value}" for parameter, value in given if value is not None)
    made = Unit(
        Node(found.key),
        (f"CREATE TYPE {name} AS RANGE ({parameters})", *_rest(found, "TYPE", source)),
        likely=frozenset(
            Node(key)
            for key in source.references.of(*(value for _, value in given if value))
            if key != found.key
        ),
    )
    if found.canonical is not None:
        shell = (f"CREATE TYPE {name}",)
        made = Unit(made.node, made.statements, made.needs, made.likely, shell, made.statements)
    yield made


def collation_units(collation: Collation, _source: Source) -> Iterator[Unit]:
    """A collation."""
    name = qualified(collation.schema, collation.name)
    given = [("PROVIDER", collation.provider)]
    if collation.provider == "libc":
        given += [("LC_COLLATE", collation.collate or ""), ("LC_CTYPE", collation.ctype or "")]
    else:
        given.append(("LOCALE", collation.locale or collation.collate or ""))
    if collation.rules is not None:
        given.append(("RULES", collation.rules))
    parameters = [f"{parameter} = {quote_literal(value)}" for parameter, value in given]
    if not collation.deterministic:
        parameters.append("DETERMINISTIC = false")
    create = f"CREATE COLLATION {name} ({', '.join(parameters)})"
    target = f"COLLATION {name}"
    yield unit(
        collation.key,
        [create, *owner_of(target, collation.owner), *comment_on(target, collation.comment)],
    )


def _rest(thing: Enum | Domain | CompositeType | RangeType, word: str, source: Source) -> Iterator[str]:
    target = f"{word} {qualified(thing.schema, thing.name)}"
    yield from owner_of(target, thing.owner)
    yield from comment_on(target, thing.comment)
    yield from new_grants("type", target, thing.owner, thing.grants, source.major)


def _check(check: DomainCheck) -> str:
    return f"CONSTRAINT {quote_identifier(check.name)} CHECK {in_parentheses(check.expression)}"


def _check_comment(domain: str, check: DomainCheck) -> Iterator[str]:
    yield from comment_on(f"CONSTRAINT {quote_identifier(check.name)} ON DOMAIN {domain}", check.comment)


def _attribute(attribute: Attribute) -> str:
    collation = f" COLLATE {attribute.collation}" if attribute.collation else ""
    return f"{quote_identifier(attribute.name)} {attribute.type}{collation}"
