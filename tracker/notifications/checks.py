"""Is it still so? What was planned is looked at again: by the planner now and then, and right before it is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.claims.models import Claim, Verdict
from tracker.claims.words import Status
from tracker.notifications import outbox
from tracker.notifications.models import Reminder
from tracker.notifications.reasons import Reason
from tracker.notifications.roster import DESK, Delivery, Roster
from tracker.notifications.steps import Kind, Request, Step
from tracker.webhooks import events

WAITS = (Status.OPEN, Status.DUE)
# Undone, these leave a step owed again: the planner looks at the claim once more.
_LOOK_AGAIN = frozenset({Reason.NOT_WAITING, Reason.HANDED_OVER, Reason.TOO_EARLY})


@dataclass(frozen=True)
class Fate:
    """What is to become of a row: sent to somebody, cancelled for a reason, or neither, where it is `broken` (and why)."""

    delivery: Delivery | None = None
    reason: Reason | None = None
    broken: str = ""


def look(session: Session, rows: Sequence[Reminder], roster: Roster) -> dict[int, Fate]:
    """What should become of these rows as things stand now, by their ids."""
    claims = _claims(session, {row.claim_id for row in rows if row.claim_id is not None})
    return {row.id: _fate(row, claims.get(row.claim_id or 0), roster) for row in rows}


def _fate(row: Reminder, claim: Any, roster: Roster) -> Fate:
    try:
        return _judged(row, claim, roster)
    except ValueError as error:
        # A kind, step or day that there is not.
        return Fate(broken=str(error))


def _claims(session: Session, ids: Iterable[int]) -> dict[int, Any]:
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


def _judged(row: Reminder, claim: Any, roster: Roster) -> Fate:
    kind = Kind(row.kind)
    if row.channel == "webhook":
        return _of_hook(row, kind, claim, roster)
    if kind is Kind.HOOK:
        return _of_paused_hook(row, roster)
    if kind is Kind.REVIEW or kind is Kind.SIGNOFF:
        if claim is None:
            raise ValueError(f"{row.kind} of no claim")
        if claim.is_sample and not roster.with_sample:
            return Fate(reason=Reason.SAMPLE)
        return _of_review(row, claim, roster) if kind is Kind.REVIEW else _of_signoff(row, claim, roster)
    person = roster.person(row.recipient)
    if person is None or not person.works:
        return Fate(reason=Reason.NOBODY)
    delivery = Delivery(person.email, person.language, person)
    if kind is Kind.TEST:
        return Fate(delivery)
    if person.is_away:
        return Fate(reason=Reason.AWAY)
    is_wanted = roster.workdays.has_digest(date.fromisoformat(row.step), person.wishes.digest)
    return Fate(delivery) if is_wanted else Fate(reason=Reason.SWITCHED_OFF)


def _of_review(row: Reminder, claim: Any, roster: Roster) -> Fate:
    step = Step(row.step)
    if reason := _why_not_now(row, step, claim, roster):
        return Fate(reason=reason)
    if step is Step.ESCALATION:
        person = roster.person(row.recipient)
        is_right = row.recipient == DESK or (person is not None and person.works and person.is_chief)
    else:
        is_right = row.recipient == roster.responsible(claim.owner_id)
    if not is_right:
        return Fate(reason=Reason.HANDED_OVER)
    return _to(row, roster.delivery(row.recipient))


def _why_not_now(row: Reminder, step: Step, claim: Any, roster: Roster) -> Reason | None:
    """Why a step of a claim's wait is not to be spoken of, whoever would hear it."""
    if claim.due_cycle != row.due_cycle:
        return Reason.NEW_WAIT
    if claim.status not in WAITS:
        return Reason.NOT_WAITING
    has_come = claim.review_on <= roster.today
    if has_come is (step is Step.BEFORE):
        return Reason.PASSED if has_come else Reason.TOO_EARLY
    return None


def _of_hook(row: Reminder, kind: Kind, claim: Any, roster: Roster) -> Fate:
    event = events.of(kind, row.step)
    if event is None or (claim is None and kind is not Kind.TEST):
        raise ValueError(f"no webhook is told of {row.kind} {row.step}")
    hook = roster.hook(row.recipient)
    # One that is tried out may be paused: that is how somebody sees whether it works again.
    if hook is None or not (hook.works or (kind is Kind.TEST and hook.is_paused)):
        return Fate(reason=Reason.HOOK_OFF)
    if not hook.wants(event):
        return Fate(reason=Reason.SWITCHED_OFF)
    if claim is not None:
        if claim.is_sample and not roster.with_sample:
            return Fate(reason=Reason.SAMPLE)
        reason = _why_not_now(row, Step(row.step), claim, roster) if kind is Kind.REVIEW else _why_not_so(row, kind, claim)
        if reason is not None:
            return Fate(reason=reason)
    return Fate(Delivery(hook.key, roster.newsroom.language))


def _why_not_so(row: Reminder, kind: Kind, claim: Any) -> Reason | None:
    """Why a webhook is not to be told of a proposal, a verdict or a withdrawal any more."""
    if kind is Kind.SIGNOFF:
        waits = claim.status == Status.PROPOSED and row.subject == f"verdict:{claim.proposal_id}"
        return None if waits else Reason.DECIDED
    is_gone = claim.status == Status.WITHDRAWN
    still_so = is_gone if row.step == events.WITHDRAWN else not is_gone and row.subject == f"verdict:{claim.signed_verdict_id}"
    return None if still_so else Reason.PASSED


def _of_paused_hook(row: Reminder, roster: Roster) -> Fate:
    hook, person = roster.hook(row.subject), roster.person(row.recipient)
    if hook is None or not hook.is_paused:
        return Fate(reason=Reason.PASSED)
    if person is None or not person.is_active:
        return Fate(reason=Reason.NOBODY)
    return Fate(Delivery(person.email, person.language, person))


def _of_signoff(row: Reminder, claim: Any, roster: Roster) -> Fate:
    Request(row.step)
    if claim.status != Status.PROPOSED or row.subject != f"verdict:{claim.proposal_id}":
        return Fate(reason=Reason.DECIDED)
    if row.recipient != f"editor:{claim.requested_signer_id}":
        return Fate(reason=Reason.HANDED_OVER)
    return _to(row, roster.delivery(row.recipient, not_to=claim.proposed_by_id))


def _to(row: Reminder, delivery: Delivery | None) -> Fate:
    if delivery is None or (row.channel == "bell" and delivery.person is None):
        return Fate(reason=Reason.NOBODY)
    if row.channel == "email" and not delivery.wants(row.kind, row.step):
        return Fate(reason=Reason.SWITCHED_OFF)
    return Fate(delivery)


def cancel(session: Session, rows: Iterable[Reminder], fates: dict[int, Fate], at: datetime) -> int:
    """Cancel those of these rows that have a reason for it; return how many that were."""
    rows = list(rows)
    reasons: dict[Reason, list[int]] = {}
    for row in rows:
        reason = fates[row.id].reason
        if reason is not None:
            reasons.setdefault(reason, []).append(row.id)
    again = {row.claim_id for row in rows if row.claim_id is not None and fates[row.id].reason in _LOOK_AGAIN}
    if again:
        plan_again(session, again)
    return sum(outbox.cancel(session, ids, at, reason) for reason, ids in sorted(reasons.items()))


def plan_again(session: Session, claim_ids: Iterable[int]) -> None:
    """Have the planner look at these claims at its next turn."""
    session.execute(
        update(Claim).where(Claim.id.in_(sorted(claim_ids))).values(remind_cycle=-1).execution_options(synchronize_session=False)
    )
