"""The passages that editors decided on, as labelled sentences for `tools/train_suggest.py`."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleText
from tracker.intake.models import ArticleReading, Candidate, CandidateKind, CandidateState


def list_labels(session: Session, language: str | None = None) -> Iterator[dict[str, object]]:
    """One entry a decided passage, in the order of reading; those of sample articles are left out.

    Kept ones are "yes", whether edited or not; a rejected intention is "borderline", any other rejected passage "no".
    """
    query = (
        select(Candidate, ArticleReading.language, ArticleReading.article_id, ArticleText.body, Article.published_on)
        .join(ArticleReading, ArticleReading.id == Candidate.reading_id)
        .join(Article, Article.id == ArticleReading.article_id)
        .join(
            ArticleText,
            (ArticleText.article_id == ArticleReading.article_id) & (ArticleText.number == ArticleReading.text_number),
        )
        .where(Candidate.state.in_((CandidateState.KEPT, CandidateState.REJECTED)), Article.is_sample.is_(False))
        .order_by(Candidate.reading_id, Candidate.quote_start, Candidate.id)
    )
    if language is not None:
        query = query.where(ArticleReading.language == language)
    for candidate, spoken, article_id, body, published_on in session.execute(query.execution_options(yield_per=200)):
        yield {
            "id": f"article-{article_id}",
            "lang": spoken,
            "published_on": published_on.isoformat() if published_on else None,
            "start": candidate.quote_start,
            "end": candidate.quote_end,
            "label": _label(candidate),
            "text": body[candidate.quote_start : candidate.quote_end],
        }


def _label(candidate: Candidate) -> str:
    if candidate.state == CandidateState.KEPT:
        return "yes"
    return "borderline" if candidate.kind == CandidateKind.INTENTION else "no"
