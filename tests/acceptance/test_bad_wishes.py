"""Wishes that are refused: unanswered questions, read-only settings, wrong profiles and unknown names."""

from __future__ import annotations

import pytest
from fixtures.acceptance import Stage

WRITES = {
    "upgrade": ("upgrade",),
    "downgrade": ("downgrade", "-1"),
    "stamp": ("stamp", "base"),
    "import": ("import", "seeds"),
}


@pytest.mark.parametrize("verb", WRITES)
def test_nobody_answers_off_a_terminal(stage: Stage, verb: str) -> None:
    line = WRITES[verb]
    stage.refuses(
        *line,
        exit_code=6,
        error="E630",
        says="Nobody can answer here, so nothing was changed",
        hint=f"`neonkit {' '.join(line)} --yes`",
    )


@pytest.mark.parametrize("verb", WRITES)
def test_production_wants_its_name_and_a_read_only_setting_wins(stage: Stage, verb: str) -> None:
    line = WRITES[verb]
    name = str(stage.url.database)
    production = {"DATABASE_URL": stage.url.reveal_plain(), "NEONKIT_PROFILE": "production"}
    named = f"--confirm-db {name}"
    for given in (("--yes",), ("--confirm-db", name.upper())):
        stage.refuses(
            *line, *given, exit_code=6, error="E630", says="nothing was changed", hint=named, env=production
        )
    stage.refuses(
        *line, "--confirm-db", name,
        exit_code=6,
        error="E632",
        says="The settings are read-only (NEONKIT_READ_ONLY)",
        hint="read_only = false",
        env={**production, "NEONKIT_READ_ONLY": "true"},
    )  # fmt: skip


NAMES: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "a table": (("schema", "show", "author"), "E185", "no object named 'author'", "public.authors"),
    "a column": (("schema", "show", "authors.nam"), "E185", "'authors.nam'", "public.authors.name"),
    "nothing like it": (("schema", "show", "zzzzz"), "E185", "'zzzzz'", "`neonkit schema tree`"),
    "a diagram": (("schema", "diagram", "book"), "E185", "book", "public.books"),
    "a snapshot": (("schema", "diff", "gone.json"), "E187", "No such file", "schema snapshot"),
    "no snapshot": (("schema", "diff", "models.py"), "E187", "it is not JSON", "schema snapshot"),
    "a role": (("isolation", "audit", "--app-role", "nobody"), "E190", "no role nobody", "app_role"),
    "a setting": (("isolation", "--identity-setting", "x y"), "E130", "--identity-setting", "--help"),
    "a profile": (("status", "--profile", "prod"), "E137", "it does not exist", "production"),
    "a verb": (("upgrad",), "E131", "`neonkit upgrad`", "`neonkit upgrade`"),
    "a flag of a verb of Alembic": (("upgrade", "--yse"), "E130", "--yse is neither", "Did you mean --yes?"),
    "a flag": (("status", "--exit-cod"), "E130", "--exit-cod", "--exit-code"),
    "a folder": (("status", "--project", "gone"), "E133", "no folder", "--project"),
    "no terminal": (("tui",), "E195", "needs a terminal", "`neonkit status`"),
    "two connections": (
        ("status", "--profile", "eu", "--url", "postgresql://u:S3CR3T@h/d"), "E138", "eu", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMES)
def test_names_that_are_not_there(stage: Stage, case: str) -> None:
    line, error, says, hint = NAMES[case]
    stage.project.write("pyproject.toml", EU)
    stage.refuses(*line, exit_code=2, error=error, says=says, hint=hint)


EU = """
[tool.neonkit.profiles.eu]
environment = "production"
url_env = "EU_DATABASE_URL"
"""
SETTINGS: dict[str, tuple[str, str, str, str]] = {
    "a key misspelt": ('modls = ["x"]', "E135", "tool.neonkit.modls", "Did you mean models?"),
    "a value that does not fit": ("db_pool_size = 0", "E136", "db_pool_size", "Correct the value"),
    "no TOML": ("db_pool_size = ", "E134", "pyproject.toml cannot be read", "Correct the file"),
    "a password": (
        'database_url = "postgresql://u:S3CR3T@db.example.org/d"', "E139", "password", "url_env",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_that_are_broken(stage: Stage, case: str) -> None:
    text, error, says, hint = SETTINGS[case]
    stage.project.write("pyproject.toml", f"[tool.neonkit]\n{text}\n")
    stage.refuses("upgrade", "--yes", exit_code=2, error=error, says=says, hint=hint)


def test_a_dotenv_that_is_no_text(stage: Stage) -> None:
    (stage.root / ".env").write_bytes(b"\xff\xfe")
    stage.refuses("status", exit_code=2, error="E134", says=".env cannot be read", hint="Correct the file")


@pytest.mark.parametrize(
    "url",
    ["mysql://u:S3CR3T@h/d", "S3CR3T", "postgresql://u:S3CR3T@h:port/d", "postgresql://u:S3CR3T@h/d?x=1"],
)
def test_urls_that_are_none(stage: Stage, url: str) -> None:
    env = {"DATABASE_URL": url}
    stage.refuses("status", exit_code=2, error="E101", says="cannot be", hint="postgresql://", env=env)


def test_an_audit_that_knows_no_role_says_how_to_name_it(stage: Stage) -> None:
    ran = stage.run("isolation", "audit")
    assert ran.code == 5, "tables nobody owns are errors of their own"
    first, second = ran.out.splitlines()[:2]
    assert "nothing can be proved" in first
    assert "--app-role" in second
