"""Whether readers see the scorecard of a person."""

from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.claims.enums import SpeakerKind
from tracker.claims.models import Speaker
from tracker.errors import NotFound
from tracker.public import scorecards
from tracker.public.routes.caching import site
from tracker.public.score_models import CardKind
from tracker.publishing import people
from tracker.publishing.forms import CardForm
from tracker.publishing.routes.blueprint import bp, readers_language, store
from tracker.sql import require_row
from tracker.web.access import current_actor
from tracker.web.database import session
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx


@bp.get("/speakers/<id:speaker_id>/publication", needs=Role.EDITOR)
def speaker(speaker_id: int) -> ResponseReturnValue:
    """Whether readers see this person's scorecard, and the form with which a chief editor changes that."""
    return _page(speaker_id, CardForm(None))


def _page(speaker_id: int, form: CardForm, *, refusal: str = "", status: int = 200) -> ResponseReturnValue:
    found = require_row(session(), Speaker, speaker_id)
    is_shown = people.is_card_shown(session(), speaker_id)
    if found.kind is not SpeakerKind.PERSON and not is_shown:
        raise NotFound()
    is_seen = ctx.newsroom.public_scorecards and scorecards.has_card(session(), CardKind.PERSON, speaker_id)
    page = render_template(
        "publishing/speaker.html",
        speaker=found,
        is_shown=is_shown,
        address=site(readers_language()).path(f"/scorecards/people/{speaker_id}") if is_seen else "",
        form=form,
        refusal=refusal,
        problem=status >= 400,
    )
    return page, status


@bp.post("/speakers/<id:speaker_id>/publication", needs=Role.CHIEF)
def show_card(speaker_id: int) -> ResponseReturnValue:
    """Show the scorecard to readers, or hide it again."""
    form = CardForm(request.form)
    shown = request.form.get("shown") == "1"

    def work(current: Session) -> str:
        people.show_card(current, speaker_id, shown, reason=form.reason.data, actor=current_actor())
        if not shown:
            return _("Readers no longer see the scorecard.")
        if not ctx.newsroom.public_scorecards:
            return _("Saved. Readers see the scorecard when the newsroom shows scorecards.")
        return _("Readers see the scorecard once it has been counted, usually within a minute.")

    return store(work, url_for("publishing.speaker", speaker_id=speaker_id), partial(_page, speaker_id, form), form)
