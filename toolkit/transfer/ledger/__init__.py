"""The ledger of imports: which run wrote which batch, kept in the target and in the data's own transaction.

Here: its tables, the lease that keeps two imports of one file apart, batches, and the map from legacy keys to
new ones. Not here: what is written, and when. Invariants: a batch stands in the ledger exactly if its rows
stand in the tables, because one COMMIT writes both; no state of a session is relied on, so it works behind a
transaction pooler; nothing is ever taken back from the ledger.
"""

from toolkit.transfer.ledger.entries import Batch, RunOrder, RunRecord
from toolkit.transfer.ledger.fingerprint import fingerprint_from, fingerprint_of, mapping_hash
from toolkit.transfer.ledger.ledger import Ledger
from toolkit.transfer.ledger.run import Run

__all__ = [
    "Batch",
    "Ledger",
    "Run",
    "RunOrder",
    "RunRecord",
    "fingerprint_from",
    "fingerprint_of",
    "mapping_hash",
]
