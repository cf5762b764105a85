"""The proof for one user, as a document that can be kept and compared."""

from toolkit.isolation.prove.proof import ProvenTable, UserProof, prove_user

__all__ = ["ProvenTable", "UserProof", "prove_user"]
