"""The process that imports an application's models, tells their shapes and ends.

Started by `shapes_reader`, with a request as JSON on standard input and one answer as JSON on standard
output. What the models print while they are imported goes to standard error: the answer has its channel for
itself.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from toolkit.errors import NeonkitError
from toolkit.models.loading import load_registry
from toolkit.models.shapes import to_json


def main() -> None:
    """Read the request, answer, and leave whatever threads the models started behind."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    with os.fdopen(answer_to, "w", encoding="utf-8") as channel:
        json.dump(answer(request), channel)
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: a module may have started threads that would keep the process alive.
    os._exit(0)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The shapes and the classes of the models, or the error that says what is wrong with them."""
    try:
        found = load_registry(
            request["modules"],
            request["metadata"],
            project_dir=Path(request["project_dir"]) if request["project_dir"] else None,
            default_schema=request["default_schema"],
        )
    except NeonkitError as error:
        return {"error": {"code": error.code, "facts": error.facts()}}
    classes = {name: f"{each.__module__}:{each.__qualname__}" for name, each in found.classes.items()}
    return {"shapes": to_json(found.shapes), "classes": classes}


if __name__ == "__main__":
    main()
