"""What the verdict form starts with: what the address means (`/claims/147?verdict=refuted#verdict`), or what was not signed."""

from datetime import date
from typing import Any, Final

from flask import request

from tracker.claims.claim_page import ClaimPage
from tracker.claims.enums import EvidenceAbout, Outcome, Stance, Visibility
from tracker.claims.models import Evidence

_SIDE: Final = {
    Outcome.CONFIRMED: Stance.SUPPORTS,
    Outcome.PARTLY_CONFIRMED: Stance.SUPPORTS,
    Outcome.REFUTED: Stance.CONTRADICTS,
}
# Fields of a returned proposal that the form starts with.
_KEPT: Final = ("outcome", "rationale", "known_on", "occurred_from", "occurred_to", "missing", "reason", "language")


def known_days(page: ClaimPage) -> dict[Outcome, date]:
    """For each outcome with a side, the day on which the first public source that carries it was published: the outcome was
    knowable then at the latest."""
    days: dict[Outcome, date] = {}
    for outcome, side in _SIDE.items():
        days_published = [
            source.published_on for source in page.evidence if _carries(source, side) and source.published_on is not None
        ]
        if days_published:
            days[outcome] = min(days_published)
    return days


def _carries(source: Evidence, side: Stance) -> bool:
    return (
        source.withdrawn_at is None
        and source.visibility == Visibility.PUBLIC
        and source.about == EvidenceAbout.CLAIM
        and source.stance == side
    )


def verdict(page: ClaimPage, editor_id: int, *, may_decide: bool = False) -> dict[str, Any]:
    """The values that VerdictForm starts with: those of the address, else those of the last proposal if it was not signed and is
    this editor's own or, `may_decide`, in a dispute that this editor may end."""
    asked = request.args.get("verdict", "")
    if request.method != "GET":
        return {}
    if asked in set(Outcome):
        outcome = Outcome(asked)
        return {"outcome": outcome, "known_on": known_days(page).get(outcome)}
    back = page.proposals[-1] if page.proposals else None
    if back is None or back.is_withdrawal or back.is_signed or back.decision is None:
        return {}
    if back.verdict.proposed_by_id != editor_id and not (may_decide and page.returned is back):
        return {}
    return {name: value for name in _KEPT if (value := getattr(back.verdict, name))}
