"""`schema advise` with a revision, suppressions and a baseline, as a shell runs it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import alembic
import pytest
from fixtures.command_line import ENV, Neonkit
from sqlalchemy import Connection

from toolkit.database import DatabaseUrl

SCHEMA = """
create table users (id bigint primary key, email text unique);
create table tasks (id bigint primary key, user_id bigint references users on delete cascade, note json);
"""
RULE = ("schema", "advise", "--rule", "fk-without-index")


@pytest.fixture
def url(connection: Connection, database_url: DatabaseUrl) -> str:
    """The URL of a database with something to say about."""
    connection.exec_driver_sql(SCHEMA)
    connection.commit()
    return database_url.reveal_plain()


@pytest.fixture
def project(folder: Path) -> Path:
    """An Alembic project without revisions, with Alembic's own template."""
    (folder / "migrations" / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s/migrations\n", "utf-8")
    (folder / "migrations" / "env.py").write_text(ENV, "utf-8")
    template = Path(alembic.__file__).parent / "templates" / "generic" / "script.py.mako"
    shutil.copy(template, folder / "migrations" / "script.py.mako")
    return folder


def versions(project: Path) -> list[Path]:
    return [*(project / "migrations" / "versions").glob("*.py")]


def test_written_run_gone_and_taken_back(neonkit: Neonkit, project: Path, url: str) -> None:
    env = {"DATABASE_URL": url}
    ran = neonkit(*RULE, "--write-revision", "-m", "index the owner", env=env)
    assert (ran.code, len(versions(project))) == (0, 1)
    (path,) = versions(project)
    assert ran.out.splitlines() == [str(path), "fixes fk-without-index public.tasks.tasks_user_id_fkey"]
    text = path.read_text("utf-8")
    assert "index the owner" in text
    assert "with op.get_context().autocommit_block():\n        op.create_index('ix_tasks_user_id'" in text
    assert neonkit("upgrade", "--yes", env=env).code == 0
    assert neonkit(*RULE, "--json", env=env).json["findings"] == []
    assert neonkit("downgrade", "base", "--yes", env=env).code == 0
    assert len(neonkit(*RULE, "--json", env=env).json["findings"]) == 1


def test_what_has_no_sql_is_refused_or_left_out(neonkit: Neonkit, project: Path, url: str) -> None:
    everything = ("schema", "advise", "--subject", "public.tasks*", "--write-revision", "--json")
    ran = neonkit(*everything, env={"DATABASE_URL": url})
    assert (ran.code, ran.error["code"], versions(project)) == (5, "E551", [])
    assert ran.error["facts"]["findings"]
    assert "--skip-without-sql" in ran.error["hint"]
    ran = neonkit(*everything, "--skip-without-sql", env={"DATABASE_URL": url})
    assert (ran.code, len(versions(project))) == (0, 1)
    assert {"rule": "json-not-jsonb", "subject": "public.tasks.note"} in ran.json["fixes"]


def test_nothing_to_fix_is_no_failure_and_no_file(neonkit: Neonkit, project: Path, url: str) -> None:
    ran = neonkit("schema", "advise", "--rule", "money-type", "--write-revision", env={"DATABASE_URL": url})
    assert (ran.code, ran.out, versions(project)) == (0, "", [])
    assert "Nothing to fix" in ran.err


def test_suppressions_of_the_project(neonkit: Neonkit, folder: Path, url: str) -> None:
    (folder / "pyproject.toml").write_text(
        """
[[tool.neonkit.ignore]]
rule = "fk-*"
subject = "public.tasks.*"
reason = "nobody deletes users"
[[tool.neonkit.ignore]]
rule = "money-type"
reason = "was decided long ago"
[[tool.neonkit.ignore]]
rule = "fk-witout-index"
reason = "misspelt"
[[tool.neonkit.ignore]]
rule = "json-not-jsonb"
reason = "until the next release"
expires = 2020-01-31
""",
        "utf-8",
    )
    told = neonkit("schema", "advise", "--json", env={"DATABASE_URL": url}).json
    rules = {finding["rule"] for finding in told["findings"]}
    assert "fk-without-index" not in rules
    assert {"json-not-jsonb", "suppression-expired", "suppression-unused"} <= rules
    assert {each["reason"] for each in told["suppressed"]} == {"nobody deletes users"}
    unused = {each["subject"]: each["sentence"] for each in told["findings"] if "unused" in each["rule"]}
    assert unused == {
        "tool.neonkit.ignore[1]": "The suppression of money-type covers nothing that was found.",
        "tool.neonkit.ignore[2]": "No rule is named fk-witout-index.",
    }
    part = neonkit("schema", "advise", "users", "--json", env={"DATABASE_URL": url}).json
    assert "suppression-unused" not in {finding["rule"] for finding in part["findings"]}


def test_a_baseline_leaves_only_what_is_new(
    neonkit: Neonkit, folder: Path, url: str, connection: Connection
) -> None:
    env = {"DATABASE_URL": url}
    file = folder / "neonkit-baseline.json"
    ran = neonkit("schema", "advise", "--write-baseline", env=env)
    assert ran.code == 0
    assert str(file) in ran.err
    text = file.read_text("utf-8")
    assert neonkit("schema", "advise", "--fail-on", "info", "--baseline", str(file), env=env).code == 0
    connection.exec_driver_sql("create table notes (id bigint primary key, at timestamp)")
    connection.commit()
    (folder / "pyproject.toml").write_text('[tool.neonkit]\nbaseline = "neonkit-baseline.json"\n', "utf-8")
    told = neonkit("schema", "advise", "--json", env=env).json
    assert {finding["subject"].split(".")[1] for finding in told["findings"]} == {"notes"}
    connection.exec_driver_sql("drop table notes; alter table tasks alter note type jsonb")
    connection.commit()
    told = neonkit("schema", "advise", "--json", env=env).json
    assert [finding["rule"] for finding in told["findings"]] == ["baseline-outdated"]
    assert neonkit("schema", "advise", "--write-baseline", env=env).code == 0
    gone = set(text.splitlines()) - set(file.read_text("utf-8").splitlines())
    assert {json.loads(line.rstrip(","))["rule"] for line in gone if "rule" in line} == {"json-not-jsonb"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--baseline", "none.json"), "E112"),
        (("--write-baseline", "tasks"), "E130"),
    ],
)
def test_what_cannot_be_done_with_a_baseline(
    neonkit: Neonkit, url: str, more: tuple[str, ...], code: str
) -> None:
    ran = neonkit("schema", "advise", "--json", *more, env={"DATABASE_URL": url})
    assert (ran.code, ran.error["code"]) == (2, code)


def test_findings_in_the_formats_of_others(neonkit: Neonkit, url: str) -> None:
    ran = neonkit(*RULE, "--format", "github", env={"DATABASE_URL": url})
    assert ran.code == 0
    assert ran.out.startswith("::warning title=fk-without-index::public.tasks.tasks_user_id_fkey: ")


def test_a_format_that_a_command_does_not_offer_stops_it_before_it_begins(neonkit: Neonkit) -> None:
    ran = neonkit(
        "--format", "sarif", "upgrade", env={"DATABASE_URL": "postgresql://nobody@nowhere.invalid/x"}
    )
    assert ran.code == 2
    assert "E132" in ran.err
