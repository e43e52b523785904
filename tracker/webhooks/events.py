"""What a webhook can be told. The keys are stored and sent; receivers hang on them."""

import enum
from typing import Final

from tracker.errors import N_
from tracker.notifications.steps import Kind, Request, Step


class Event(enum.StrEnum):
    CLAIM_DUE = "claim.due"
    CLAIM_LATE = "claim.late"
    SIGNOFF_REQUESTED = "signoff.requested"
    VERDICT_SIGNED = "verdict.signed"
    VERDICT_WITHDRAWN = "verdict.withdrawn"
    TEST = "test"  # always sent, and only by hand


SIGNED: Final = "signed"
WITHDRAWN: Final = "withdrawn"

CHOICES: Final = {
    Event.CLAIM_DUE: N_("A claim can be checked"),
    Event.CLAIM_LATE: N_("A claim is 7, 30 or 37 days overdue"),
    Event.SIGNOFF_REQUESTED: N_("A verdict is waiting for a second signature"),
    Event.VERDICT_SIGNED: N_("A verdict was signed off"),
    Event.VERDICT_WITHDRAWN: N_("A claim with a verdict was withdrawn"),
}

_OF: Final[dict[tuple[str, str], Event]] = {
    (Kind.REVIEW, Step.ON_THE_DAY): Event.CLAIM_DUE,
    (Kind.REVIEW, Step.LATE_7): Event.CLAIM_LATE,
    (Kind.REVIEW, Step.LATE_30): Event.CLAIM_LATE,
    (Kind.REVIEW, Step.ESCALATION): Event.CLAIM_LATE,
    (Kind.SIGNOFF, Request.ASKED): Event.SIGNOFF_REQUESTED,
    (Kind.VERDICT, SIGNED): Event.VERDICT_SIGNED,
    (Kind.VERDICT, WITHDRAWN): Event.VERDICT_WITHDRAWN,
}


def event_for(kind: str, step: str) -> Event | None:
    """The event that a row of the outbox stands for; None where webhooks are not told of it."""
    return Event.TEST if kind == Kind.TEST else _OF.get((kind, step))
