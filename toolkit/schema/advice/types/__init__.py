"""Rules about the types of columns."""

from toolkit.schema.advice.types.agreement import same_name_different_type
from toolkit.schema.advice.types.documents import json_not_jsonb, large_object_column, oid_reg_column
from toolkit.schema.advice.types.enums import enum_many_values, enum_unused
from toolkit.schema.advice.types.numbers import float_for_money, money_type
from toolkit.schema.advice.types.texts import (
    char_n_type,
    text_for_everything,
    text_holds_other_type,
    varchar_255,
)
from toolkit.schema.advice.types.times import timestamp_without_tz

RULES = (
    timestamp_without_tz,
    json_not_jsonb,
    money_type,
    float_for_money,
    char_n_type,
    varchar_255,
    text_for_everything,
    text_holds_other_type,
    oid_reg_column,
    large_object_column,
    same_name_different_type,
    enum_unused,
    enum_many_values,
)
