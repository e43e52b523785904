"""Reading an article's text for predictions, with the newsroom's own tables."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.articles import queries as articles
from tracker.articles.models import Article
from tracker.claims.queries import reading_options
from tracker.intake.filling import Basis
from tracker.newsroom import settings
from tracker.suggest import LANGUAGES, Options, Suggestion, suggest


@dataclass(frozen=True)
class ReadingBasis:
    """What reading a text takes, loaded whole, so that no transaction is open while it is read."""

    basis: Basis
    options: Options


def choose_language(article: Article) -> str | None:
    """The language in which an article can be read; None where it is in another."""
    language = article.language.partition("-")[0]
    return language if language in LANGUAGES else None


def load_basis(session: Session, article: Article, body: str) -> Basis | None:
    """What is needed to read and fill; None for a language that cannot be read."""
    language = choose_language(article)
    if language is None:
        return None
    return Basis(body, language, article.published_on, settings.load(session).review_after_days)


def load_options(session: Session, language: str) -> Options:
    """The newsroom's tables for reading in a language: hedges, cues switched off, speakers on file, topics chosen before."""
    return reading_options.load_options(session, settings.load(session), language)


def load_reading_basis(session: Session, article_id: int, number: int) -> ReadingBasis | None:
    """What reading a text takes; None where there is no such text, or its language cannot be read."""
    text = articles.text(session, article_id, number)
    basis = load_basis(session, articles.get(session, article_id), text.body) if text is not None else None
    return ReadingBasis(basis, load_options(session, basis.language)) if basis is not None else None


def find_suggestions(basis: Basis, options: Options) -> list[Suggestion]:
    """The passages that may be predictions. Pure: call it outside a transaction that writes."""
    return suggest(basis.body, basis.language, basis.published_on, options)
