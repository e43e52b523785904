"""Claims that a candidate seems to repeat: of the same passage, or alike in their words, in this article or in another."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.search.matching import Search
from tracker.intake.models import ArticleReading, Candidate
from tracker.search.folding import Word, fold_words
from tracker.suggest.similarity import measure_similarity, stem_words

LEAST: Final = 0.6  # how alike two statements must be
OWN_MOST: Final = 1_000  # claims of the article looked at
_KEY_WORDS: Final = 4  # long words by pairs of which other articles' claims are looked for
_NEWEST: Final = 20  # of each pair


@dataclass(frozen=True)
class SimilarClaim:
    """A claim that is here already. `is_same_passage`: it quotes the same words of the article."""

    id: int
    statement: str
    language: str
    article_id: int
    article_title: str
    is_here: bool
    is_same_passage: bool
    score: float


@dataclass(frozen=True)
class _Row:
    id: int
    statement: str
    language: str
    text_number: int | None
    start: int | None
    end: int | None
    article_id: int


_COLUMNS: Final = (
    Claim.id, Claim.statement, Claim.language, Claim.text_number, Claim.quote_start, Claim.quote_end, Claim.article_id,
)  # fmt: skip


def find_similar_claims(session: Session, reading_id: int, candidates: Sequence[Candidate]) -> dict[int, SimilarClaim]:
    """By candidate's id, the claim most like it; candidates without one are left out. Withdrawn claims do not count."""
    reading = session.get_one(ArticleReading, reading_id)
    article = session.get_one(Article, reading.article_id)
    own = _load(session, Claim.article_id == reading.article_id, OWN_MOST)
    found: dict[int, SimilarClaim] = {}
    titles: dict[int, str] = {}
    for candidate in candidates:
        best = _choose(candidate, reading, [*own, *_find_elsewhere(session, candidate.statement, article)])
        if best is None:
            continue
        row, score, is_same = best
        if row.article_id not in titles:
            titles[row.article_id] = session.scalars(select(Article.title).where(Article.id == row.article_id)).one()
        here = row.article_id == reading.article_id
        found[candidate.id] = SimilarClaim(
            row.id, row.statement, row.language, row.article_id, titles[row.article_id], here, is_same, score
        )
    return found


def _load(session: Session, condition: object, most: int) -> list[_Row]:
    query = select(*_COLUMNS).where(condition, Claim.status != Status.WITHDRAWN).order_by(Claim.id.desc()).limit(most)  # type: ignore[arg-type]
    return [_Row(*row) for row in session.execute(query)]


def _find_elsewhere(session: Session, statement: str, article: Article) -> list[_Row]:
    """The newest claims of other articles that share two of the statement's longest words."""
    words: dict[str, Word] = {word.stem: word for word in fold_words(statement) if stem_words(word.surface)}
    longest = sorted(words.values(), key=lambda word: -len(word.stem))[:_KEY_WORDS]
    elsewhere = (Claim.article_id != article.id, Claim.is_sample == article.is_sample, Claim.status != Status.WITHDRAWN)
    ids: set[int] = set()
    for pair in combinations(longest, 2):
        ids.update(row.id for row in Search([[word] for word in pair], conditions=elsewhere).page(session, size=_NEWEST).rows)
    return _load(session, Claim.id.in_(ids), len(ids)) if ids else []


def _choose(candidate: Candidate, reading: ArticleReading, rows: Sequence[_Row]) -> tuple[_Row, float, bool] | None:
    ranked = []
    for row in rows:
        if row.id == candidate.claim_id:
            continue
        is_same = (
            row.article_id == reading.article_id
            and row.text_number == reading.text_number
            and row.start is not None
            and row.end is not None
            and 2 * (min(row.end, candidate.quote_end) - max(row.start, candidate.quote_start))
            > min(row.end - row.start, candidate.quote_end - candidate.quote_start)
        )
        score = 1.0 if is_same else measure_similarity(candidate.statement, row.statement)
        if is_same or score >= LEAST:
            ranked.append((row, round(score, 3), is_same))
    return max(ranked, key=lambda each: (each[2], each[1], each[0].id), default=None)
