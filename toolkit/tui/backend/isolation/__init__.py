"""Verdicts, evidence, users, replays, proofs and protections for mode 5."""

from toolkit.tui.backend.isolation.asking import IsolationBackend

__all__ = ["IsolationBackend"]
