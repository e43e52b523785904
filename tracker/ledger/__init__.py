"""The append-only history: what was done, by whom, when, sealed into a hash chain.

Every area records here, in the transaction that changes its rows. `docs/history.md` tells outsiders how to verify.
"""

from tracker.ledger.recording import SYSTEM, Actor, record
from tracker.ledger.rows import changed, created, removed, tracked
from tracker.ledger.texts import Text

__all__ = ["SYSTEM", "Actor", "Text", "changed", "created", "record", "removed", "tracked"]
