"""`neonkit drift` as a shell runs it."""

from __future__ import annotations

import json

import pytest
from fixtures.command_line import Neonkit
from fixtures.drift import EMAIL, DriftProject

from toolkit.database import Job
from toolkit.secret import Secret

ACCEPTED = """
[[accepted]]
object = "column public.authors.name"
attribute = "type"
reason = "the operators try a longer name"

[[accepted]]
object = "table public.gone"
attribute = "*"
reason = "was there once"
"""


@pytest.fixture
def drift(neonkit: Neonkit, drift_project: DriftProject) -> Neonkit:
    """Runs the command on the project, with scratch databases on its server."""
    root = drift_project.folder.root
    (root / ".git").mkdir()
    url = drift_project.database.url(Job.MIGRATE).reveal_plain()
    return lambda *options: neonkit("drift", "--url", url, "--scratch", "server", *options, cwd=root)


def test_no_drift(drift: Neonkit) -> None:
    ran = drift()
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "No drift.")
    assert "build models" in ran.err
    again = drift()
    assert again.code == 0
    assert "build" not in again.err


def test_drift_in_a_table(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.models(EMAIL)
    drift_project.run("alter table authors alter name type text")
    ran = drift()
    assert ran.code == 5
    heading, first, second = ran.out.splitlines()[:3]
    assert heading.split() == ["OBJECT", "ATTRIBUTE", "MODELS", "MIGRATIONS", "DATABASE", "CAUSE"]
    email, name = sorted((first, second))
    assert [cell.strip() for cell in email.split("  ") if cell.strip()] == [
        "column public.authors.email",
        "existence",
        "present",
        "absent",
        "absent",
        "the models moved without a revision",
    ]
    assert "character varying(80)  character varying(80)  text" in name
    assert name.endswith("the database was changed by hand")
    assert ran.out.splitlines()[-1].startswith("2 differences: ")


def test_json(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.run("alter table authors alter name type text")
    ran = drift("--json")
    assert ran.code == 5
    (row,) = ran.json["differences"]
    assert (row["object"], row["attribute"]) == ("column public.authors.name", "type")
    assert row["cause"] == "drift-by-hand"
    assert row["live"] == {"state": "said", "value": "text"}
    assert {side["name"] for side in ran.json["sides"]} == {"models", "migrations", "pending", "live"}


def test_accepted(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.run("alter table authors alter name type text")
    drift_project.folder.write("drift-accepted.toml", ACCEPTED)
    ran = drift()
    assert ran.code == 0
    assert "accepted: column public.authors.name type: the operators try a longer name" in ran.out
    assert "acceptance is not needed: table public.gone" in ran.out


EXPIRED = """

[[accepted]]
object = "table public.authors"
attribute = "*"
reason = "for a week"
expires = 2020-01-01
"""


def test_accepted_in_json(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.run("alter table authors alter name type text; comment on table authors is 'x'")
    drift_project.folder.write("drift-accepted.toml", ACCEPTED + EXPIRED)
    ran = drift("--json")
    assert ran.code == 5
    assert [(row["object"], row["attribute"]) for row in ran.json["differences"]] == [
        ("table public.authors", "comment")
    ]
    (accepted,) = ran.json["accepted"]
    assert (accepted["object"], accepted["reason"], accepted["expires"]) == (
        "column public.authors.name",
        "the operators try a longer name",
        None,
    )
    (expired,) = ran.json["expired"]
    assert (expired["object"], expired["expires"]) == ("table public.authors", "2020-01-01")
    assert [entry["object"] for entry in ran.json["unused"]] == ["table public.gone"]


def test_a_broken_file_of_accepted_differences(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.folder.write("drift-accepted.toml", "[[accepted]]\nobject = 'table a'\nattribute = '*'")
    ran = drift()
    assert ran.code == 2
    assert "error[E184]" in ran.err
    assert "entry 1 has no reason" in ran.err


def test_unknowns_fail_only_when_asked(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.folder.replace(
        drift_project.folder.env_py, "target_metadata = Base.metadata", "target_metadata = None"
    )
    ran = drift()
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "No drift in what could be compared.")
    assert "unknown: models: env.py gives no target_metadata" in ran.out
    assert drift("--fail-on", "unknown").code == 5


def test_no_secret_is_kept(drift: Neonkit, drift_project: DriftProject) -> None:
    password = drift_project.database.url(Job.MIGRATE).password
    assert isinstance(password, Secret)
    ran = drift("--json", "--verbose")
    written = "".join(
        path.read_text() for path in (drift_project.folder.root / ".neonkit").rglob("*") if path.is_file()
    )
    assert '"objects"' in written
    assert password.reveal() not in ran.out + ran.err + written


def test_fix_writes_a_revision_that_closes_the_drift(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.models(EMAIL)
    drift_project.run("create policy by_hand on authors using (true)")
    ran = drift("--fix", "models", "--adopt", "all", "-m", "as they say", "--json")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["closed"] == [
        ["column public.authors.email", "existence"],
        ["policy public.authors.by_hand", "existence"],
    ]
    assert (told["left"], told["commands"], told["repeatable"]) == ([], ["neonkit upgrade"], True)
    assert "as_they_say" in told["revision"]["path"]
    drift_project.upgrade()
    assert drift().out.splitlines()[-1] == "No drift."


def test_fix_leaves_what_nobody_named(drift: Neonkit, drift_project: DriftProject) -> None:
    drift_project.run("create index by_hand on authors (name)")
    ran = drift("--fix", "migrations")
    assert (ran.code, ran.out.splitlines()[-1]) == (5, "Nothing was written.")
    assert "--drop 'index public.by_hand'" in ran.out
    ran = drift("--fix", "migrations", "--drop", "index public.by_hand")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "next here: neonkit upgrade"


def test_fixes_that_cannot_be(drift: Neonkit) -> None:
    for option, code in (("--drop", "E110"), ("--adopt", "E109"), ("--rename", "E130")):
        ran = drift(option, "table public.x")
        assert ran.code == 2
        assert f"error[{code}]" in ran.err
