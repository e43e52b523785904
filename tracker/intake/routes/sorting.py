"""Sorting what was found in an article: one press for each decision, keeping all, undoing, handing over."""

from collections.abc import Callable
from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker.accounts.access import current_editor
from tracker.accounts.queries import editor_names
from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.articles.models import Article, ArticleText
from tracker.articles.routes import bp
from tracker.errors import Conflict, Invalid, NotFound
from tracker.intake import decisions, queries, stored_readings, undoing
from tracker.intake.forms import CandidateForm
from tracker.intake.models import ArticleReading, Candidate
from tracker.intake.routes.reading import render_unread
from tracker.intake.routes.sorting_form import build_form, build_hand_over_form, feed_refusal, has_moved, read_values
from tracker.intake.routes.sorting_page import fill_own_passage, find_own_passage, render_page, render_typed
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.access import current_actor
from tracker.web.database import session, writing
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.idempotency import run_once
from tracker.web.pages import toast, warn

DECISIONS: Final = ("keep", "draft", "reject", "later")


@bp.get("/sorting", needs=Role.EDITOR)
def unsorted() -> ResponseReturnValue:
    """The articles with passages that are still to be sorted, and by whom."""
    found = queries.list_unsorted(session())
    names = editor_names(session(), [each.sorter_id for each in found.rows])
    return render_template("intake/unsorted.html", unsorted=found, names=names, me=current_editor().id)


@bp.get("/<id:article_id>/sort", needs=Role.EDITOR)
def sort(article_id: int) -> ResponseReturnValue:
    """The article's newest text with its marks and one open passage: `?passage=`, or the next; or words by `?start=&end=`."""
    article, text, reading = _load(article_id)
    if reading is None or text is None:
        return render_unread(article, text)
    own = find_own_passage(article, text)
    return render_page(article, text, reading, wanted=read_id(request.args.get("passage")), own=own)


@bp.post("/<id:article_id>/sort/<id:candidate_id>", needs=Role.EDITOR)
def decide(article_id: int, candidate_id: int) -> ResponseReturnValue:
    """Keep, reject or put off a passage."""
    if session().get(Candidate, candidate_id) is None:
        raise NotFound()
    return _decide(article_id, lambda current, _form: current.get(Candidate, candidate_id))


@bp.post("/<id:article_id>/sort/own", needs=Role.EDITOR)
def decide_own(article_id: int) -> ResponseReturnValue:
    """Keep or put off a passage that the editor chose; it is stored with the decision."""
    return _decide(article_id, lambda current, form: _store_own(current, article_id, form))


@bp.post("/<id:article_id>/sort/all", needs=Role.EDITOR)
def keep_all(article_id: int) -> ResponseReturnValue:
    """Keep every likely passage that asks nothing and resembles no claim."""
    reading = _reading_or_404(article_id)
    with writing() as current, run_once(current) as done:
        kept = decisions.keep_likely(current, reading.id, actor=current_actor())
        answer = done(url_for("articles.sort", article_id=article_id))
    count = len(kept.claims)
    text = ngettext("%(n)s prediction is tracked.", "%(n)s predictions are tracked.", count)
    if left := sum(kept.left.values()):
        more = ngettext(
            "%(n)s likely passage was left: it needs an answer or resembles a claim.",
            "%(n)s likely passages were left: they need an answer or resemble a claim.",
            left,
        )
        text = f"{text} {more}"
    if kept.rest and count:
        more = ngettext(
            "%(n)s likely passage still waits: press again.", "%(n)s likely passages still wait: press again.", kept.rest
        )
        text = f"{text} {more}"
    toast(text, undo=url_for("articles.undo_sorting", article_id=article_id) if count else "")
    return answer


@bp.post("/<id:article_id>/sort/undo", needs=Role.EDITOR)
def undo_sorting(article_id: int) -> ResponseReturnValue:
    """Take back the editor's last decision, or let the passage that `undo` names (number:version) wait again."""
    reading = _reading_or_404(article_id)
    number, _colon, version = request.form.get("undo", "").partition(":")
    try:
        with writing() as current:
            if number:
                found = current.get(Candidate, read_id(number) or 0)
                if found is None or found.reading_id != reading.id:
                    raise NotFound()
                undone = [undoing.undo(current, found.id, actor=current_actor(), version=read_id(version) or 0)]
            else:
                undone = list(undoing.undo_last(current, reading.id, actor=current_actor()))
            first, count = undone[0].id, len(undone)
    except Conflict as refusal:
        warn(i18n.translate(refusal.message))
        return redirect(url_for("articles.sort", article_id=article_id), 303)
    toast(ngettext("%(n)s passage waits again.", "%(n)s passages wait again.", count))
    return redirect(url_for("articles.sort", article_id=article_id, passage=first), 303)


