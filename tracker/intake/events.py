"""Sources of texts and candidates as free text, for erasing. Their events are those of the articles and claims they become."""

import zlib

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, undefer

from tracker.errors import N_
from tracker.intake.models import ArticleSource, Candidate
from tracker.ledger.descriptors import Descriptors
from tracker.ledger.text_stores import EventData, StoredText, TextStore, column_has, column_store, has_words, mask
from tracker.ledger.texts import MARK

_TEXTS = ("url", "final_url", "file_name", "title", "author", "outlet")


def _find_sources(session: Session, words: str) -> list[StoredText]:
    columns = [getattr(ArticleSource, name) for name in (*_TEXTS, "body")]
    found = set(session.scalars(select(ArticleSource.id).where(or_(*(column_has(session, each, words) for each in columns)))))
    packed = select(ArticleSource.id, ArticleSource.packed).where(ArticleSource.packed.is_not(None)).order_by(ArticleSource.id)
    after = 0
    while some := session.execute(packed.where(ArticleSource.id > after).limit(10)).all():  # each may be of several megabytes
        found |= {row.id for row in some if row.packed is not None and has_words(_unpack(row.packed), words)}
        after = some[-1].id
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
_CANDIDATES = column_store(
    N_("Passage found in an article"),
    Candidate.statement,
    Candidate.speaker_name,
    Candidate.hedge,
    Candidate.confirmed_if,
    Candidate.refuted_if,
)


def _erase_candidates(session: Session, words: str, chosen: list[StoredText]) -> EventData:
    """Erase as from any columns, and make the rows newer, so that an open form cannot bring the words back."""
    data = _CANDIDATES.erase(session, words, chosen)
    numbers = [int(each.row.partition(":")[2]) for each in chosen]
    session.execute(update(Candidate).where(Candidate.id.in_(numbers)).values(version=Candidate.version + 1))
    return data


DESCRIPTORS = Descriptors(
    stores=(
        TextStore(N_("Source of an article"), _COLUMNS, _find_sources, _erase_sources),
        TextStore(_CANDIDATES.label, _CANDIDATES.columns, _CANDIDATES.find, _erase_candidates),
    )
)
