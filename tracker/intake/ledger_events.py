"""Sources of texts as free text, for erasing. Their events are those of the articles they become."""

import zlib

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from tracker.errors import N_
from tracker.intake.models import ArticleSource
from tracker.ledger.descriptors import Descriptors
from tracker.ledger.text_search import column_has, has_words, mask
from tracker.ledger.text_stores import EventData, StoredText, TextStore
from tracker.ledger.texts import MARK

_TEXTS = ("url", "final_url", "file_name", "title", "author", "outlet")


def _find_sources(session: Session, words: str) -> list[StoredText]:
    columns = [getattr(ArticleSource, name) for name in (*_TEXTS, "body")]
    found = set(session.scalars(select(ArticleSource.id).where(or_(*(column_has(session, each, words) for each in columns)))))
    packed = select(ArticleSource.id, ArticleSource.packed).where(ArticleSource.packed.is_not(None))
    for number, content in session.execute(packed.execution_options(yield_per=10)):
        if content is not None and number not in found and has_words(_unpack(content), words):
            found.add(number)
    return [StoredText(f"article_source:{number}") for number in sorted(found)]


def _unpack(content: bytes) -> str:
    return zlib.decompress(content).decode("utf-8", "ignore")


def _erase_sources(session: Session, words: str, chosen: list[StoredText]) -> EventData:
    """Mask the words in the text that was read, and delete the bytes as they came."""
    numbers = [int(each.row.partition(":")[2]) for each in chosen]
    query = select(ArticleSource).options(undefer(ArticleSource.packed)).where(ArticleSource.id.in_(numbers))
    for source in session.scalars(query):
        for name in _TEXTS:
            if has_words(getattr(source, name), words):
                setattr(source, name, MARK)
        source.body = mask(source.body, words)
        source.packed = None
    session.flush()
    return {}


_COLUMNS = frozenset(f"article_source.{name}" for name in (*_TEXTS, "body", "packed"))
DESCRIPTORS = Descriptors(stores=(TextStore(N_("Source of an article"), _COLUMNS, _find_sources, _erase_sources),))
