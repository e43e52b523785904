"""A reading to sort: an article with its text, read as the pages read it."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_article
from tracker.accounts.models import Editor
from tracker.articles import queries as articles
from tracker.articles.models import Article
from tracker.claims.models import Claim
from tracker.db import Database
from tracker.intake import reading as readers
from tracker.intake.filling import fill_candidates
from tracker.intake.models import ArticleReading, Candidate
from tracker.intake.stored_readings import store_reading
from tracker.ledger.models import Event

BODY = (
    "The bridge at Sollen\n\n"
    "The bridge at Sollen will reopen in June 2024. The work cost four million euros last year.\n\n"
    "According to Ilse Oakes, traffic will probably fall by 20% by the end of the year. It could rain.\n\n"
    "The council will sign a contract with the ferry company in the autumn.\n\n"
    "“We will close the quay for good,” he said."
)
PUBLISHED_ON = date(2024, 3, 1)
# Of the five predictions three are likely, the rain and the quay perhaps, however the weights are trained next time.
LIKELY = 0.7


def read_article(database: Database, editor: Editor, body: str = BODY, **fields: Any) -> int:
    """Store an article with this text and what is found in it; return the reading's number."""
    article = make_article(database, body=body, **{"published_on": PUBLISHED_ON, **fields})
    return read_again(database, editor, article.id)


def read_again(database: Database, editor: Editor, article_id: int) -> int:
    """Read the newest text of an article and store what is found in it; return the reading's number."""
    with database.writing() as session:
        own = session.get_one(Article, article_id)
        text = articles.latest_text(session, article_id)
        assert text is not None
        basis = readers.load_basis(session, own, text.body)
        assert basis is not None
        options = replace(readers.load_options(session, basis.language), thresholds={"likely": LIKELY})
        found = fill_candidates(basis, readers.find_suggestions(basis, options))
        return store_reading(session, own, text, found, actor=editor.actor, language=basis.language).id


def load_candidates(session: Session, reading_id: int) -> list[Candidate]:
    """The candidates of a reading in the order of the text, as the database has them."""
    session.rollback()
    query = select(Candidate).where(Candidate.reading_id == reading_id).order_by(Candidate.quote_start)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def find_candidate(session: Session, reading_id: int, words: str) -> Candidate:
    """The one candidate whose statement has these words."""
    (found,) = [each for each in load_candidates(session, reading_id) if words in each.statement]
    return found


def load_claims(session: Session, reading_id: int) -> list[Claim]:
    """The claims of the article of a reading."""
    session.rollback()
    article_id = session.get_one(ArticleReading, reading_id).article_id
    query = select(Claim).where(Claim.article_id == article_id).order_by(Claim.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def list_kinds(session: Session, claim_id: int) -> list[str]:
    """The kinds of a claim's events, in order."""
    return list(session.scalars(select(Event.kind).where(Event.subject == f"claim:{claim_id}").order_by(Event.seq)))
