"""What reaches other servers: foreign-data wrappers, servers, user mappings, publications, subscriptions.

A snapshot holds no secrets. Options that held one come out as `***`, user mappings without options, a
subscription with a connection that leads nowhere and switched off: each says so in a comment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from toolkit.schema.ddl.attributes import comment_on, new_grants, owner_of
from toolkit.schema.ddl.source import Source
from toolkit.schema.ddl.texts import foreign_options, in_parentheses, names
from toolkit.schema.ddl.unit import Unit, unit
from toolkit.schema.objects import (
    PUBLIC,
    ForeignDataWrapper,
    Key,
    Kind,
    Publication,
    PublishedTable,
    Server,
    Subscription,
    UserMapping,
)
from toolkit.secret import MASK
from toolkit.sql.quoting import quote_identifier, quote_literal

_OPERATIONS: Final = ("insert", "update", "delete", "truncate")
_NO_SECRETS: Final = f"-- Secrets are not part of a snapshot: put them in place of {MASK}.\n"


def wrapper_units(wrapper: ForeignDataWrapper, source: Source) -> Iterator[Unit]:
    """A foreign-data wrapper."""
    target = f"FOREIGN DATA WRAPPER {quote_identifier(wrapper.name)}"
    text = f"CREATE {target}"
    text += f" HANDLER {wrapper.handler}" if wrapper.handler else ""
    text += f" VALIDATOR {wrapper.validator}" if wrapper.validator else ""
    statements = [_secrets(wrapper.options) + text + foreign_options(wrapper.options)]
    statements += owner_of(target, wrapper.owner)
    statements += comment_on(target, wrapper.comment)
    statements += new_grants("wrapper", target, wrapper.owner, wrapper.grants, source.major)
    yield unit(wrapper.key, statements, likely=source.references.of(wrapper.handler, wrapper.validator))


def server_units(server: Server, source: Source) -> Iterator[Unit]:
    """A foreign server."""
    name = quote_identifier(server.name)
    text = f"CREATE SERVER {name}"
    text += f" TYPE {quote_literal(server.type)}" if server.type else ""
    text += f" VERSION {quote_literal(server.version)}" if server.version else ""
    text += f" FOREIGN DATA WRAPPER {quote_identifier(server.wrapper)}{foreign_options(server.options)}"
    statements = [_secrets(server.options) + text]
    statements += owner_of(f"SERVER {name}", server.owner)
    statements += comment_on(f"SERVER {name}", server.comment)
    statements += new_grants("server", f"FOREIGN SERVER {name}", server.owner, server.grants, source.major)
    yield unit(server.key, statements, needs=[Key(Kind.FOREIGN_DATA_WRAPPER, (server.wrapper,))])


def user_mapping_units(mapping: UserMapping, _source: Source) -> Iterator[Unit]:
    """A user mapping, without what it holds."""
    user = PUBLIC if mapping.user == PUBLIC else quote_identifier(mapping.user)
    text = f"CREATE USER MAPPING FOR {user} SERVER {quote_identifier(mapping.server)}"
    note = "-- Its options can hold secrets and are not part of a snapshot.\n"
    yield unit(mapping.key, [note + text], needs=[Key(Kind.SERVER, (mapping.server,))])


def publication_units(publication: Publication, source: Source) -> Iterator[Unit]:
    """A publication."""
    target = f"PUBLICATION {quote_identifier(publication.name)}"
    text = f"CREATE {target}"
    published = [f"TABLE {', '.join(map(_published, publication.tables))}"] if publication.tables else []
    published += [f"TABLES IN SCHEMA {names(publication.schemas)}"] if publication.schemas else []
    if publication.all_tables:
        text += " FOR ALL TABLES"
    elif published:
        text += f" FOR {', '.join(published)}"
    options = []
    if publication.operations != _OPERATIONS:
        options.append(f"publish = {quote_literal(', '.join(publication.operations))}")
    if publication.via_root:
        options.append("publish_via_partition_root = true")
    if publication.generated_columns != "none":
        options.append(f"publish_generated_columns = {publication.generated_columns}")
    text += f" WITH ({', '.join(options)})" if options else ""
    tables = [source.relation_key(found.table) for found in publication.tables]
    yield unit(
        publication.key,
        [text, *owner_of(target, publication.owner), *comment_on(target, publication.comment)],
        needs=[*tables, *(Key(Kind.SCHEMA, (schema,)) for schema in publication.schemas)],
        likely=source.references.of(*(found.row_filter for found in publication.tables)),
    )


def _published(found: PublishedTable) -> str:
    columns = f" ({names(found.columns)})" if found.columns else ""
    return f"{found.table}{columns}" + (
        f" WHERE {in_parentheses(found.row_filter)}" if found.row_filter else ""
    )


def subscription_units(subscription: Subscription, _source: Source) -> Iterator[Unit]:
    """A subscription, connected to nothing."""
    target = f"SUBSCRIPTION {quote_identifier(subscription.name)}"
    slot = quote_literal(subscription.slot) if subscription.slot else "NONE"
    text = (
        f"{_NO_SECRETS}CREATE {target} CONNECTION 'dbname={MASK}'"
        f" PUBLICATION {names(subscription.publications)} WITH (connect = false, slot_name = {slot})"
    )
    yield unit(
        subscription.key,
        [text, *owner_of(target, subscription.owner), *comment_on(target, subscription.comment)],
    )


def _secrets(options: Iterable[str]) -> str:
    return _NO_SECRETS if any(option.endswith(f"={MASK}") for option in options) else ""
