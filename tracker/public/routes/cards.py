"""Pictures of claims for other sites. Their address changes with what they show, so copies are kept for good."""

from typing import TYPE_CHECKING

from flask import Response, redirect
from flask.typing import ResponseReturnValue

from tracker.on_demand import OnDemand
from tracker.public import queries
from tracker.public.routes.blueprint import bp
from tracker.public.routes.caching import newsroom, site
from tracker.web import headers
from tracker.web.access import PUBLIC
from tracker.web.database import session
from tracker.web.i18n import gettext, use_language

if TYPE_CHECKING:
    from tracker.public import card
else:
    card = OnDemand("tracker.public.card")


@bp.get("/og/<id:claim_id>-<string(length=8):digest>-<any(en,fr):language>.png", needs=PUBLIC)
def picture(claim_id: int, digest: str, language: str) -> ResponseReturnValue:
    """The picture of a claim as it is now; an older address leads to it."""
    found = queries.load_claim(session(), claim_id, language)
    here = site(language)
    if digest != found.content_digest[:8]:
        return redirect(here.picture_url(found), 302)
    headers.use_profile(headers.PICTURE)
    speaker = found.body["speaker"]["name"] if found.body["speaker"] else ""
    with use_language(language):
        state = gettext(found.state_text)
    return Response(card.draw_card(found.statement, found.state, state, speaker, newsroom().name), mimetype="image/png")
