"""Check again whether planned messages are still true: by the planner now and then, and right before they are sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.claims.enums import Status
from tracker.claims.models import Claim, Verdict
from tracker.notifications import outbox, webhook_events
from tracker.notifications.models import Reason, Reminder
from tracker.notifications.recipients import DESK, Delivery, Directory
from tracker.notifications.steps import Kind, Request, Step
from tracker.sql import AnyRow, update_rows

WAITING = (Status.OPEN, Status.DUE)
# When these are undone, a step is due again: the planner must look at the claim once more.
_LOOK_AGAIN = frozenset({Reason.NOT_WAITING, Reason.HANDED_OVER, Reason.TOO_EARLY})


@dataclass(frozen=True)
class Decision:
    """What to do with a row: deliver it, cancel it for a reason, or mark it as `broken` (with the reason)."""

    delivery: Delivery | None = None
    reason: Reason | None = None
    broken: str = ""


def revalidate(session: Session, rows: Sequence[Reminder], directory: Directory) -> dict[int, Decision]:
    """What should become of these rows as things stand now, by their ids."""
    claims = _claims(session, {row.claim_id for row in rows if row.claim_id is not None})
    found = {}
    for row in rows:
        try:
            found[row.id] = _decide(row, claims.get(row.claim_id or 0), directory)
        except ValueError as error:  # a kind, step or day that there is not
            found[row.id] = Decision(broken=str(error))
    return found


def _claims(session: Session, ids: Iterable[int]) -> dict[int, AnyRow]:
    query = (
        select(
            Claim.id,
            Claim.status,
            Claim.due_cycle,
            Claim.review_on,
            Claim.owner_id,
            Claim.is_sample,
            Claim.proposal_id,
            Claim.requested_signer_id,
            Claim.signed_verdict_id,
            Verdict.proposed_by_id,
        )
        .outerjoin(Verdict, Verdict.id == Claim.proposal_id)
        .where(Claim.id.in_(list(ids)))
    )
    return {row.id: row for row in session.execute(query)}


def _decide(row: Reminder, claim: AnyRow | None, directory: Directory) -> Decision:
    kind = Kind(row.kind)
    if row.channel == "webhook":
        return _decide_webhook(row, kind, claim, directory)
    if kind is Kind.HOOK:
        return _decide_paused_webhook(row, directory)
    if kind is Kind.REVIEW or kind is Kind.SIGNOFF:
        if claim is None:
            raise ValueError(f"{row.kind} of no claim")
        if claim.is_sample and not directory.with_sample:
            return Decision(reason=Reason.SAMPLE)
        return _decide_review(row, claim, directory) if kind is Kind.REVIEW else _decide_signoff(row, claim, directory)
    person = directory.person(row.recipient)
    if person is None or not person.works:
        return Decision(reason=Reason.NOBODY)
    if kind is Kind.TEST:
        return Decision(person.delivery)
    if person.is_away:
        return Decision(reason=Reason.AWAY)
    is_wanted = directory.workdays.has_digest(date.fromisoformat(row.step), person.preferences.digest)
    return Decision(person.delivery) if is_wanted else Decision(reason=Reason.SWITCHED_OFF)


def _decide_review(row: Reminder, claim: AnyRow, directory: Directory) -> Decision:
    step = Step(row.step)
    if reason := _find_review_obstacle(row, step, claim, directory):
        return Decision(reason=reason)
    if step is Step.ESCALATION:
        person = directory.person(row.recipient)
        is_right = row.recipient == DESK or (person is not None and person.works and person.is_chief)
    else:
        is_right = row.recipient == directory.responsible_recipient(claim.owner_id)
    if not is_right:
        return Decision(reason=Reason.HANDED_OVER)
    return _decide_delivery(row, directory.delivery(row.recipient))


def _find_review_obstacle(row: Reminder, step: Step, claim: AnyRow, directory: Directory) -> Reason | None:
    """Why a step of a review cycle must not be sent to any recipient, or None."""
    if claim.due_cycle != row.due_cycle:
        return Reason.NEW_WAIT
    if claim.status not in WAITING:
        return Reason.NOT_WAITING
    has_come = claim.review_on <= directory.today
    if has_come is (step is Step.BEFORE):
        return Reason.PASSED if has_come else Reason.TOO_EARLY
    return None


def _decide_webhook(row: Reminder, kind: Kind, claim: AnyRow | None, directory: Directory) -> Decision:
    event = webhook_events.event_for(kind, row.step)
    if event is None or (claim is None and kind is not Kind.TEST):
        raise ValueError(f"no webhook event for {row.kind} {row.step}")
    webhook = directory.webhook(row.recipient)
    # A test goes to a paused webhook as well: it shows whether the receiver works again.
    if webhook is None or not (webhook.works or (kind is Kind.TEST and webhook.is_paused)):
        return Decision(reason=Reason.HOOK_OFF)
    if not webhook.wants(event):
        return Decision(reason=Reason.SWITCHED_OFF)
    if claim is not None:
        if claim.is_sample and not directory.with_sample:
            return Decision(reason=Reason.SAMPLE)
        reason = (
            _find_review_obstacle(row, Step(row.step), claim, directory)
            if kind is Kind.REVIEW
            else _find_event_obstacle(row, kind, claim)
        )
        if reason is not None:
            return Decision(reason=reason)
    return Decision(Delivery(webhook.key, directory.newsroom.language))


def _find_event_obstacle(row: Reminder, kind: Kind, claim: AnyRow) -> Reason | None:
    """Why an event about a proposal, a verdict or a withdrawal is no longer current, or None."""
    if kind is Kind.SIGNOFF:
        waits = claim.status == Status.PROPOSED and row.subject == f"verdict:{claim.proposal_id}"
        return None if waits else Reason.DECIDED
    is_gone = claim.status == Status.WITHDRAWN
    if row.step == webhook_events.REOPENED and claim.status == Status.RESOLVED:
        return Reason.PASSED
    still_so = (
        is_gone if row.step == webhook_events.WITHDRAWN else not is_gone and row.subject == f"verdict:{claim.signed_verdict_id}"
    )
    return None if still_so else Reason.PASSED


def _decide_paused_webhook(row: Reminder, directory: Directory) -> Decision:
    webhook, person = directory.webhook(row.subject), directory.person(row.recipient)
    if webhook is None or not webhook.is_paused:
        return Decision(reason=Reason.PASSED)
    if person is None or not person.is_active:
        return Decision(reason=Reason.NOBODY)
    return Decision(person.delivery)


def _decide_signoff(row: Reminder, claim: AnyRow, directory: Directory) -> Decision:
    Request(row.step)
    if claim.status != Status.PROPOSED or row.subject != f"verdict:{claim.proposal_id}":
        return Decision(reason=Reason.DECIDED)
    if row.recipient != f"editor:{claim.requested_signer_id}":
        return Decision(reason=Reason.HANDED_OVER)
    return _decide_delivery(row, directory.delivery(row.recipient, not_to=claim.proposed_by_id))


def _decide_delivery(row: Reminder, delivery: Delivery | None) -> Decision:
    if delivery is None or (row.channel == "bell" and delivery.person is None):
        return Decision(reason=Reason.NOBODY)
    if row.channel == "email" and not delivery.wants(row.kind, row.step):
        return Decision(reason=Reason.SWITCHED_OFF)
    return Decision(delivery)


def cancel(session: Session, rows: Iterable[Reminder], decisions: dict[int, Decision], at: datetime) -> int:
    """Cancel those of these rows that have a reason for it; return how many that were."""
    rows = list(rows)
    reasons: dict[Reason, list[int]] = {}
    for row in rows:
        reason = decisions[row.id].reason
        if reason is not None:
            reasons.setdefault(reason, []).append(row.id)
    again = {row.claim_id for row in rows if row.claim_id is not None and decisions[row.id].reason in _LOOK_AGAIN}
    if again:
        plan_again(session, again)
    return sum(outbox.cancel(session, ids, at, reason) for reason, ids in sorted(reasons.items()))


def plan_again(session: Session, claim_ids: Iterable[int]) -> None:
    """Have the planner look at these claims at its next turn."""
    update_rows(session, Claim, Claim.id.in_(sorted(claim_ids)), remind_cycle=-1)
