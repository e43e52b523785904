"""Sorting what was found in an article: the text with its marks, one open passage, and one press for each decision."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.access import current_editor
from tracker.accounts.queries import working_editors
from tracker.accounts.roles import Role
from tracker.articles import queries as articles
from tracker.articles import quote_selection
from tracker.articles.models import Article, ArticleText
from tracker.articles.routes import bp
from tracker.claims.article_page import show_controls
from tracker.claims.enums import RelationKind
from tracker.claims.queries import choices
from tracker.errors import Conflict, Invalid, NotFound
from tracker.intake import decisions, language_model, queries, readings
from tracker.intake.filling import fill_candidates, fill_own, list_missing
from tracker.intake.forms import CandidateForm, HandOverForm
from tracker.intake.models import ArticleReading, Candidate, CandidateCue, CandidateKind, CandidateState
from tracker.intake.reading import choose_language, find_suggestions, load_basis, load_options
from tracker.intake.similar import find_similar_claims
from tracker.pagination import read_id
from tracker.web import i18n
from tracker.web.access import current_actor, needs
from tracker.web.database import end_reading, session, writing
from tracker.web.forms import feed
from tracker.web.i18n import gettext as _
from tracker.web.i18n import ngettext
from tracker.web.idempotency import run_once
from tracker.web.page_context import ctx
from tracker.web.pages import page_url, toast, warn

NEXT_SHOWN: Final = 8
DECISIONS: Final = ("keep", "draft", "reject", "later")
RELATIONS: Final = (RelationKind.DUPLICATE_OF, RelationKind.ALTERNATIVE_TO, RelationKind.PART_OF)
_PLAIN: Final = (
    "statement", "speaker_kind", "attribution", "hedge", "certainty", "likelihood_low", "likelihood_high", "deadline_on",
    "deadline_source", "review_on", "confirmed_if", "refuted_if",
)  # fmt: skip


@bp.get("/sorting")
@needs(Role.EDITOR)
def unsorted() -> ResponseReturnValue:
    """The articles with passages that are still to be sorted, and by whom."""
    found = queries.list_unsorted(session())
    names = articles.editor_names(session(), [each.sorter_id for each in found])
    return render_template("intake/unsorted.html", unsorted=found, names=names, me=current_editor().id)


@bp.get("/<id:article_id>/sort")
@needs(Role.EDITOR)
def sort(article_id: int) -> ResponseReturnValue:
    """The article's newest text with its marks and one open passage: `?passage=`, or the next; or words by `?start=&end=`."""
    article, text, reading = _load(article_id)
    if reading is None or text is None:
        return render_template("intake/unread.html", article=article, text=text, can_read=choose_language(article) is not None)
    own = _own_passage(article, text)
    return _render(article, text, reading, wanted=read_id(request.args.get("passage")), own=own)


@bp.post("/<id:article_id>/sort/read")
@needs(Role.EDITOR)
def read(article_id: int) -> ResponseReturnValue:
    """Read the newest text for predictions."""
    articles.get(session(), article_id)
    read_newest_text(article_id)
    return redirect(url_for("articles.sort", article_id=article_id), 303)


@bp.post("/<id:article_id>/sort/<id:candidate_id>")
@needs(Role.EDITOR)
def decide(article_id: int, candidate_id: int) -> ResponseReturnValue:
    """Keep, reject or put off a passage."""
    if session().get(Candidate, candidate_id) is None:
        raise NotFound()
    return _decide(article_id, lambda current, _form: current.get(Candidate, candidate_id))


@bp.post("/<id:article_id>/sort/own")
@needs(Role.EDITOR)
def decide_own(article_id: int) -> ResponseReturnValue:
    """Keep or put off a passage that the editor chose; it is stored with the decision."""
    return _decide(article_id, lambda current, form: _store_own(current, article_id, form))


@bp.post("/<id:article_id>/sort/all")
@needs(Role.EDITOR)
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
    toast(text, undo=url_for("articles.undo_sorting", article_id=article_id) if count else "")
    return answer


