"""Objects that a Python module holds: `module:attribute`.

Only what the user names is imported. A module in which the attribute is a literal that nothing else touches
is read without being run; any other one is run once, and what it prints goes to stderr.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from toolkit.transfer.errors import SourceNotFoundError

_MODULE_ATTRIBUTE: Final = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")
_TOUCHES_ALL: Final = ("globals", "vars", "exec", "eval", "setattr", "__import__")


def is_module_attribute(text: str) -> bool:
    """Whether `text` has the form `module:attribute`."""
    return _MODULE_ATTRIBUTE.fullmatch(text) is not None


def attribute_of_module(location: str, project: Path) -> object:
    """The object at `module:attribute`; modules are looked for in `project` and where we are.

    Raises `SourceNotFoundError`, which repeats nothing that the module says.
    """
    module_name, _, attributes = location.partition(":")
    found = _literal(module_name, attributes, project)
    if found is not None:
        return found
    with _importable(project), contextlib.redirect_stdout(sys.stderr):
        try:
            value: object = importlib.import_module(module_name)
            for name in attributes.split("."):
                value = getattr(value, name)
        except Exception as error:  # the module is the user's and may raise anything while it runs
            # Other messages may hold what the module was configured with, a URL for one.
            told = f": {error}" if isinstance(error, ImportError | AttributeError | SyntaxError) else ""
            raise SourceNotFoundError(location, f"{type(error).__name__}{told}") from error
        except SystemExit:
            raise SourceNotFoundError(location, "the module ends the program") from None
    return value


def _literal(module_name: str, attribute: str, project: Path) -> object | None:
    """The value of a literal in a module that was not imported; None where only running it would tell."""
    if module_name in sys.modules or "." in attribute:
        return None
    *packages, name = module_name.split(".")
    folder = project
    try:
        for package in packages:
            folder /= package
            if (folder / "__init__.py").read_bytes().strip():
                return None  # a package runs before its modules, and may change them
        tree = ast.parse((folder / f"{name}.py").read_bytes())
    except (OSError, SyntaxError, ValueError):
        return None  # importing it says what is wrong
    mentions = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    if any(node.id in _TOUCHES_ALL for node in mentions) or _star_imports(tree):
        return None
    values = [value for name, value in _assignments(tree) if name == attribute]
    if len(values) != 1 or sum(node.id == attribute for node in mentions) != 1:
        return None
    try:
        value: object = ast.literal_eval(values[0])
    except ValueError:
        return None
    return value


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value


def _star_imports(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
        for node in ast.walk(tree)
    )


@contextmanager
def _importable(project: Path) -> Iterator[None]:
    """Let modules of the project and of the current folder be found while the block runs."""
    added = [str(project.resolve()), str(Path.cwd())]
    sys.path[:0] = added
    try:
        yield
    finally:
        for entry in added:
            sys.path.remove(entry)
