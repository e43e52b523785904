"""The name of a speaker whom an article only implies must not be read in public texts, unless a chief editor allows it."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.claims.models import Claim, NameClearance
from tracker.claims.public_form import find_implied_name
from tracker.claims.services.common import lock, require_chief, require_text
from tracker.errors import N_, Invalid, Message
from tracker.ledger import Actor

FIELDS: Final[dict[str, str]] = {
    "statement": N_("Statement"),
    "quote": N_("Quote"),
    "hedge": N_("Words of doubt"),
    "condition": N_("Condition"),
    "confirmed_if": N_("Confirmed if"),
    "refuted_if": N_("Refuted if"),
    "translation_en": N_("English translation"),
    "translation_fr": N_("French translation"),
    "rationale": N_("Reason for the verdict"),
    "missing": N_("What did not happen"),
    "postscript": N_("Postscript"),
    "evidence": N_("Public evidence"),
    "check": N_("Public check"),
}


def require_no_implied_name(session: Session, claim: Claim, extra: Mapping[str, str] | None = None) -> None:
    """Raise Invalid, naming the field, if a public text of the claim (or one of `extra`) names its implied speaker."""
    field = find_implied_name(session, claim, extra)
    if field is not None:
        raise Invalid(
            N_("“%(where)s” names a speaker whom the article only implies. Reword it, or ask a chief editor to allow the name."),
            field=field,
            where=Message(FIELDS.get(field, field)),
        )


def allow_name(session: Session, claim: Claim, field: str, reason: str, *, actor: Actor) -> NameClearance:
    """Let the implied speaker's name be read in one public field of a claim, with a reason. For chief editors; kept once."""
    require_chief(actor)
    lock(session, claim)
    if field not in FIELDS:
        raise Invalid(N_("Choose one of the fields."), field="field")
    reason = require_text(reason, "reason", N_("Say why the name may be read there."))
    at = clock.now()
    row = session.scalar(select(NameClearance).where(NameClearance.claim_id == claim.id, NameClearance.field == field))
    if row is None:
        row = NameClearance(claim_id=claim.id, field=field, reason=reason, given_by_id=actor.editor_id, given_at=at)
        session.add(row)
        data = {"field": field, "reason": ledger.Text(reason)}
        ledger.record(session, claim, "claim.name_allowed", actor=actor, data=data, at=at)
    return row
