"""Why a message was cancelled or set aside. The keys stand in the outbox, the words on the pages that show it."""

import enum
from typing import Final

from tracker.errors import N_


class Reason(enum.StrEnum):
    # Cancelled: it is not so any more.
    NOT_WAITING = "not_waiting"
    NEW_WAIT = "new_wait"
    PASSED = "passed"
    TOO_EARLY = "too_early"
    HANDED_OVER = "handed_over"
    DECIDED = "decided"
    NOBODY = "nobody"
    AWAY = "away"
    SWITCHED_OFF = "switched_off"
    NOTHING_DUE = "nothing_due"
    SAMPLE = "sample"
    HOOK_OFF = "hook_off"
    # Set aside: it cannot be sent as it is.
    REFUSED = "refused"
    FAILED = "failed"
    BROKEN = "broken"
    RESTORED = "restored"


WORDS: Final = {
    Reason.NOT_WAITING: N_("The claim was no longer waiting for a review."),
    Reason.NEW_WAIT: N_("The review date was moved, or the claim was reopened."),
    Reason.PASSED: N_("Replaced by a later reminder."),
    Reason.TOO_EARLY: N_("The review date had not come yet."),
    Reason.HANDED_OVER: N_("The claim had another owner by then."),
    Reason.DECIDED: N_("The proposal was no longer waiting for sign-off."),
    Reason.NOBODY: N_("There was no recipient."),
    Reason.AWAY: N_("The recipient was away."),
    Reason.SWITCHED_OFF: N_("The recipient has turned these messages off."),
    Reason.NOTHING_DUE: N_("There was nothing to do."),
    Reason.SAMPLE: N_("The claim is sample data."),
    Reason.HOOK_OFF: N_("The webhook was paused or removed."),
    Reason.REFUSED: N_("The recipient’s server refused it."),
    Reason.FAILED: N_("It could not be sent for a whole day."),
    Reason.BROKEN: N_("The message could not be written."),
    Reason.RESTORED: N_("The database was restored from a backup; this may have been sent before."),
}
