"""Free text of articles outside their tracked columns, for erasing."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.articles.models import Article, ArticleText
from tracker.errors import N_
from tracker.ledger.text_search import column_has, mask
from tracker.ledger.text_stores import EventData, StoredText, TextStore, column_store


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
        text.sha256 = sha256(text.body.encode()).hexdigest()
        also: dict[str, object] = found.setdefault(each.subject, {}).setdefault("also", {})
        also[each.row] = {"set": {"sha256": text.sha256}}
    session.flush()
    return found


STORES = (
    TextStore(N_("Text of an article"), frozenset({"article_text.body"}), _find_bodies, _mask_bodies),
    column_store(N_("Imported number of an article"), Article.external_id, subject=lambda row: f"article:{row.id}"),
)
