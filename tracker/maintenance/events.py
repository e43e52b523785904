"""Descriptors of the events of maintenance."""

from tracker.errors import N_, Message
from tracker.ledger.descriptors import Descriptors, EventKind, Names
from tracker.ledger.events import HISTORY
from tracker.ledger.queries import Entry


def _describe_restore(entry: Entry, _names: Names) -> Message:
    text = N_("The database was restored from a backup that ended at entry %(seq)s.")
    return Message(text, {"seq": entry.data.get("seq")})


DESCRIPTORS = Descriptors(events=(EventKind("history.restored", _describe_restore, HISTORY, automatic=True),))