@bp.post("/<id:article_id>/sort/hand-over", needs=Role.EDITOR)
def hand_over(article_id: int) -> ResponseReturnValue:
    """Choose who sorts the rest."""
    reading = _reading_or_404(article_id)
    form = build_hand_over_form(request.form)
    if not form.validate():
        warn(_("Choose one of the editors."))
        return redirect(url_for("articles.sort", article_id=article_id), 303)
    with writing() as current:
        stored_readings.hand_over(
            current, current.get_one(ArticleReading, reading.id), form.sorter_id.data, actor=current_actor()
        )
    names = editor_names(session(), [form.sorter_id.data])
    name = names.get(form.sorter_id.data) if form.sorter_id.data else None
    toast(_("%(name)s sorts the rest.", name=name) if name else _("Everyone can sort the rest."))
    return redirect(url_for("articles.sort", article_id=article_id), 303)


def _load(article_id: int) -> tuple[Article, ArticleText | None, ArticleReading | None]:
    article = articles.get(session(), article_id)
    text = articles.latest_text(session(), article_id)
    reading = queries.find_reading(session(), article_id, text.number) if text is not None else None
    return article, text, reading


def _reading_or_404(article_id: int) -> ArticleReading:
    _article, _text, reading = _load(article_id)
    if reading is None:
        raise NotFound()
    return reading


def _decide(article_id: int, find: Callable[[Session, CandidateForm], Candidate | None]) -> ResponseReturnValue:
    article, text, reading = _load(article_id)
    if reading is None or text is None:
        raise NotFound()
    form = build_form(request.form)
    do = request.form.get("do", "")
    is_valid = form.validate()
    if do not in DECISIONS or (not is_valid and (do in ("keep", "draft") or form.version.errors)):
        return render_typed(article, text, reading, find, form), 422
    try:
        with writing() as current, run_once(current) as done:
            candidate = find(current, form)
            if candidate is None or candidate.reading_id != reading.id:
                raise NotFound()
            if do != "reject" and has_moved(form, candidate):
                raise decisions.Decided(candidate.id)
            message = _do(current, candidate, form, do, is_valid)
            following = _following(current, reading.id, candidate)
            answer = done(url_for("articles.sort", article_id=article_id, passage=following))
    except Invalid as refusal:
        feed_refusal(form, refusal)
        return render_typed(article, text, reading, find, form), 422
    except Conflict as refusal:
        return render_typed(article, text, reading, find, form, refusal=refusal), 409
    toast(message, undo=url_for("articles.undo_sorting", article_id=article_id))
    return answer


def _do(current: Session, candidate: Candidate, form: CandidateForm, do: str, is_valid: bool) -> str:
    actor, version = current_actor(), form.version.data
    if do == "reject":
        decisions.reject(current, candidate.id, actor=actor, version=version)
        return _("Rejected.")
    values = read_values(current, form, candidate) if is_valid else {}
    if do == "later":
        decisions.put_off(current, candidate.id, values, actor=actor, version=version)
        return _("Put off until the others are sorted.")
    relate = None
    other = read_id(form.related_to.data)
    if form.relation.data is not None and other is not None:
        relate = decisions.Relate(other, form.relation.data)
    claim = decisions.keep(current, candidate.id, values, actor=actor, version=version, track=do == "keep", relate=relate)
    if do == "keep":
        return _("Kept and tracked as claim %(number)s.", number=claim.id)
    return _("Kept as a draft, claim %(number)s.", number=claim.id)


def _following(current: Session, reading_id: int, candidate: Candidate) -> int | None:
    found = queries.list_waiting(queries.list_candidates(current, reading_id), candidate.quote_start)
    return next((each.id for each in found if each.id != candidate.id), None)


def _store_own(current: Session, article_id: int, form: CandidateForm) -> Candidate | None:
    article = articles.get(current, article_id)
    text = articles.latest_text(current, article_id)
    start, end = form.passage_start.data, form.passage_end.data
    if text is None or start is None or end is None:
        return None
    reading = queries.find_reading(current, article_id, text.number)
    found = fill_own_passage(current, article, text, start, end)
    if reading is None or found is None:
        return None
    return stored_readings.add_own(current, reading, found, actor=current_actor())
