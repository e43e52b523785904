"""The append-only history: what was done, by whom, when, sealed into a hash chain.

Every area records here, in the transaction that changes its rows. `docs/history.md` tells outsiders how to verify.
"""

from tracker.history.actors import SYSTEM, Actor
from tracker.history.recording import record
from tracker.history.rows import changed, created, removed, tracked
from tracker.history.texts import Text

__all__ = ["SYSTEM", "Actor", "Text", "changed", "created", "record", "removed", "tracked"]
