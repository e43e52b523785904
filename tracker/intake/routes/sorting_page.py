"""What the sorting page shows: the text with its marks, one open passage with its form, and what comes next."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from flask import render_template, request
from sqlalchemy.orm import Session

from tracker import clock
from tracker.accounts.access import current_editor
from tracker.accounts.queries import editor_names
from tracker.articles import quote_selection
from tracker.articles.models import Article, ArticleText
from tracker.claims.article_page import show_controls
from tracker.errors import Conflict, NotFound
from tracker.intake import likely, queries, stored_readings, undoing
from tracker.intake.filling import fill_own, list_missing
from tracker.intake.forms import CandidateForm
from tracker.intake.models import ArticleReading, Candidate, CandidateCue
from tracker.intake.reading import load_basis, load_options
from tracker.intake.routes.sorting_form import build_form, build_hand_over_form, show_new_days
from tracker.intake.similar import find_similar_claims
from tracker.pagination import read_id
from tracker.suggest.reading import is_cut
from tracker.web import i18n
from tracker.web.database import session
from tracker.web.page_context import ctx
from tracker.web.pages import page_url

NEXT_SHOWN: Final = 8


def find_own_passage(article: Article, text: ArticleText) -> tuple[Candidate, list[CandidateCue]] | None:
    """The candidate for words that the address names; None where it names none."""
    end = read_id(request.args.get("end"))
    start = 0 if request.args.get("start") == "0" else read_id(request.args.get("start"))
    number = read_id(request.args.get("text"))
    if start is None or end is None or number not in (None, text.number):
        return None
    return fill_own_passage(session(), article, text, start, end)


def fill_own_passage(
    current: Session, article: Article, text: ArticleText, start: int, end: int
) -> tuple[Candidate, list[CandidateCue]] | None:
    """The candidate for words of a text, not stored; None where they are no passage or no language is known."""
    span = quote_selection.trim_span(text.body, start, end)
    basis = load_basis(current, article, text.body)
    if span is None or basis is None or len(span.text) > stored_readings.QUOTE_MAX:
        return None
    return fill_own(basis, span.start, span.end, load_options(current, basis.language))


def render_typed(
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
        own = fill_own_passage(session(), article, text, start, end)
        has_new_days = refusal is not None and own is not None and show_new_days(form, own[0], reading.language)
        return render_page(article, text, reading, own=own, form=form, refusal=refusal, has_new_days=has_new_days)
    candidate = find(session(), form) if request.endpoint == "articles.decide" else None
    if candidate is None:
        return render_page(article, text, reading)  # a passage of one's own without its place
    if candidate.reading_id != reading.id:
        raise NotFound()
    session().refresh(candidate)
    if refusal is not None:
        form.version.data = candidate.version
    has_new_days = refusal is not None and show_new_days(form, candidate, reading.language)
    return render_page(article, text, reading, wanted=candidate.id, form=form, refusal=refusal, has_new_days=has_new_days)


def render_page(
    article: Article,
    text: ArticleText,
    reading: ArticleReading,
    *,
    wanted: int | None = None,
    own: tuple[Candidate, list[CandidateCue]] | None = None,
    form: CandidateForm | None = None,
    refusal: Conflict | None = None,
    has_new_days: bool = False,
) -> str:
    """The whole page: `wanted` is the passage to open, `own` one that is not stored, `form` what was typed.

    `has_new_days`: days of the form follow what was changed after it was opened.
    """
    candidates = queries.list_candidates(session(), reading.id)
    same = next((each for each in candidates if own and _place(each) == _place(own[0])), None)
    waiting = queries.list_waiting(candidates)
    opened = same or (own[0] if own else next((each for each in candidates if each.id == wanted), None))
    opened = opened or (waiting[0] if waiting else None)
    is_own = own is not None and opened is own[0]
    language = ctx.language
    values: dict[str, object] = {
        "article": article,
        "text": text,
        "reading": reading,
        "candidates": candidates,
        "numbers": {each.id: number for number, each in enumerate(candidates, start=1)},
        "progress": queries.count_progress(candidates),
        "opened": opened,
        "is_own": is_own,
        "refusal": i18n.translate(refusal.message) if refusal is not None else "",
        "has_new_days": has_new_days,
        "names": editor_names(session(), [reading.sorter_id, *(each.decided_by_id for each in candidates)]),
        "statuses": queries.load_statuses(session(), candidates),
        "likely": likely.plan_likely(session(), reading.id, candidates),
        "undo_until": clock.now() - undoing.UNDO_WINDOW,
        "me": current_editor().id,
        "hand_over": build_hand_over_form(sorter_id=reading.sorter_id),
        "page_url": page_url,
        "is_cut": is_cut(text.body),
    }
    paragraph = read_id(request.args.get("paragraph")) or (opened.paragraph if opened else None)
    window = queries.choose_window(text.body, paragraph)
    values |= {"window": window, "blocks": queries.cut_text(text.body, window, candidates, opened)}
    if opened is not None:
        here = candidates.index(opened) if opened in candidates else None
        following = queries.list_waiting(candidates, opened.quote_start)
        values |= {
            "form": form or build_form(candidate=opened),
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