@bp.post("/<id:article_id>/sort/undo")
@needs(Role.EDITOR)
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
                undone = [decisions.undo(current, found.id, actor=current_actor(), version=read_id(version) or 0)]
            else:
                undone = list(decisions.undo_last(current, reading.id, actor=current_actor()))
            first, count = undone[0].id, len(undone)
    except Conflict as refusal:
        warn(i18n.translate(refusal.message))
        return redirect(url_for("articles.sort", article_id=article_id), 303)
    toast(ngettext("%(n)s passage waits again.", "%(n)s passages wait again.", count))
    return redirect(url_for("articles.sort", article_id=article_id, passage=first), 303)


@bp.post("/<id:article_id>/sort/hand-over")
@needs(Role.EDITOR)
def hand_over(article_id: int) -> ResponseReturnValue:
    """Choose who sorts the rest."""
    reading = _reading_or_404(article_id)
    form = _hand_over_form(request.form)
    if not form.validate():
        warn(_("Choose one of the editors."))
        return redirect(url_for("articles.sort", article_id=article_id), 303)
    with writing() as current:
        readings.hand_over(current, current.get_one(ArticleReading, reading.id), form.sorter_id.data, actor=current_actor())
    names = articles.editor_names(session(), [form.sorter_id.data])
    name = names.get(form.sorter_id.data) if form.sorter_id.data else None
    toast(_("%(name)s sorts the rest.", name=name) if name else _("Everyone can sort the rest."))
    return redirect(url_for("articles.sort", article_id=article_id), 303)


def read_newest_text(article_id: int) -> None:
    """Read the newest text of an article and store what is found. Reading runs outside the transaction that writes."""
    article = articles.get(session(), article_id)
    text = articles.latest_text(session(), article_id)
    basis = load_basis(session(), article, text.body) if text is not None else None
    if text is None or basis is None:
        raise NotFound()
    number = text.number
    options = load_options(session(), basis.language)
    end_reading()  # a language model may take its time
    settings = current_app.extensions["tracker_settings"].language_model
    marks = find_suggestions(basis, options)
    second = language_model.read_article(settings, basis.body, basis.language, basis.published_on, marks)
    found = fill_candidates(basis, second.suggestions)
    with writing() as current:
        own = articles.text(current, article_id, number)
        assert own is not None
        readings.store_reading(
            current,
            current.get_one(Article, article_id),
            own,
            found,
            actor=current_actor(),
            language=basis.language,
            note=second.note or "",
        )


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
    form = _build_form(request.form)
    do = request.form.get("do", "")
    is_valid = form.validate()
    if do not in DECISIONS or (not is_valid and (do in ("keep", "draft") or form.version.errors)):
        return _render_typed(article, text, reading, find, form), 422
    try:
        with writing() as current, run_once(current) as done:
            candidate = find(current, form)
            if candidate is None or candidate.reading_id != reading.id:
                raise NotFound()
            message = _do(current, candidate, form, do, is_valid)
            following = _following(current, reading.id, candidate)
            answer = done(url_for("articles.sort", article_id=article_id, passage=following))
    except Invalid as refusal:
        _feed(form, refusal)
        return _render_typed(article, text, reading, find, form), 422
    except Conflict as refusal:
        return _render_typed(article, text, reading, find, form, refusal=refusal), 409
    toast(message, undo=url_for("articles.undo_sorting", article_id=article_id))
    return answer


def _do(current: Session, candidate: Candidate, form: CandidateForm, do: str, is_valid: bool) -> str:
    actor, version = current_actor(), form.version.data
    if do == "reject":
        decisions.reject(current, candidate.id, actor=actor, version=version)
        return _("Rejected.")
    values = _values(current, form, candidate) if is_valid else {}
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


