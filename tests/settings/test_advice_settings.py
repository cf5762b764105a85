"""[tool.neonkit.advice], ignore and baseline: read with origins, refused where they do not fit."""

from __future__ import annotations

import dataclasses
import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from toolkit.errors import NeonkitError
from toolkit.schema.objects import Kind
from toolkit.schema.objects.constraints import ConstraintType
from toolkit.settings import Settings, load_settings
from toolkit.settings.advice import COMMENTED_KINDS, NAMED_KINDS, AdviceSettings
from toolkit.settings.given_advice import AdviceTable

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ELSEWHERE = {"owner_columns", "identity_setting"}
CONSTRAINTS = set(get_args(ConstraintType))


def load(folder: Path, text: str) -> Settings:
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text(f"[tool.neonkit]\n{text}", "utf-8")
    return load_settings(folder, environ={})


def test_every_setting_can_be_given_and_keeps_its_default(tmp_path: Path) -> None:
    names = {each.name for each in dataclasses.fields(AdviceSettings)}
    assert names - ELSEWHERE == set(AdviceTable.model_fields)
    assert load(tmp_path, "").advice == AdviceSettings()


def test_every_setting_is_on_the_page_with_its_default() -> None:
    section = PAGE.read_text("utf-8").split("## Advice")[1].split("## ")[0]
    rows = dict(re.findall(r"^\| (`.+?) \| (.*?) \|", section, re.MULTILINE))
    told = {name for cell in rows for name in re.findall(r"`(\w+)`", cell)}
    assert told == set(AdviceTable.model_fields)
    for cell, default in rows.items():
        value = getattr(AdviceSettings(), cell.strip("`"), None)
        if isinstance(value, bool):
            assert default == {True: "yes", False: "no"}[value]
        elif isinstance(value, int | float):
            assert default == str(value)
        if isinstance(value, tuple) and "…" not in default and value:
            assert default == ", ".join(value)


def test_kinds_are_those_of_the_catalog() -> None:
    kinds = {str(kind) for kind in Kind}
    assert set(NAMED_KINDS) - CONSTRAINTS <= kinds
    assert set(COMMENTED_KINDS) <= kinds


def test_each_key_has_its_own_origin(tmp_path: Path) -> None:
    text = "[tool.neonkit.advice]\nlarge_rows = 7\nupdated_column = false\n"
    text += "[tool.neonkit.profiles.dev.advice]\nsmall_rows = 2\n"
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    settings = load_settings(tmp_path, {"profile": "dev"}, environ={})
    advice = settings.advice
    assert (advice.large_rows, advice.small_rows, advice.updated_column) == (7, 2, None)
    assert settings.origin("advice.large_rows").name == "tool.neonkit.advice.large_rows"
    assert settings.origin("advice.small_rows").name == "tool.neonkit.profiles.dev.advice.small_rows"
    assert settings.origin("advice.bloat_share").kind == "default"


def test_roles_owners_and_identity_come_from_isolation(tmp_path: Path) -> None:
    isolation = 'isolation = { app_role = "app", owner_columns = ["who"], identity_setting = "x.y" }\n'
    advice = load(tmp_path, isolation).advice
    assert (advice.app_roles, advice.owner_columns, advice.identity_setting) == (("app",), ("who",), "x.y")
    assert load(tmp_path, isolation + 'advice.app_roles = ["web"]').advice.app_roles == ("web",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("advice.larg_rows = 1", "unknown setting tool.neonkit.advice.larg_rows"),
        ("advice.large_rows = -1", "advice.large_rows"),
        ("advice.bloat_share = 40", "advice.bloat_share"),
        ("advice.most_columns = 0", "advice.most_columns"),
        ('advice.names = { index = "ix_(" }', "no regular expression"),
        ('advice.names = { indices = "ix" }', "'indices' is none of"),
        ('advice.comment_kinds = ["tables"]', "'tables' is none of"),
        ("advice.created_column = true", "advice.created_column"),
        ('advice.owner_columns = ["x"]', "unknown setting tool.neonkit.advice.owner_columns"),
        ('ignore = [{ rule = "a" }]', r"tool.neonkit.ignore\[0\] has no reason"),
        ('ignore = [{ rule = "a", reason = " " }]', r"tool.neonkit.ignore\[0\] has no reason"),
        ('ignore = [{ reason = "a" }]', r"tool.neonkit.ignore\[0\] has no rule"),
        ('ignore = [{ rule = "a", reason = "b", until = 2030-01-01 }]', "ignore.0.until"),
        ('ignore = [{ rule = "a", reason = "b", expires = "soon" }]', "ignore.0.expires"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(NeonkitError, match=told) as caught:
        load(tmp_path, text)
    assert caught.value.exit_code == 2


def test_suppressions_and_the_baseline(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        'baseline = "base.json"\n'
        '[[tool.neonkit.ignore]]\nrule = "fk-*"\nsubject = "public.*"\n'
        'reason = "small"\nexpires = 2030-01-31\n',
    )
    (one,) = settings.ignore
    assert (one.rule, one.subject, one.reason, one.expires) == (
        "fk-*",
        "public.*",
        "small",
        date(2030, 1, 31),
    )
    assert (one.by, one.written_at) == ("settings", "tool.neonkit.ignore[0]")
    assert settings.baseline == tmp_path / "base.json"
