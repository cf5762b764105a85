"""The policy compiler: what is missing between a database and isolation, staged, reversible and tried out.

Here: what is missing as steps (`compile_protection`), with a trial (`protect`), and as text (`operations`,
`script`). Not here: writing revision files, which is another room's, and changing anything for good.
"""

from toolkit.isolation.protect.compile import compile_protection
from toolkit.isolation.protect.errors import (
    BadIdentityFunctionError,
    DoesNotApplyError,
    ExemptRoleError,
    NoApplicationRoleError,
    StillLeakingError,
)
from toolkit.isolation.protect.proof import Protected, protect
from toolkit.isolation.protect.step import LeftOpen, Protection, Stage, Step
from toolkit.isolation.protect.written import StageOperations, operations, script

__all__ = [
    "BadIdentityFunctionError",
    "DoesNotApplyError",
    "ExemptRoleError",
    "LeftOpen",
    "NoApplicationRoleError",
    "Protected",
    "Protection",
    "Stage",
    "StageOperations",
    "Step",
    "StillLeakingError",
    "compile_protection",
    "operations",
    "protect",
    "script",
]
