"""What the review queue draws, prepared row by row: dates, lateness and likelihoods are written once, so that the template only
places them. Claims of one article are gathered below a line that names it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from tracker.claims.enums import Outcome, Stance
from tracker.claims.queries.claim_rows import ClaimRow, Person
from tracker.web import formatting

# The glyph of a likelihood is 58 units wide, 54 of them from 0 to 100 %.
_GLYPH_LEFT: Final = 1
_GLYPH_PER_CENT: Final = 0.54
_STANCES: Final = tuple(stance.value for stance in Stance)


@dataclass(frozen=True, slots=True)
class Glyph:
    """A band of likelihood as it is drawn, and in words."""

    x: float
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class ProposalNote:
    """A verdict that waits for a second signature; `outcome` is None for a withdrawal."""

    outcome: Outcome | None
    proposer: str
    iso_day: str
    day: str
    asked: Person | None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One claim. `lang` is "" where the statement is in the reader's language; `speaker` is "" for the article's own voice."""

    id: int
    version: int
    statement: str
    lang: str
    speaker: str
    is_implied: bool
    is_sample: bool
    is_under_review: bool
    glyph: Glyph | None
    hedge: str
    evidence: tuple[tuple[str, str], ...]
    iso_day: str
    day: str
    lateness: str
    is_late: bool
    owner: Person | None
    topics: tuple[str, ...]
    proposal: ProposalNote | None


@dataclass(frozen=True, slots=True)
class ArticleLines:
    """The claims of one article in a group of the queue."""

    id: int
    title: str
    lang: str
    outlet: str
    iso_day: str
    day: str
    lines: list[QueueLine]


def gather_by_article(rows: Iterable[ClaimRow], draw: Callable[[ClaimRow], QueueLine], language: str) -> list[ArticleLines]:
    """Return the lines of a group under their articles, articles in the order in which their first claim comes."""
    articles: dict[int, ArticleLines] = {}
    for row in rows:
        found = articles.get(row.article_id)
        if found is None:
            published = row.article_published_on
            found = articles[row.article_id] = ArticleLines(
                row.article_id,
                row.article_title,
                "" if row.article_language == language else row.article_language,
                row.article_outlet,
                published.isoformat(),
                formatting.day(published, language),
                [],
            )
        found.lines.append(draw(row))
    return list(articles.values())


def make_drawer(*, today: date, language: str, zone: ZoneInfo, is_overdue: bool) -> Callable[[ClaimRow], QueueLine]:
    """Return the function that prepares the rows of one group."""

    def draw(row: ClaimRow) -> QueueLine:
        review_on = row.review_on or today
        return QueueLine(
            id=row.id,
            version=row.version,
            statement=row.statement,
            lang="" if row.language == language else row.language,
            speaker=row.speaker,
            is_implied=row.is_implied,
            is_sample=row.is_sample,
            is_under_review=row.under_review,
            glyph=_draw_glyph(row.likelihood_low, row.likelihood_high, language),
            hedge=row.hedge,
            evidence=tuple((key, _number(row.evidence[key], language)) for key in _STANCES if row.evidence.get(key)),
            iso_day=review_on.isoformat(),
            day=formatting.day(review_on, language),
            lateness=_lateness(review_on, today, language),
            is_late=is_overdue,
            owner=row.owner,
            topics=tuple(label for _, label in row.topics),
            proposal=_note_proposal(row, language, zone),
        )

    return draw


def _note_proposal(row: ClaimRow, language: str, zone: ZoneInfo) -> ProposalNote | None:
    if row.proposal is None:
        return None
    proposer = row.proposal.proposer
    day = row.proposal.at.astimezone(zone).date()
    written = formatting.day(day, language)
    return ProposalNote(row.proposal.outcome, proposer.name if proposer else "", day.isoformat(), written, row.asked)


@lru_cache(maxsize=4096)
def _draw_glyph(low: int | None, high: int | None, language: str) -> Glyph | None:
    if low is None or high is None:
        return None
    x = round(_GLYPH_LEFT + low * _GLYPH_PER_CENT, 2)
    return Glyph(x, round(2 + (high - low) * _GLYPH_PER_CENT, 2), formatting.band(low, high, language))


@lru_cache(maxsize=8192)
def _lateness(day: date, today: date, language: str) -> str:
    return formatting.rel(day, today, language)


@lru_cache(maxsize=1024)
def _number(value: int, language: str) -> str:
    return formatting.number(value, language)
