"""The words for a status, a group of the desk, a verdict and a stance: one key, one word, wherever it is shown."""

from typing import Final

from tracker.errors import N_
from tracker.web.i18n import gettext

# For the desk. The keys of status and verdict are stored and exported; the rest are groups and states of a page.
DESK: Final = {
    "draft": N_("Draft"),
    "open": N_("Open"),
    "due": N_("Due this week"),
    "overdue": N_("Overdue"),
    "upcoming": N_("Upcoming"),
    "signoff": N_("Awaiting sign-off"),
    "proposed": N_("Awaiting sign-off"),
    "under_review": N_("Under review"),
    "resolved": N_("Resolved"),
    "withdrawn": N_("Withdrawn"),
    "confirmed": N_("Confirmed"),
    "partly_confirmed": N_("Partly confirmed"),
    "refuted": N_("Refuted"),
    "unresolvable": N_("Unresolvable"),
    "void": N_("Void"),
    "supports": N_("Supports"),
    "contradicts": N_("Contradicts"),
    "context": N_("Context"),
}

# For readers, who need whole words and no jargon.
READERS: Final = {
    "confirmed": N_("Came true"),
    "partly_confirmed": N_("Came true in part"),
    "refuted": N_("Did not happen"),
    "unresolvable": N_("Cannot be established from public sources"),
    "void": N_("No longer applicable"),
}


def word(key: str) -> str:
    """What the desk calls a key, in the language spoken now."""
    return gettext(DESK[str(key)])


def reader_word(key: str) -> str:
    """The label of a verdict for readers, in the language spoken now."""
    return gettext(READERS[str(key)])
