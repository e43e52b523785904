"""Writing a claim down, changing its fields, and its words in the other language."""

from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.articles.models import Article
from tracker.claims.criteria_templates import TEMPLATES
from tracker.claims.enums import Status
from tracker.claims.forms.claim import ClaimForm, WordsForm, choices_of
from tracker.claims.models import Claim, ClaimTranslation
from tracker.claims.queries import choices
from tracker.claims.routes import edit_conflicts
from tracker.claims.routes.blueprint import bp
from tracker.claims.routes.claim_forms import (
    WordsChanged,
    apply_template,
    basis,
    claim_fields,
    describe_hedge,
    initial_fields,
    other_language,
    save_words,
    with_choices,
    words_values,
)
from tracker.claims.routes.claim_view import claim_page, load_claim_view
from tracker.claims.routes.form_pages import get_claim_or_404, move_refusal, posted_form, run_form_action
from tracker.claims.routes.moves import ids_text, topic_ids
from tracker.claims.routes.reading_pane import load_reading_pane, next_passage_url
from tracker.claims.services import editing, moves
from tracker.claims.services.three_way_merge import Clash
from tracker.errors import N_, Conflict, IllegalMove, Invalid, NotFound, Refusal
from tracker.ledger import Actor
from tracker.pagination import read_id
from tracker.web import forms
from tracker.web.access import current_actor
from tracker.web.database import session as reading
from tracker.web.database import writing
from tracker.web.i18n import gettext as _
from tracker.web.idempotency import run_once
from tracker.web.language_names import language_name
from tracker.web.page_context import ctx
from tracker.web.pages import toast

FROZEN = N_("The claim is locked: a verdict is proposed or signed.")


@bp.route("/claims/new", methods=["GET", "POST"], needs=Role.EDITOR)
def new() -> ResponseReturnValue:
    """Write down a claim of an article."""
    session = reading()
    if not request.args.get("article"):
        return render_template(
            "claims/which_article.html",
            articles=choices.recent_articles(session, with_sample=ctx.newsroom.show_sample),
            most=choices.RECENT,
        )
    article = _article(session)
    if request.method != "POST":
        values = {**initial_fields(session, article), "owner_id": current_editor().id}
        return _new_page(article, with_choices(session, ClaimForm(data=values)))
    form = with_choices(session, ClaimForm(request.form))
    if apply_template(form):
        return _new_page(article, form)
    if not form.validate():
        return _new_page(article, form, 422)
    try:
        with writing() as writer, run_once(writer) as done:
            claim = _created(writer, _article(writer), form, current_actor())
            text = _("Claim saved and tracked.") if claim.status == Status.OPEN else _("Draft saved.")
            following = next_passage_url(writer, _article(writer), _place_of(claim)) if _then() == "next" else ""
            answer = done(following or url_for("claims.show", claim_id=claim.id))
    except Invalid as refusal:
        forms.feed(form, refusal)
        return _new_page(_article(session), form, refusal.status)
    toast(text)
    return answer


def _article(session: Session) -> Article:
    number = read_id(request.args.get("article"))
    if number is None:
        raise NotFound()
    return articles.get(session, number)


def _new_page(article: Article, form: ClaimForm, status: int = 200) -> ResponseReturnValue:
    other = other_language(form.language.data or article.language)
    return render_template(
        "claims/new.html",
        article=article,
        form=form,
        other=language_name(other),
        pane=load_reading_pane(reading(), article, form.carried_place()),
        hedge_hint=describe_hedge(form, article),
        criteria_templates=TEMPLATES,
    ), status


def _then() -> str:
    """Which button was pressed: "draft", "track", or "next" for tracking the claim and going on to the next passage."""
    return request.form.get("then", "")


def _place_of(claim: Claim) -> tuple[int, int, int] | None:
    if claim.text_number is None or claim.quote_start is None or claim.quote_end is None:
        return None
    return claim.text_number, claim.quote_start, claim.quote_end


def _created(session: Session, article: Article, form: ClaimForm, actor: Actor) -> Claim:
    claim = editing.create(
        session,
        article,
        actor=actor,
        owner_id=form.owner_id.data,
        topic_ids=tuple(form.topics.data),
        **_with_review_date(claim_fields(session, form, article.id, actor)),
    )
    save_words(session, claim, form, actor)
    if _then() in ("track", "next"):
        moves.track(session, claim, actor=actor, version=claim.version)
    return claim


