"""What the verdict form starts with where the address says which verdict is meant: `/claims/147?verdict=refuted#verdict`."""

from typing import Any, Final

from flask import request

from tracker.claims.queries.claim_page import ClaimPage
from tracker.claims.words import EvidenceAbout, Outcome, Stance, Visibility

_SIDE: Final = {
    Outcome.CONFIRMED: Stance.SUPPORTS,
    Outcome.PARTLY_CONFIRMED: Stance.SUPPORTS,
    Outcome.REFUTED: Stance.CONTRADICTS,
}


def verdict(page: ClaimPage) -> dict[str, Any]:
    """The values of VerdictForm that the address asks for, {} where it asks for none.

    The outcome was knowable at the latest when the first public source that carries it was published; that day is suggested.
    """
    asked = request.args.get("verdict", "")
    if request.method != "GET" or asked not in set(Outcome):
        return {}
    outcome = Outcome(asked)
    days = [
        source.published_on
        for source in page.evidence
        if source.published_on is not None
        and source.withdrawn_at is None
        and source.visibility == Visibility.PUBLIC
        and source.about == EvidenceAbout.CLAIM
        and source.stance == _SIDE.get(outcome)
    ]
    return {"outcome": outcome, "known_on": min(days, default=None)}
