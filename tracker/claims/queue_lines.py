"""What the review queue draws, prepared row by row: dates, lateness and likelihoods are written once, so that the template only
places them. Claims of one article are gathered below a line that names it."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from tracker.articles.addresses import article_path
from tracker.claims import cells
from tracker.claims.enums import Outcome
from tracker.claims.queries.claim_rows import ClaimRow, Person
from tracker.web import formatting


class ProposalNote(NamedTuple):
    """A verdict that waits for a second signature; `outcome` is None for a withdrawal."""

    outcome: Outcome | None
    proposer: str
    iso_day: str
    day: str
    asked: Person | None


class QueueLine(NamedTuple):
    """One claim. `id`, as it is drawn; `pick` with its version. `lang` is "" where the statement is in the reader's language;
    `speaker` is "" for the article's own voice."""

    id: Markup
    pick: Markup
    statement: str
    lang: str
    speaker: str
    is_implied: bool
    is_sample: bool
    is_under_review: bool
    likelihood: Markup
    hedge: str
    evidence: Markup
    day: Markup
    lateness: Markup
    owner: Markup
    topics: Markup
    proposal: ProposalNote | None


class ArticleLines(NamedTuple):
    """The claims of one article in a group of the queue."""

    id: int
    path: str  # below the one that the application is mounted at
    title: str
    lang: str
    outlet: str
    day: Markup
    lines: list[QueueLine]


def gather_by_article(rows: Iterable[ClaimRow], draw: Callable[[ClaimRow], QueueLine], language: str) -> list[ArticleLines]:
    """Return the lines of a group under their articles, articles in the order in which their first claim comes."""
    articles: dict[int, ArticleLines] = {}
    for row in rows:
        found = articles.get(row.article_id)
        if found is None:
            found = articles[row.article_id] = ArticleLines(
                row.article_id,
                article_path(row.article_id, row.article_title),
                row.article_title,
                "" if row.article_language == language else row.article_language,
                row.article_outlet,
                cells.draw_day(row.article_published_on, language),
                [],
            )
        found.lines.append(draw(row))
    return list(articles.values())


def make_drawer(*, today: date, language: str, zone: ZoneInfo, is_overdue: bool) -> Callable[[ClaimRow], QueueLine]:
    """Return the function that prepares the rows of one group. It keeps owners' names for as long as it is kept: for one page."""

    @cache
    def draw_owner(name: str) -> Markup:
        return cells.draw_owner(name, language)

    def draw(row: ClaimRow) -> QueueLine:
        day, lateness = cells.draw_review(row.review_on or today, today, language, is_late=is_overdue)
        return QueueLine(
            id=escape(row.id),
            pick=escape(f"{row.id}:{row.version}"),
            statement=row.statement,
            lang="" if row.language == language else row.language,
            speaker=row.speaker,
            is_implied=row.is_implied,
            is_sample=row.is_sample,
            is_under_review=row.under_review,
            likelihood=cells.draw_likelihood(row.likelihood_low, row.likelihood_high, language),
            hedge=row.hedge,
            evidence=cells.draw_evidence(row.evidence, language),
            day=day,
            lateness=lateness,
            owner=draw_owner(row.owner.name if row.owner else ""),
            topics=Markup(", ").join(cells.isolate(label) for _, label in row.topics),
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
