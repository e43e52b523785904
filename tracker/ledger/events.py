"""Descriptors of the ledger's own events: anchors, erasures, and a restore from a backup."""

from tracker.errors import N_
from tracker.ledger.descriptors import Descriptors, EventKind, Group, from_data, phrase

HISTORY = Group("history", N_("The history itself"), 70)


_SEQ = from_data("seq")
_ERASED = phrase(N_("erased text from entry %(seq)s of the history"), seq=_SEQ)
_ANCHORED = phrase(N_("The history was anchored at entry %(seq)s."), seq=_SEQ)
_RESTORED = phrase(N_("The database was restored from a backup that ended at entry %(seq)s."), seq=_SEQ)

DESCRIPTORS = Descriptors(
    events=(
        EventKind("history.redact", _ERASED, HISTORY),
        EventKind("history.erase", N_("erased text where it was shown"), HISTORY),
        EventKind("history.anchor", _ANCHORED, HISTORY, automatic=True),
        EventKind("history.restored", _RESTORED, HISTORY, automatic=True),
    )
)
