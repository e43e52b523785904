"""The index of public claims by their words: the statement, its translations, the quote, the speaker where named, the topics."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker.public.models import PublicSearch
from tracker.search import names
from tracker.search.folding import fold
from tracker.sql import delete_rows, update_rows

INDEX: Final = names.Index(PublicSearch.claim_id, PublicSearch.folded, "public_fts")


def fold_texts(texts: Iterable[str]) -> str:
    """Texts as the index holds them."""
    return fold(*(text for text in texts if text))


def replace(session: Session, claim_id: int, folded: str, was: str) -> None:
    """Index a claim by words that are already folded, in place of those that it had; "" is no entry."""
    if not was:
        session.execute(insert(PublicSearch).values(claim_id=claim_id, folded=folded))
        return
    entry = PublicSearch.claim_id == claim_id
    if folded:
        update_rows(session, PublicSearch, entry, folded=folded)
    else:
        delete_rows(session, PublicSearch, entry)
