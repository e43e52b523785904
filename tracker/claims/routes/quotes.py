"""A claim's quote compared with the newest text of its article: quoted anew, or kept as it was published first."""

import re

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.articles import quote_selection
from tracker.claims.enums import Status
from tracker.claims.forms.claim import quote_place
from tracker.claims.forms.moves import QuoteForm
from tracker.claims.models import Claim
from tracker.claims.queries.quotes import NumberedText
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.claim_view import claim_page, load_claim_view
from tracker.claims.routes.form_pages import get_claim_or_404, posted_form, run_form_action
from tracker.claims.services import quoting
from tracker.errors import N_, Conflict, Invalid, NotFound, Refusal
from tracker.ledger import Actor
from tracker.pagination import read_id
from tracker.web.database import session as reading
from tracker.web.i18n import gettext as _
from tracker.web.page_context import ctx


@bp.route("/claims/<id:claim_id>/quote", methods=["GET", "POST"], needs=Role.EDITOR)
def quote(claim_id: int) -> ResponseReturnValue:
    """Both texts side by side; `?text=`, `start` and `end` name the new words, in code points."""
    claim = get_claim_or_404(reading(), claim_id)
    if request.method != "POST":
        return _page(claim, QuoteForm(data={"version": claim.version, "place": _asked(claim)}))
    form = QuoteForm(posted_form())
    if not form.validate():
        return _page(claim, form, status=422)
    answer = run_form_action(claim_id, form, _keep if request.form.get("what") == "keep" else _requote, anchor="quote")
    if not isinstance(answer, Refusal):
        return answer
    if isinstance(answer, Conflict):
        return claim_page(claim_id, {"quote": form}, refusal=answer, status=answer.status)
    return _page(get_claim_or_404(reading(), claim_id), form, status=answer.status)


def _asked(claim: Claim) -> str:
    number, end = read_id(request.args.get("text")), read_id(request.args.get("end"))
    start = 0 if request.args.get("start") == "0" else read_id(request.args.get("start"))
    if number is None or start is None or end is None:
        return ""
    text = articles.text(reading(), claim.article_id, number) if number < 2**31 else None
    span = quote_selection.trim_span(text.body, start, end) if text is not None else None
    if text is None or span is None:
        raise NotFound()
    return quote_place(text.number, span.start, span.end)


def _place(form: QuoteForm) -> tuple[int, int, int]:
    found = re.fullmatch(r"(\d{1,9}):(\d{1,9}):(\d{1,9})", form.place.data)
    if found is None:
        raise Invalid(N_("First choose the quote in the newest text."))
    return int(found[1]), int(found[2]), int(found[3])


def _requote(session: Session, claim: Claim, form: QuoteForm, actor: Actor) -> str:
    number, start, end = _place(form)
    quoting.requote(session, claim, number=number, start=start, end=end, actor=actor, version=form.version.data)
    return _("The quote is now taken from text %(number)s.", number=number)


def _keep(session: Session, claim: Claim, form: QuoteForm, actor: Actor) -> str:
    latest = articles.latest_text(session, claim.article_id)
    if latest is None:
        raise NotFound()
    quoting.keep(session, claim, number=latest.number, actor=actor)
    return _("The claim keeps the quote as first published.")


def _page(claim: Claim, form: QuoteForm, status: int = 200) -> ResponseReturnValue:
    view = load_claim_view(reading(), claim.id)
    new = None
    if form.place.data:
        number, start, end = _place(form)
        text = articles.text(reading(), claim.article_id, number)
        new = NumberedText(text).passage(start, end) if text is not None else None
    frozen = claim.status in (Status.PROPOSED, Status.RESOLVED)
    page = view.page
    return render_template(
        "claims/quote.html",
        view=view,
        page=page,
        form=form,
        new=new,
        frozen=frozen,
        language=ctx.language,
        problem=status >= 400,
    ), status
