"""The statement journal: who ran which revision, when, from which file, statement by statement.

Here: its tables, writing it beside a run, reading it, and what it proves after a run that broke off. Not
here: what a run does about that. Invariants: written on a connection of its own, so that it outlives
rollbacks; a journal that cannot be written never stops a run and never stays silent about it; a statement
counts as committed only on proof, and what has no proof is in doubt.
"""
