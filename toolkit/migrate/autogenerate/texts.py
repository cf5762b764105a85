"""SQL texts in a generated revision, written so that running it gives the text that the models hold.

Alembic compiles an expression with the driver's compiler, which doubles percent signs for a driver with
`%s` parameters and takes the backslash from `\\:name`. The revision compiles the text a second time, so a
percent sign would come out doubled in the database, and a colon would begin a parameter.
"""

from __future__ import annotations

import re
from typing import Any, Final

_PARAMETER: Final = re.compile(r"(?<![:\w$\\]):(?=[\w$]+(?![:\w$]))")
"""A colon that `sqlalchemy.text` would read as the beginning of a parameter."""


def keep_texts(context: Any) -> None:
    """Let the texts that `context` renders from now on stand in the revision as they are meant."""
    impl = context.impl
    doubled = bool(getattr(context.dialect.identifier_preparer, "_double_percents", False))
    if vars(impl).get("render_ddl_sql_expr") is not None:
        return
    render = impl.render_ddl_sql_expr

    def rendered(expression: Any, **options: Any) -> str:
        text = str(render(expression, **options))
        if doubled:
            text = text.replace("%%", "%")
        # What an index is rendered into is taken literally.
        return text if options.get("is_index") else _PARAMETER.sub(r"\\:", text)

    impl.render_ddl_sql_expr = rendered
