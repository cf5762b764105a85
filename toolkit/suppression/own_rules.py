"""The rules of suppression itself; nothing suppresses them."""

from __future__ import annotations

from typing import Final

UNUSED: Final = "suppression-unused"
EXPIRED: Final = "suppression-expired"
BASELINE_OUTDATED: Final = "baseline-outdated"
OWN_RULES: Final = {
    UNUSED: "A suppression covers nothing that was found.",
    EXPIRED: "A suppression's day has come: it covers nothing any more.",
    BASELINE_OUTDATED: "The baseline holds findings that are not there any more.",
}
"""Each with what it means."""
