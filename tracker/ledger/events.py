"""Descriptors of the ledger's own events: anchors, erasures, and a restore from a backup."""

from tracker.errors import N_, Message
from tracker.ledger.descriptors import Descriptors, EventKind, Group, Names
from tracker.ledger.queries import Entry

HISTORY = Group("history", N_("The history itself"), 70)


def _describe_redaction(entry: Entry, _names: Names) -> Message:
    return Message(N_("erased text from entry %(seq)s of the history"), {"seq": entry.data.get("seq")})


def _describe_anchor(entry: Entry, _names: Names) -> Message:
    return Message(N_("The history was anchored at entry %(seq)s."), {"seq": entry.data.get("seq")})


def _describe_restore(entry: Entry, _names: Names) -> Message:
    text = N_("The database was restored from a backup that ended at entry %(seq)s.")
    return Message(text, {"seq": entry.data.get("seq")})


DESCRIPTORS = Descriptors(
    events=(
        EventKind("history.redact", _describe_redaction, HISTORY),
        EventKind("history.erase", N_("erased text where it was shown"), HISTORY),
        EventKind("history.anchor", _describe_anchor, HISTORY, automatic=True),
        EventKind("history.restored", _describe_restore, HISTORY, automatic=True),
    )
)
