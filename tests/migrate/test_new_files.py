"""New revision files: right whatever the message says, or an error and nothing left behind."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder

from toolkit.errors import NeonkitError
from toolkit.migrate import errors, merge, revision, revision_errors
from toolkit.migrate.writing_errors import BrokenTemplateError, FileNotWrittenError, RevisionExistsError

Prepare = Callable[[ProjectFolder], object]


def template(old: str | None, new: str) -> Prepare:
    """Changes the template, or with None for `old` replaces it."""

    def prepare(folder: ProjectFolder) -> None:
        path = folder.scripts / "script.py.mako"
        text = path.read_text()
        assert old is None or old in text
        path.write_text(new if old is None else text.replace(old, new))

    return prepare


def option(line: str) -> Prepare:
    """Adds an option to the ini file."""
    return lambda folder: folder.replace(folder.ini, "[alembic]\n", f"[alembic]\n{line}\n")


def hooks(program: str) -> Prepare:
    lines = (
        f"hooks = one\none.type = exec\none.executable = {program}\none.options = REVISION_SCRIPT_FILENAME"
    )
    return lambda folder: folder.replace(folder.ini, "[post_write_hooks]\n", f"[post_write_hooks]\n{lines}\n")


def no_folder(folder: ProjectFolder) -> None:
    shutil.rmtree(folder.scripts / "versions")
    (folder.scripts / "versions").write_text("in the way")


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda folder: (folder.scripts / "script.py.mako").unlink(), "No such file"),
        (
            template("down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}", ""),
            "no attribute 'down_revision'",
        ),
        (template("${repr(down_revision)}", "None"), "down_revision it is given"),
        (template("${repr(up_revision)}", "'other'"), "the revision it is given"),
        (template("${repr(branch_labels)}", "None"), "branch_labels"),
        (template("${repr(depends_on)}", "None"), "depends_on"),
        (template(None, "x = 1\n"), "the revision it is given"),
        (template(None, "${x"), "SyntaxException"),
        (template(None, "\n${x.y.z}"), "'Undefined' object has no attribute 'y'"),
        (template(None, "\ndef (\n"), "not Python in line 2"),
        (template(None, "1 / 0"), "ZeroDivisionError"),
        (template(None, "raise SystemExit(0)"), "SystemExit"),
        (template("from alembic import op", "from alembic import nothing"), "ImportError"),
    ],
)
def test_a_template_that_makes_no_revision(prepare: Prepare, reason: str, make_project: MakeProject) -> None:
    folder = make_project()
    prepare(folder)
    before = folder.digest()
    with pytest.raises(BrokenTemplateError) as caught:
        revision(
            folder.open(), message="x", rev_id="r1", head="a2", splice=True, branch_label="side",
            depends_on=["a1"],
        )  # fmt: skip
    assert reason in caught.value.reason
    assert caught.value.path == str(folder.scripts / "script.py.mako")
    assert folder.digest() == before


@pytest.mark.parametrize(
    ("prepare", "options", "kind"),
    [
        (no_folder, {}, FileNotWrittenError),
        (hooks("rm"), {}, FileNotWrittenError),
        (lambda _: None, {"rev_id": "r" * 300}, FileNotWrittenError),
        (lambda _: None, {"rev_id": "a2"}, RevisionExistsError),
        (option("file_template = a2_books"), {}, RevisionExistsError),
        (option("file_template = %%(nothing)s"), {}, errors.BadConfigurationError),
        (option("output_encoding = klingon"), {}, errors.BadConfigurationError),
        (option("truncate_slug_length = many"), {}, errors.BadConfigurationError),
        (option("revision_environment = perhaps"), {}, errors.BadConfigurationError),
        (option("timezone = Nowhere/Land"), {}, errors.AlembicRefusedError),
        (lambda _: None, {"version_path": "elsewhere"}, errors.AlembicRefusedError),
        (lambda _: None, {"branch_label": "books@home"}, errors.AlembicRefusedError),
        (lambda _: None, {"branch_label": "a3"}, errors.AlembicRefusedError),
        (lambda _: None, {"depends_on": ["r1"]}, revision_errors.UnknownRevisionError),
        (lambda _: None, {"head": "a3@"}, errors.AlembicRefusedError),
        *[
            (lambda _: None, {"rev_id": bad}, errors.AlembicRefusedError)
            for bad in ("a/b", "../x", "a-b", "a b", "a'b", "head", "base", "current")
        ],
    ],
)
def test_what_cannot_be_written_leaves_nothing(
    prepare: Prepare, options: dict[str, object], kind: type[NeonkitError], make_project: MakeProject
) -> None:
    folder = make_project()
    prepare(folder)
    before = folder.digest()
    with pytest.raises(kind) as caught:
        revision(folder.open(), message="x", **{"rev_id": "r1", **options})  # type: ignore[arg-type]  # the table's own keywords
    assert caught.value.sentence
    assert folder.digest() == before


@pytest.mark.parametrize(
    ("message", "doc"),
    [
        ('a """ b', None),
        ('"""', None),
        ('ends in quote"', None),
        ("ends in backslash\\", None),
        ("\\N{x} \\u12 \\d C:\\new", None),
        ("é ünï 🎉 ${x} %(y)s 'z'", None),
        ("bell \a and \0", None),
        ("not text \udcff", "not text ?"),
    ],
)
def test_a_message_stands_in_the_file_as_given(
    message: str, doc: str | None, make_project: MakeProject
) -> None:
    folder = make_project()
    written = revision(folder.open(), message=message, rev_id="r1")
    text = str(ast.get_docstring(ast.parse(written.paths[0].read_text()), clean=False))
    assert text.splitlines()[0] == (message if doc is None else doc)
    assert folder.open().graph().heads == ("r1",)


def test_a_folder_made_on_the_way_is_taken_back(make_project: MakeProject) -> None:
    folder = make_project()
    option("file_template = %%(year)d/%%(rev)s\nrecursive_version_locations = true")(folder)
    project = folder.open()
    year = revision(project, message="x", rev_id="r1").paths[0].parent
    assert year.parent == folder.scripts / "versions"
    shutil.rmtree(year)
    template(None, "1 / 0")(folder)
    with pytest.raises(BrokenTemplateError):
        revision(project, message="x", rev_id="r1")
    assert not year.exists()


def test_a_program_that_does_not_start_leaves_the_file(make_project: MakeProject) -> None:
    folder = make_project()
    hooks("no-such-program")(folder)
    written = revision(folder.open(), message="x", rev_id="r1")
    assert written.paths[0].exists()
    assert "did not start" in written.output[0]


def test_a_merge_that_splices(make_project: MakeProject) -> None:
    folder = make_project()
    folder.revision("b3", "a2")
    project = folder.open()
    with pytest.raises(errors.AlembicRefusedError):
        merge(project, ["a2", "b3"], "join")
    assert merge(project, ["a2", "b3"], "join", splice=True).revisions[0].parents == ("a2", "b3")
    with pytest.raises(RevisionExistsError):
        merge(project, "heads", "join", rev_id="a1")
