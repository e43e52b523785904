"""Dated lines under a signed verdict."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker import clock, validation
from tracker.claims import lifecycle
from tracker.claims.models import Claim, Postscript
from tracker.claims.services.common import day_of, lock, require_editor, require_text
from tracker.claims.services.name_guard import require_no_implied_name
from tracker.errors import N_, IllegalMove
from tracker.ledger import Actor


def add_postscript(
    session: Session, claim: Claim, body: str, *, actor: Actor, language: str | None = None, at: datetime | None = None
) -> Postscript:
    """Add a dated line under the signed verdict; it changes nothing of the verdict. Raises IllegalMove if none is signed."""
    require_editor(actor)
    lock(session, claim)
    at = at or clock.now()
    body = require_text(body, "body", N_("The postscript is empty."))
    if claim.signed_verdict_id is None:
        raise IllegalMove(N_("There is no signed verdict to add to."))
    require_no_implied_name(session, claim, {"postscript": body})
    line = Postscript(
        verdict_id=claim.signed_verdict_id,
        body=body,
        language=validation.language(language) if language else claim.language,
        written_on=day_of(session, at),
        author_id=actor.editor_id,
    )
    session.add(line)
    session.flush()
    lifecycle.write(session, claim, "postscript.add", {}, actor=actor, at=at, row=line)
    return line
