"""What the list of claims draws, prepared row by row: state, dates and what was found are written once, so that the template only
places them.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from tracker.claims import cells
from tracker.claims.enums import Status
from tracker.claims.labels import state_key
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.search import matching
from tracker.search.folding import Word
from tracker.web import i18n

_NO_REVIEW: Final = (Markup(""), Markup(""))


class ListLine(NamedTuple):
    """One claim. `statement` marks what was asked for; `speaker` is "" for the article's own voice; `day` and `lateness` are ""
    where no review is to come."""

    id: int
    state: Markup
    statement: str
    lang: str
    speaker: str
    is_implied: bool
    is_under_review: bool
    article_title: str
    article_lang: str
    day: Markup
    lateness: Markup
    evidence: Markup


def prepare(rows: Iterable[ClaimRow], runs: list[list[Word]], today: date) -> list[ListLine]:
    """Return the lines of a page, in the language spoken now. `runs` are the words asked for."""
    language = i18n.language()
    return [_prepare(row, runs, today, language) for row in rows]


def _prepare(row: ClaimRow, runs: list[list[Word]], today: date, language: str) -> ListLine:
    key = state_key(row.status, row.review_on, today, row.outcome)
    review_on = row.review_on if row.status in (Status.OPEN, Status.DUE) else None
    day, lateness = _NO_REVIEW
    if review_on is not None:
        day, lateness = cells.draw_review(review_on, today, language, is_late=review_on < today)
    return ListLine(
        id=row.id,
        state=cells.draw_state(key, language),
        statement=_mark(row.statement, runs) if runs else row.statement,
        lang=row.language,
        speaker=row.speaker,
        is_implied=row.is_implied,
        is_under_review=row.under_review,
        article_title=row.article_title,
        article_lang=row.article_language,
        day=day,
        lateness=lateness,
        evidence=cells.draw_evidence(row.evidence, language, in_words=True),
    )


def _mark(text: str, runs: list[list[Word]]) -> Markup:
    pieces = matching.marked(text, runs)
    return Markup("").join(Markup("<mark>{}</mark>").format(piece) if hit else escape(piece) for piece, hit in pieces)
