"""`examine`: what stands in the way of working here, each with its remedy.

Here: one look at every part of the surroundings (packages, settings, project, connection, server, embedded
server). Not here: the terminal, which only a door sees. Invariants: nothing is changed; a part that cannot be
looked at is told as unknown with the reason and keeps no other from being looked at.
"""

from toolkit.doctor.examine import examine
from toolkit.doctor.values import Examination, State, Symptom

__all__ = ["Examination", "State", "Symptom", "examine"]
