"""Renderers of results and findings: values in, text out. Nothing here prints, and nothing shows a secret."""

from toolkit.reports.json import as_json, as_json_line, error_object, plain
from toolkit.reports.render import FORMATS, offers, render
from toolkit.reports.table import table

__all__ = ["FORMATS", "as_json", "as_json_line", "error_object", "offers", "plain", "render", "table"]
