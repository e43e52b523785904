"""Descriptors of the events and rows of articles."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleText
from tracker.errors import N_
from tracker.ledger.descriptors import Descriptors, EventKind, Field, Group, RowCheck, RowKind, phrase
from tracker.ledger.formatters import day_field, label_formatter, row_field, text_field
from tracker.ledger.text_stores import EventData, StoredText, TextStore, column_has, column_store, mask
from tracker.web.language_names import language_name


def _find_bodies(session: Session, words: str) -> list[StoredText]:
    query = select(ArticleText.id, ArticleText.article_id).where(column_has(session, ArticleText.body, words))
    return [
        StoredText(f"article_text:{number}", f"article:{article}")
        for number, article in session.execute(query.order_by(ArticleText.id))
    ]


def _mask_bodies(session: Session, words: str, chosen: list[StoredText]) -> EventData:
    """Mask the words letter by letter; the event holds the hash of what remains."""
    found: EventData = {}
    for each in chosen:
        text = session.get_one(ArticleText, int(each.row.partition(":")[2]))
        text.body = mask(text.body, words)
        text.sha256 = hashlib.sha256(text.body.encode()).hexdigest()
        also: dict[str, object] = found.setdefault(each.subject, {}).setdefault("also", {})
        also[each.row] = {"set": {"sha256": text.sha256}}
    session.flush()
    return found


STORES = (
    TextStore(N_("Text of an article"), frozenset({"article_text.body"}), _find_bodies, _mask_bodies),
    column_store(N_("Imported number of an article"), Article.external_id, subject=lambda row: f"article:{row.id}"),
)

ARTICLES = Group("articles", N_("Articles"), 40)
_NEW_TEXT = phrase(N_("stored text number %(number)s of the article"), number=lambda entry, _: entry.find_set("number"))


def _find_changed_bodies(session: Session) -> Iterator[tuple[str, str]]:
    """An article's text must have the hash that is recorded for it."""
    query = select(ArticleText.id, ArticleText.body, ArticleText.sha256).order_by(ArticleText.id)
    for number, body, sha256 in session.execute(query.execution_options(yield_per=100)):
        if hashlib.sha256(body.encode("utf-8", "replace")).hexdigest() != sha256:
            row = f"article_text:{number}"
            yield row, f'{row}: "body" does not hold the words that came in.'


DESCRIPTORS = Descriptors(
    events=(
        EventKind("article.created", N_("added the article"), ARTICLES),
        EventKind("article.edit", N_("changed the details of the article"), ARTICLES),
        EventKind("article.text", _NEW_TEXT, ARTICLES),
    ),
    rows=(
        RowKind(
            "article",
            N_("article %(number)s"),
            {
                "title": text_field(N_("Headline")),
                "outlet": text_field(N_("Outlet")),
                "url": text_field(N_("Address")),
                "author": text_field(N_("Author of the article")),
                "author_editor_id": row_field(N_("Author in the newsroom"), "editor"),
                "language": Field(N_("Language"), label_formatter(language_name)),
                "published_on": day_field(N_("Published on")),
            },
            name_columns=("title",),
        ),
        RowKind(ArticleText.__history__.name, N_("text %(number)s of an article")),
    ),
    stores=STORES,
    checks=(RowCheck("hash of article texts", _find_changed_bodies),),
)
