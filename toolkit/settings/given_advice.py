"""What [tool.neonkit.advice] may hold, with types and bounds; the defaults are those of `AdviceSettings`.

Owner columns and the identity are said once, in [tool.neonkit.isolation].
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from toolkit.settings.advice import COMMENTED_KINDS, NAMED_KINDS, AdviceSettings

_DEFAULT: Final = AdviceSettings()


def _kinds(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        _require_kind(name, COMMENTED_KINDS)
    return names


def _patterns(patterns: dict[str, str]) -> dict[str, str]:
    for kind, pattern in patterns.items():
        _require_kind(kind, NAMED_KINDS)
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
    return patterns


def _require_kind(name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise ValueError(f"{name!r} is none of {', '.join(known)}")


Words = tuple[Annotated[str, Field(min_length=1)], ...]
Column = Annotated[str, Field(min_length=1)] | None
Count = Annotated[int, Field(ge=0)]
Most = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]


class AdviceTable(BaseModel):
    """[tool.neonkit.advice]."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, defer_build=True)

    app_roles: Words = _DEFAULT.app_roles
    low_roles: Words = _DEFAULT.low_roles
    version_tables: Words = _DEFAULT.version_tables
    only: frozenset[str] = _DEFAULT.only
    also: frozenset[str] = _DEFAULT.also
    created_column: Column | Literal[False] = _DEFAULT.created_column
    updated_column: Column | Literal[False] = _DEFAULT.updated_column
    deleted_columns: Words = _DEFAULT.deleted_columns
    filtered_columns: Words = _DEFAULT.filtered_columns
    choice_columns: Words = _DEFAULT.choice_columns
    money_words: Words = _DEFAULT.money_words
    sensitive_words: Words = _DEFAULT.sensitive_words
    user_editable_claims: Words = _DEFAULT.user_editable_claims
    names: Annotated[dict[str, str], AfterValidator(_patterns)] = {}
    comment_kinds: Annotated[tuple[str, ...], AfterValidator(_kinds)] = _DEFAULT.comment_kinds
    comment_all_or_nothing: bool = _DEFAULT.comment_all_or_nothing
    text_limit: Most = _DEFAULT.text_limit
    most_columns: Most = _DEFAULT.most_columns
    most_enum_labels: Most = _DEFAULT.most_enum_labels
    most_indexes: Most = _DEFAULT.most_indexes
    longest_cascade: Most = _DEFAULT.longest_cascade
    large_rows: Count = _DEFAULT.large_rows
    large_bytes: Count = _DEFAULT.large_bytes
    small_rows: Count = _DEFAULT.small_rows
    bloat_share: Share = _DEFAULT.bloat_share
    statistics_days: Count = _DEFAULT.statistics_days
    partition_days: Count = _DEFAULT.partition_days

    def values(self) -> dict[str, Any]:
        """The fields by name. `false` for a column, which TOML has where it has no null, is None."""
        found = {name: getattr(self, name) for name in type(self).model_fields}
        for name in ("created_column", "updated_column"):
            found[name] = found[name] or None
        return found
