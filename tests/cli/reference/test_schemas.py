"""The published schemas hold for what the commands really write, on a project with a history and rows."""

from __future__ import annotations

import pytest
from fixtures.command_line import Ran
from fixtures.many_commands import Commands
from jsonschema import Draft202012Validator

from toolkit.cli.reference.results import result_types
from toolkit.database import DatabaseUrl
from toolkit.migrate import AlembicProject
from toolkit.reports.json_schema import json_schema

ARGUMENTS = {
    "upgrade": ("+1", "--yes"),
    "downgrade": ("-1", "--yes"),
    "check": ("--part", "heads", "--part", "advice"),
    "stamp": ("head", "--yes"),
    "show": ("head",),
    "schema show": ("tasks",),
    "import suggest": ("toolkit.demo.legacy:EXPORT",),
}


@pytest.fixture
def written(demo_url: DatabaseUrl, demo_project: AlembicProject) -> dict[str, Ran]:
    """What each command with a schema writes."""
    with Commands(demo_project.root, demo_url.reveal_plain()) as neonkit:
        neonkit("downgrade", "-2", "--yes")
        order = [
            "upgrade",
            "downgrade",
            *(name for name in result_types() if name not in ("upgrade", "downgrade")),
        ]
        return {name: neonkit(*name.split(), *ARGUMENTS.get(name, ()), "--json") for name in order}


def test_what_is_written_is_what_is_published(written: dict[str, Ran]) -> None:
    for name, kind in result_types().items():
        schema = json_schema(kind, name)
        Draft202012Validator.check_schema(schema)
        ran = written[name]
        assert ran.code in (0, 5), f"{name}: {ran.err}"
        faults = [error.message for error in Draft202012Validator(schema).iter_errors(ran.json)]
        assert faults == [], name
        assert "$ref" in str(schema) or "properties" in str(schema), (
            "a schema that allows anything says nothing"
        )


def test_a_schema_sees_a_key_that_is_gone() -> None:
    validator = Draft202012Validator(json_schema(result_types()["status"], "status"))
    assert list(validator.iter_errors({"environment": "dev"}))