def _values(current: Session, form: CandidateForm, candidate: Candidate) -> dict[str, Any]:
    """What the form has, by the names of the columns. Fields as they were shown give what the candidate has."""
    values = {name: form[name].data for name in _PLAIN}
    label = " ".join(form.speaker.data.split())
    if label == _speaker_label(current, candidate):
        values |= {"speaker_id": candidate.speaker_id, "speaker_name": candidate.speaker_name}
    else:
        known = queries.find_labelled(current, label) if label else None
        values |= {"speaker_id": known, "speaker_name": "" if known is not None else label}
    if values["deadline_on"] is None:
        values["deadline_source"] = None
    if values["speaker_kind"] is None:
        values["speaker_kind"] = candidate.speaker_kind
    for name in ("statement", "confirmed_if", "refuted_if"):
        if " ".join(values[name].split()) == " ".join(getattr(candidate, name).split()):
            values[name] = getattr(candidate, name)
    return (
        {**values, "topic_ids": sorted(form.topics.data)} if sorted(form.topics.data) != sorted(candidate.topic_ids) else values
    )


def _speaker_label(current: Session, candidate: Candidate) -> str:
    return queries.load_speaker_label(current, candidate.speaker_id) if candidate.speaker_id else candidate.speaker_name


def _feed(form: CandidateForm, refusal: Invalid) -> None:
    names = {"speaker_id": "speaker", "speaker_name": "speaker", "topic_ids": "topics"}
    field = names.get(refusal.field or "", refusal.field)
    feed(form, Invalid(refusal.message.text, field=field, **refusal.message.params))


def _build_form(sent: Any = None, candidate: Candidate | None = None) -> CandidateForm:
    """The form as it was sent, or filled with a candidate, with what can be chosen in it."""
    if candidate is None:
        form = CandidateForm(sent)
    else:
        values = {name: getattr(candidate, name) for name in _PLAIN}
        speaker, topics = _speaker_label(session(), candidate), list(candidate.topic_ids or [])
        form = CandidateForm(data={**values, "speaker": speaker, "topics": topics, "version": candidate.version or 1})
    form.relation.set_choices((each, label_relation(each)) for each in RELATIONS)
    offered = choices.topics(session(), i18n.language(), with_sample=ctx.newsroom.show_sample, also=form.topics.stored)
    form.topics.set_choices(offered.pairs, find=offered.find)
    return form


def label_relation(kind: RelationKind) -> str:
    """How the new claim is related to the one that is here already, as the choice reads."""
    return {
        RelationKind.DUPLICATE_OF: _("a duplicate of it"),
        RelationKind.ALTERNATIVE_TO: _("an alternative to it"),
    }.get(kind, _("a part of it"))


def _hand_over_form(sent: Any = None, sorter_id: int | None = None) -> HandOverForm:
    form = HandOverForm(sent, data={"sorter_id": sorter_id})
    form.sorter_id.set_choices(working_editors(session(), with_sample=ctx.newsroom.show_sample, also=sorter_id))
    return form


def _own_passage(article: Article, text: ArticleText) -> tuple[Candidate, list[CandidateCue]] | None:
    """The candidate for words that the address names; None where it names none."""
    end = read_id(request.args.get("end"))
    start = 0 if request.args.get("start") == "0" else read_id(request.args.get("start"))
    number = read_id(request.args.get("text"))
    if start is None or end is None or number not in (None, text.number):
        return None
    return _fill_own(session(), article, text, start, end)


def _fill_own(
    current: Session, article: Article, text: ArticleText, start: int, end: int
) -> tuple[Candidate, list[CandidateCue]] | None:
    span = quote_selection.trim_span(text.body, start, end)
    basis = load_basis(current, article, text.body)
    if span is None or basis is None or len(span.text) > readings.QUOTE_MAX:
        return None
    return fill_own(basis, span.start, span.end, load_options(current, basis.language))


def _store_own(current: Session, article_id: int, form: CandidateForm) -> Candidate | None:
    article = articles.get(current, article_id)
    text = articles.latest_text(current, article_id)
    start, end = form.passage_start.data, form.passage_end.data
    if text is None or start is None or end is None:
        return None
    reading = queries.find_reading(current, article_id, text.number)
    found = _fill_own(current, article, text, start, end)
    if reading is None or found is None:
        return None
    return readings.add_own(current, reading, found, actor=current_actor())