def _with_review_date(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, with the day after the deadline as review date where a deadline alone was given."""
    if fields["review_on"] is None and fields["deadline_on"] is not None:
        return {**fields, "review_on": fields["deadline_on"] + timedelta(days=1)}
    return fields


@bp.route("/claims/<id:claim_id>/edit", methods=["GET", "POST"], needs=Role.EDITOR)
def edit(claim_id: int) -> ResponseReturnValue:
    """Change the fields of a claim; what two editors changed at once is merged, or asked about."""
    session = reading()
    claim = get_claim_or_404(session, claim_id)
    if request.method != "POST":
        refusal = move_refusal(claim_id, "") or (
            IllegalMove(FROZEN) if claim.status in (Status.PROPOSED, Status.RESOLVED) else None
        )
        if refusal is not None:
            return claim_page(claim_id, refusal=refusal, status=refusal.status)
        return _edit_page(claim_id, _form_of(session, claim))
    form = _form_of(session, claim, request.form)
    if apply_template(form):
        return _edit_page(claim_id, form)
    if not form.validate():
        return _edit_page(claim_id, form, status=422)
    answer = run_form_action(claim_id, form, _edit)
    if not isinstance(answer, Refusal):
        return answer
    if isinstance(answer, Conflict) and not isinstance(answer, Clash | WordsChanged):
        return claim_page(claim_id, {"edit": form}, refusal=answer, status=answer.status)
    return _edit_page(claim_id, form, refusal=answer, status=answer.status)


def _form_of(session: Session, claim: Claim, sent: object = None) -> ClaimForm:
    words = session.get(ClaimTranslation, (claim.id, other_language(claim.language)))
    about = topic_ids(session, claim.id)
    more = {"topics": sorted(about), "topics_were": ids_text(about), "owner_id": claim.owner_id, "version": claim.version}
    form = ClaimForm.of(claim, sent, **more, **words_values(words))
    return with_choices(session, form, speaker_id=claim.speaker_id)


def _edit(session: Session, claim: Claim, form: ClaimForm, actor: Actor) -> str:
    _change_languages(session, claim, form, actor)
    fields = claim_fields(session, form, claim.article_id, actor, claim)
    chosen = dict.fromkeys(fields, "theirs") if request.form.get("take") == "theirs" else choices_of(request.form)
    # What was chosen counts for the values that the page showed, not for later ones.
    seen = request.form.get("seen") == str(claim.version)
    kept = editing.edit(
        session,
        claim,
        fields,
        actor=actor,
        version=form.version.data,
        choices=edit_conflicts.with_places(chosen) if seen else {},
    )
    editing.set_topics(session, claim, form.wanted_topics(topic_ids(session, claim.id)), actor=actor)
    save_words(session, claim, form, actor)
    labels = sorted({edit_conflicts.field_label(form, field) for field in kept})
    if labels:
        return _("Saved. Changes by others were kept: %(fields)s.", fields=", ".join(labels))
    return _("Saved.")


def _change_languages(session: Session, claim: Claim, form: ClaimForm, actor: Actor) -> None:
    """Where the claim's words change their language to the one of their translation, the two change places."""
    words = session.get(ClaimTranslation, (claim.id, form.language.data))
    if form.language.data == claim.language or words is None:
        return
    if basis(words) != form.basis.data:
        raise WordsChanged(words)
    editing.set_translation(session, claim, form.language.data, {}, actor=actor)
    form.basis.data = ""


def _edit_page(claim_id: int, form: ClaimForm, *, refusal: Refusal | None = None, status: int = 200) -> ResponseReturnValue:
    more: dict[str, object] = {"clash": [], "seen": None, "criteria_templates": TEMPLATES}
    if isinstance(refusal, Clash):
        more |= {"clash": edit_conflicts.rows(refusal, form, choices_of(request.form)), "seen": refusal.version}
    return _page("claims/edit.html", claim_id, form, refusal=refusal, status=status, **more)


def _page(
    template: str,
    claim_id: int,
    form: ClaimForm | WordsForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
    **more: object,
) -> ResponseReturnValue:
    """A page with a claim's words in two languages; `current_words`: those stored, where another editor changed them."""
    conflict = refusal if isinstance(refusal, Conflict) else None
    view = load_claim_view(reading(), claim_id, refusal=conflict, read_at=form.version.data)
    language, current = other_language(view.page.claim.language), None
    if isinstance(refusal, WordsChanged):
        current = reading().get(ClaimTranslation, (claim_id, language))
        form.basis.data, form.basis.raw_data = basis(current), None
    values: dict[str, object] = {
        "view": view,
        "page": view.page,
        "form": form,
        "other": language_name(language),
        "current_words": current,
        "language": ctx.language,
        "problem": status >= 400,
    }
    return render_template(template, **values, **more), status


@bp.route("/claims/<id:claim_id>/translation", methods=["GET", "POST"], needs=Role.EDITOR)
def translation(claim_id: int) -> ResponseReturnValue:
    """Our words in the other language, also where the terms are frozen and there are none yet."""
    session = reading()
    claim = get_claim_or_404(session, claim_id)
    words = session.get(ClaimTranslation, (claim_id, other_language(claim.language)))
    page = "claims/translation.html"
    if request.method != "POST":
        refusal = move_refusal(claim_id, "")
        if refusal is not None:
            return claim_page(claim_id, refusal=refusal, status=refusal.status)
        return _page(page, claim_id, WordsForm(data={**words_values(words), "version": claim.version}))
    form = WordsForm(posted_form())
    if not form.validate():
        return _page(page, claim_id, form, status=422)
    answer = run_form_action(claim_id, form, _translate, anchor="terms")
    if not isinstance(answer, Refusal):
        return answer
    if isinstance(answer, Conflict) and not isinstance(answer, WordsChanged):
        return claim_page(claim_id, {"translation": form}, refusal=answer, status=answer.status)
    return _page(page, claim_id, form, refusal=answer, status=answer.status)


def _translate(session: Session, claim: Claim, form: WordsForm, actor: Actor) -> str:
    save_words(session, claim, form, actor)
    return _("Translation saved.")
