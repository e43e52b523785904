"""The events that webhooks can subscribe to. Their keys are stored and sent: receivers depend on them."""

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
    VERDICT_PUBLISHED = "verdict.published"
    CORRECTION_PUBLISHED = "correction.published"
    CLAIM_REOPENED = "claim.reopened"
    TEST = "test"  # always sent, and only by hand


SIGNED: Final = "signed"
WITHDRAWN: Final = "withdrawn"
PUBLISHED: Final = "published"
CORRECTED: Final = "corrected"
REOPENED: Final = "reopened"

CHOICES: Final = {
    Event.CLAIM_DUE: N_("A claim can be checked"),
    Event.CLAIM_LATE: N_("A claim is 7, 30 or 37 days overdue"),
    Event.SIGNOFF_REQUESTED: N_("A verdict is waiting for a second signature"),
    Event.VERDICT_SIGNED: N_("A verdict was signed off"),
    Event.VERDICT_WITHDRAWN: N_("A claim with a verdict was withdrawn"),
    Event.VERDICT_PUBLISHED: N_("Readers can see a verdict"),
    Event.CORRECTION_PUBLISHED: N_("Readers can see a corrected verdict"),
    Event.CLAIM_REOPENED: N_("A claim with a verdict was reopened"),
}

_OF: Final[dict[tuple[str, str], Event]] = {
    (Kind.REVIEW, Step.ON_THE_DAY): Event.CLAIM_DUE,
    (Kind.REVIEW, Step.LATE_7): Event.CLAIM_LATE,
    (Kind.REVIEW, Step.LATE_30): Event.CLAIM_LATE,
    (Kind.REVIEW, Step.ESCALATION): Event.CLAIM_LATE,
    (Kind.SIGNOFF, Request.ASKED): Event.SIGNOFF_REQUESTED,
    (Kind.VERDICT, SIGNED): Event.VERDICT_SIGNED,
    (Kind.VERDICT, WITHDRAWN): Event.VERDICT_WITHDRAWN,
    (Kind.VERDICT, PUBLISHED): Event.VERDICT_PUBLISHED,
    (Kind.VERDICT, CORRECTED): Event.CORRECTION_PUBLISHED,
    (Kind.VERDICT, REOPENED): Event.CLAIM_REOPENED,
}


def event_for(kind: str, step: str) -> Event | None:
    """The event of a row of the outbox; None where there is no event for it."""
    return Event.TEST if kind == Kind.TEST else _OF.get((kind, step))
