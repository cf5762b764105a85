"""The proof for one user, as a document that can be kept and compared."""

from toolkit.isolation.prove.lines import proof_lines
from toolkit.isolation.prove.proof import ProvenTable, UserProof, prove_user

__all__ = ["ProvenTable", "UserProof", "proof_lines", "prove_user"]
