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
    Reason.NOT_WAITING: N_("The claim did not wait for its review any more."),
    Reason.NEW_WAIT: N_("The review was moved, or began anew."),
    Reason.PASSED: N_("A later reminder took its place."),
    Reason.TOO_EARLY: N_("The review date had not come yet."),
    Reason.HANDED_OVER: N_("Somebody else was responsible by then."),
    Reason.DECIDED: N_("The proposal did not wait for a signature any more."),
    Reason.NOBODY: N_("There was nobody to send it to."),
    Reason.AWAY: N_("The recipient was on leave."),
    Reason.SWITCHED_OFF: N_("The recipient does not want such messages."),
    Reason.NOTHING_DUE: N_("There was nothing to do."),
    Reason.SAMPLE: N_("The claim is one of the sample."),
    Reason.HOOK_OFF: N_("The webhook was paused or removed."),
    Reason.REFUSED: N_("The receiver refused it for good."),
    Reason.FAILED: N_("It could not be sent for a whole day."),
    Reason.BROKEN: N_("The message could not be written."),
    Reason.RESTORED: N_("The database was restored from a backup; this may have been sent before."),
}
