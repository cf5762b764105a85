"""How a revision is read: its file's syntax tree, and its statements, offline or from a recorded run.

Nothing is judged here. Invariant: a statement carries the line of the revision's file that sent it, or None.
"""
