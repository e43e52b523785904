"""Claims that a candidate seems to repeat: of the same passage, or alike in their words, in this article or in another."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from tracker.articles.models import Article
from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.search.matching import GROUPS, find_newest
from tracker.intake.models import ArticleReading, Candidate
from tracker.search.folding import Word, fold_words
from tracker.sql import among
from tracker.suggest.similarity import measure_stems, stem_words

LEAST: Final = 0.6  # how alike two statements must be
OWN_MOST: Final = 1_000  # claims of the article looked at
_KEY_WORDS: Final = 4  # long words by pairs of which other articles' claims are looked for
_NEWEST: Final = 40  # of each pair
_TOGETHER: Final = 20  # candidates that are compared with one another's claims, too


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
    stemmed = _stem(own)
    best: dict[int, tuple[_Row, float, bool]] = {}
    for start in range(0, len(candidates), _TOGETHER):
        some = candidates[start : start + _TOGETHER]
        rows = [*stemmed, *_stem(_find_elsewhere(session, [candidate.statement for candidate in some], article))]
        best |= {each.id: chosen for each in some if (chosen := _choose(each, reading, rows)) is not None}
    shown = {row.article_id for row, _, _ in best.values()}
    named = session.execute(select(Article.id, Article.title).where(among(session, Article.id, sorted(shown))))
    titles = {row.id: row.title for row in named}
    return {
        candidate_id: SimilarClaim(
            row.id, row.statement, row.language, row.article_id, titles[row.article_id],
            row.article_id == reading.article_id, is_same, score,
        )
        for candidate_id, (row, score, is_same) in best.items()
    }  # fmt: skip


def _stem(rows: Sequence[_Row]) -> list[tuple[_Row, Counter[str]]]:
    return [(row, Counter(stem_words(row.statement))) for row in rows]


def _load(session: Session, condition: object, most: int) -> list[_Row]:
    query = select(*_COLUMNS).where(condition, Claim.status != Status.WITHDRAWN).order_by(Claim.id.desc()).limit(most)  # type: ignore[arg-type]
    return [_Row(*row) for row in session.execute(query)]


def _find_elsewhere(session: Session, statements: Sequence[str], article: Article) -> list[_Row]:
    """The newest claims of other articles that share two of a statement's longest words."""
    pairs: dict[frozenset[str], tuple[Word, Word]] = {}
    for statement in statements:
        words: dict[str, Word] = {word.stem: word for word in fold_words(statement) if stem_words(word.surface)}
        longest = sorted(words.values(), key=lambda word: -len(word.stem))[:_KEY_WORDS]
        for pair in combinations(longest, 2):
            pairs[frozenset(word.stem for word in pair)] = pair
    groups = list(pairs.values())
    elsewhere = and_(Claim.article_id != article.id, Claim.is_sample == article.is_sample, Claim.status != Status.WITHDRAWN)
    ids: set[int] = set()
    for start in range(0, len(groups), GROUPS):
        ids |= find_newest(session, groups[start : start + GROUPS], elsewhere, each=_NEWEST)
    return _load(session, among(session, Claim.id, sorted(ids)), len(ids)) if ids else []


def _choose(
    candidate: Candidate, reading: ArticleReading, rows: Sequence[tuple[_Row, Counter[str]]]
) -> tuple[_Row, float, bool] | None:
    ranked = []
    stems = Counter(stem_words(candidate.statement))
    for row, own_stems in rows:
        if row.id == candidate.claim_id:
            continue
        is_same = _is_same_passage(row, candidate, reading)
        score = 1.0 if is_same else measure_stems(stems, own_stems)
        if is_same or score >= LEAST:
            ranked.append((row, round(score, 3), is_same))
    return max(ranked, key=lambda each: (each[2], each[1], each[0].id), default=None)


def _is_same_passage(row: _Row, candidate: Candidate, reading: ArticleReading) -> bool:
    """Whether a claim quotes more than half of the passage, or is quoted by it so."""
    if (row.article_id, row.text_number) != (reading.article_id, reading.text_number) or row.start is None or row.end is None:
        return False
    shared = min(row.end, candidate.quote_end) - max(row.start, candidate.quote_start)
    return 2 * shared > min(row.end - row.start, candidate.quote_end - candidate.quote_start)