def _render_typed(
    article: Article,
    text: ArticleText,
    reading: ArticleReading,
    find: Callable[[Session, CandidateForm], Candidate | None],
    form: CandidateForm,
    *,
    refusal: Conflict | None = None,
) -> str:
    """The page with what was typed."""
    start, end = form.passage_start.data, form.passage_end.data
    if start is not None and end is not None:
        return _render(article, text, reading, own=_fill_own(session(), article, text, start, end), form=form, refusal=refusal)
    candidate = find(session(), form) if request.endpoint == "articles.decide" else None
    if candidate is None:
        return _render(article, text, reading)  # a passage of one's own without its place
    if candidate.reading_id != reading.id:
        raise NotFound()
    session().refresh(candidate)
    if refusal is not None:
        form.version.data = candidate.version
    return _render(article, text, reading, wanted=candidate.id, form=form, refusal=refusal)


def _render(
    article: Article,
    text: ArticleText,
    reading: ArticleReading,
    *,
    wanted: int | None = None,
    own: tuple[Candidate, list[CandidateCue]] | None = None,
    form: CandidateForm | None = None,
    refusal: Conflict | None = None,
) -> str:
    candidates = queries.list_candidates(session(), reading.id)
    same = next((each for each in candidates if own and _place(each) == _place(own[0])), None)
    waiting = queries.list_waiting(candidates)
    opened = same or (own[0] if own else next((each for each in candidates if each.id == wanted), None))
    opened = opened or (waiting[0] if waiting else None)
    is_own = own is not None and opened is own[0]
    language = ctx.language
    values: dict[str, Any] = {
        "article": article,
        "text": text,
        "reading": reading,
        "candidates": candidates,
        "numbers": {each.id: number for number, each in enumerate(candidates, start=1)},
        "progress": queries.count_progress(candidates),
        "opened": opened,
        "is_own": is_own,
        "refusal": i18n.translate(refusal.message) if refusal is not None else "",
        "names": articles.editor_names(session(), [reading.sorter_id, *(each.decided_by_id for each in candidates)]),
        "statuses": queries.load_statuses(session(), candidates),
        "likely": _count_likely(candidates),
        "undo_until": clock.now() - decisions.UNDO_WINDOW,
        "me": current_editor().id,
        "hand_over": _hand_over_form(sorter_id=reading.sorter_id),
        "page_url": page_url,
    }
    paragraph = read_id(request.args.get("paragraph")) or (opened.paragraph if opened else None)
    window = queries.choose_window(text.body, paragraph)
    values |= {"window": window, "blocks": queries.cut_text(text.body, window, candidates, opened)}
    if opened is not None:
        here = candidates.index(opened) if opened in candidates else None
        following = queries.list_waiting(candidates, opened.quote_start)
        values |= {
            "form": form or _build_form(candidate=opened),
            "quote": show_controls(text.body[opened.quote_start : opened.quote_end]),
            "cues": queries.build_cues(own[1], reading.language, text.body, language)
            if is_own and own
            else queries.describe_cues(session(), opened, reading, text.body, language),
            "missing": list_missing(opened),
            "similar": find_similar_claims(session(), reading.id, [opened]).get(opened.id),
            "deadline_words": text.body[opened.deadline_start : opened.deadline_end] if opened.deadline_end else "",
            "speakers": queries.list_speakers(session(), with_sample=ctx.newsroom.show_sample),
            "following": [each for each in following if each is not opened][:NEXT_SHOWN],
            "previous": candidates[here - 1] if here else None,
            "next": candidates[here + 1] if here is not None and here + 1 < len(candidates) else None,
            "is_day_after": opened.deadline_on is not None and opened.review_on == opened.deadline_on + timedelta(days=1),
        }
    return render_template("intake/sort.html", **values)


def _place(candidate: Candidate) -> tuple[int, int]:
    return candidate.quote_start, candidate.quote_end


def _count_likely(candidates: list[Candidate]) -> int:
    """How many passages "keep all likely" would look at and, by what is known now, keep."""
    likely = [
        each
        for each in candidates
        if each.kind is CandidateKind.LIKELY and each.state is CandidateState.WAITING and not list_missing(each)
    ]
    return len(likely)
