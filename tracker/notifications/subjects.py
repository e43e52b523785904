"""Subjects, remarks and reasons of reminders, in the language in use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.claims.enums import ProposalKind
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.notifications.recipients import Delivery, Directory
from tracker.notifications.steps import Kind, Request, Step
from tracker.web import formatting
from tracker.web.i18n import gettext as _
from tracker.web.i18n import language, ngettext
from tracker.web.labels import word


@dataclass(frozen=True)
class Notice:
    """A reminder about one claim. `absent_owner`: the owner on leave whose stand-in gets it, else "".
    `by`: who wrote the note, where it is a mention."""

    kind: str
    step: str
    claim: ClaimRow
    absent_owner: str = ""
    by: str = ""


def title(notice: Notice, today: date) -> str:
    """What is the matter, in a few words."""
    claim = notice.claim
    if notice.kind == Kind.SIGNOFF:
        return _asked(notice)
    if notice.kind == Kind.DISPUTE:
        return _("Your verdict was sent back. A chief editor may now decide.")
    if notice.kind == Kind.MENTION:
        return _("%(name)s mentioned you in a note", name=notice.by) if notice.by else _("A note mentions you")
    days = abs((today - (claim.review_on or today)).days)
    match notice.step:
        case Step.BEFORE:
            return ngettext("Due in %(n)s day", "Due in %(n)s days", days)
        case Step.ON_THE_DAY:
            return _("Ready to check")
        case Step.ESCALATION:
            return ngettext("No verdict %(n)s day after the review date", "No verdict %(n)s days after the review date", days)
    return ngettext("Still open %(n)s day after the review date", "Still open %(n)s days after the review date", days)


def _asked(notice: Notice) -> str:
    proposal = notice.claim.proposal
    name = proposal.proposer.name if proposal is not None and proposal.proposer is not None else ""
    if notice.step == Request.AGAIN:
        return _("Still waiting for your sign-off")
    if proposal is not None and proposal.kind is ProposalKind.WITHDRAWAL:
        return (
            _("%(name)s asks you to sign off a withdrawal", name=name) if name else _("A withdrawal is waiting for your sign-off")
        )
    return _("%(name)s asks you to sign off a verdict", name=name) if name else _("A verdict is waiting for your sign-off")


def remarks(notice: Notice, delivery: Delivery, now: Directory) -> tuple[str, ...]:
    """What there is to say of one claim, and to do about it."""
    claim, found = notice.claim, []
    if notice.kind == Kind.REVIEW:
        supports, contradicts = claim.evidence.get("supports", 0), claim.evidence.get("contradicts", 0)
        if notice.step == Step.BEFORE:
            found.append(
                _("Evidence so far: %(supports)s for, %(contradicts)s against.", supports=supports, contradicts=contradicts)
            )
        if notice.step in (Step.LATE_7, Step.LATE_30):
            found.append(_("Give a verdict, move the review date or reassign the claim."))
        if notice.step == Step.ESCALATION:
            owner = claim.owner.name if claim.owner is not None else ""
            found.append(_("Owner: %(name)s.", name=owner) if owner else _("It has no owner."))
            found.append(_("This is the last reminder about this claim. Give a verdict, move the review date or reassign it."))
        elif delivery.person is None:
            found.append(_("It has no owner."))
    elif claim.proposal is not None:
        day = claim.proposal.at.astimezone(now.workdays.zone).date()
        found.append(_("Proposed on %(day)s.", day=formatting.day_long(day, language())))
    if notice.absent_owner:
        found.append(_("You receive this because you cover for %(name)s.", name=notice.absent_owner))
    return tuple(found)


def why(notice: Notice, delivery: Delivery) -> str:
    """Why the recipient gets such messages."""
    if delivery.person is None:
        return _("Sent to this address because the claim has no owner.")
    if notice.kind == Kind.SIGNOFF:
        return _("You are asked to sign off. There is one reminder, after three working days.")
    if notice.step == Step.ESCALATION:
        return _("Sent once to the chief editors, 37 days after the review date.")
    return _(
        "Sent to the owner 7 days before the review date, on the day, and 7 and 30 days after it, until a verdict is proposed."
    )


def section(key: str) -> str:
    """What a group of claims is called."""
    titles = {
        "escalation": _("Overdue by more than a month"),
        "upcoming": _("Due soon"),
        "signoff": _("Awaiting your sign-off"),
    }
    return titles.get(key) or word(key)


def counted(counts: Mapping[str, int]) -> str:
    """2 overdue, 4 due this week, 1 to sign off: for a subject line."""
    found = []
    if n := counts.get("escalation"):
        found.append(ngettext("%(n)s overdue by more than a month", "%(n)s overdue by more than a month", n))
    if n := counts.get("overdue"):
        found.append(ngettext("%(n)s overdue", "%(n)s overdue", n))
    return ", ".join(
        found + _counted_gently(counts, ngettext("%(n)s due this week", "%(n)s due this week", counts.get("due", 0)))
    )


def counted_aloud(counts: Mapping[str, int]) -> str:
    """2 predictions overdue, 4 to check this week, 1 to sign off: for the head of a message."""
    found = []
    if n := counts.get("escalation"):
        words = ngettext("%(n)s claim overdue by more than a month", "%(n)s claims overdue by more than a month", n)
        found.append(words)
    if n := counts.get("overdue"):
        found.append(ngettext("%(n)s claim overdue", "%(n)s claims overdue", n))
    due = ngettext("%(n)s to check this week", "%(n)s to check this week", counts.get("due", 0))
    return ", ".join(found + _counted_gently(counts, due))


def _counted_gently(counts: Mapping[str, int], due: str) -> list[str]:
    found = [due] if counts.get("due") else []
    if n := counts.get("upcoming"):
        found.append(ngettext("%(n)s due soon", "%(n)s due soon", n))
    if n := counts.get("signoff"):
        found.append(ngettext("%(n)s to sign off", "%(n)s to sign off", n))
    return found


def oclock(hour: int) -> str:
    """08:00, 8 h."""
    return f"{hour}\u00a0h" if language() == "fr" else f"{hour:02}:00"
