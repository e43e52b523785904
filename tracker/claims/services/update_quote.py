"""When an article was corrected: its claims are quoted anew from the corrected text, or stay with the words published first."""

from datetime import datetime

from sqlalchemy.orm import Session

from tracker import clock, ledger
from tracker.articles import queries as articles
from tracker.articles import quote_selection
from tracker.claims.enums import QuoteKind
from tracker.claims.models import Claim
from tracker.claims.queries.outdated_quotes import KEEP, is_kept
from tracker.claims.services import editing
from tracker.claims.services.common import lock, require_editor, require_not_withdrawn
from tracker.errors import N_, Invalid
from tracker.ledger import Actor


def requote(session: Session, claim: Claim, *, number: int, start: int, end: int, actor: Actor, version: int) -> None:
    """Quote the words at an exact place of the article's text `number`, in code points. Raises Invalid, IllegalMove, Clash."""
    text = articles.text(session, claim.article_id, number)
    span = quote_selection.trim_span(text.body, start, end) if text is not None else None
    if span is None:
        raise Invalid(N_("There is no text at this position."))
    kind = claim.quote_kind if claim.quote_kind is QuoteKind.TRANSLATION else QuoteKind.VERBATIM
    fields = {
        "quote": span.text,
        "quote_kind": kind,
        "text_number": number,
        "quote_start": span.start,
        "quote_end": span.end,
    }
    editing.edit(session, claim, fields, actor=actor, version=version)


def keep(session: Session, claim: Claim, *, number: int, actor: Actor, at: datetime | None = None) -> None:
    """Say that the quote stays as it is, although text `number` has other words. Saying it twice does nothing."""
    require_editor(actor)
    lock(session, claim)
    require_not_withdrawn(claim)
    if articles.text(session, claim.article_id, number) is None:
        raise Invalid(N_("The article has no text with this number."))
    if not is_kept(session, claim.id, number):
        ledger.record(session, claim, KEEP, actor=actor, data={"text_number": number}, at=at or clock.now())
