"""The steps of a wait: on which days a claim is reminded of. No database in here."""

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tracker.notifications.models import NEVER_AGAIN


class Kind(enum.StrEnum):
    """What a message is for. Keys stand in the outbox."""

    REVIEW = "review"  # a step of a claim's wait
    SIGNOFF = "signoff"  # a signature was asked for
    MENTION = "mention"  # a note mentions an editor: in-app only, in the note's own transaction
    DISPUTE = "dispute"  # a verdict was sent back a second time: in-app only, to its proposer
    DIGEST = "digest"
    TEST = "test"
    VERDICT = "verdict"  # one was signed, or a claim that has one was withdrawn: for webhooks alone
    HOOK = "hook"  # a webhook was paused after long failure: to its owner


class Step(enum.StrEnum):
    """The steps of a claim's wait, in their order. Keys stand in the outbox."""

    BEFORE = "before"
    ON_THE_DAY = "on_the_day"
    LATE_7 = "late_7"
    LATE_30 = "late_30"
    ESCALATION = "escalation"  # to the chiefs; then there is silence


class Request(enum.StrEnum):
    """The steps of a request to sign."""

    ASKED = "asked"
    AGAIN = "again"


ASK_AGAIN_AFTER: Final = 3  # working days
DAYS_BEFORE: Final = 7
_AFTER: Final = {Step.ON_THE_DAY: 0, Step.LATE_7: 7, Step.LATE_30: 30, Step.ESCALATION: 37}


@dataclass(frozen=True)
class Wait:
    """One wait of a claim for its review. `began_on`: the day it began; `first_day`: the first on which reminders can go out."""

    review_on: date
    began_on: date
    first_day: date

    def steps(self) -> list[tuple[date, Step]]:
        """The days of its steps, in order.

        What is entered late, or sent back after its day, is not late from the start: the days count from the first on which
        anyone can be reminded.
        """
        anchor = max(self.review_on, self.first_day)
        found = [(anchor + timedelta(days=days), step) for step, days in _AFTER.items()]
        before = self.review_on - timedelta(days=DAYS_BEFORE)
        return [(before, Step.BEFORE), *found] if before > self.began_on else found

    def now(self, today: date) -> tuple[Step | None, date]:
        """The newest step that has come (None: none has), and the day of the next; NEVER_AGAIN after the last."""
        steps = self.steps()
        come = [step for day, step in steps if day <= today]
        return (come[-1] if come else None), next((day for day, _ in steps if day > today), NEVER_AGAIN)
