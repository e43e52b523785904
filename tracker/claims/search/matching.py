"""Asking the index: the claims in which everything that was asked for occurs."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, column, func, literal, literal_column, or_, select, table
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.claims.models.search import ClaimSearch
from tracker.claims.words import Status
from tracker.keyset import Order
from tracker.search.folding import Word

COMMON: Final = 5_000  # claims with the words: from here on, looking up the status of each may take longer than a page should
RARE: Final = 20_000  # claims of a status: up to here, looking for the words in each is quicker

Query = Select[*tuple[Any, ...]]

# FTS5 gives the numbers of its hits in order, so the newest come first without counting or sorting the rest.
_FTS: Final = table("claim_fts", column("rowid"))
_VECTOR: Final[ColumnElement[Any]] = literal_column("claim_search.search_vector")
_SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")


def hits(session: Session, runs: list[list[Word]], status: Status | None = None) -> tuple[Query, Order]:
    """A query for the claims (of a status) in which every run occurs, to be narrowed further, and the order to page it by:
    newest first.
    """
    query, order = _on_sqlite(session, runs, status) if _is_sqlite(session) else _on_postgresql(runs)
    return (query if status is None else query.where(Claim.status == status)), order


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _on_sqlite(session: Session, runs: list[list[Word]], status: Status | None) -> tuple[Query, Order]:
    words = " AND ".join(f'("{surface}" OR "{stem}")' for surface, stem in _both(runs, " "))
    matches = literal_column("claim_fts").op("MATCH")(literal(words))
    if status is not None and _is_more(session, select(_FTS.c.rowid).where(matches), COMMON):
        of_status = select(Claim.id).with_hint(Claim, "INDEXED BY ix_claim_status_id", "sqlite").where(Claim.status == status)
        if not _is_more(session, of_status, RARE):
            stands = (or_(*(_stands(words) for words in {*both})) for both in _both(runs, " "))
            query = of_status.join(ClaimSearch, ClaimSearch.claim_id == Claim.id).where(*stands)
            return query, Order(Claim.id, descending=True)
    query = select(Claim.id).select_from(_FTS).join(Claim, Claim.id == _FTS.c.rowid).where(matches)
    return query, Order(_FTS.c.rowid, descending=True)


def _is_more(session: Session, query: Query, most: int) -> bool:
    return session.scalars(query.offset(most).limit(1)).first() is not None


def _stands(words: str) -> ColumnElement[bool]:
    # Folded words are plain letters and digits with one space between, so a word and a phrase are found as text.
    return func.instr(literal(" ") + ClaimSearch.folded + literal(" "), f" {words} ") > 0


def _on_postgresql(runs: list[list[Word]]) -> tuple[Query, Order]:
    words = " & ".join(f"(({surface}) | ({stem}))" for surface, stem in _both(runs, " & "))
    matches = _VECTOR.op("@@")(func.to_tsquery(_SIMPLE, words))
    query = select(Claim.id).select_from(ClaimSearch).join(Claim, Claim.id == ClaimSearch.claim_id)
    return query.where(matches, *_phrases(runs)), Order(ClaimSearch.claim_id, descending=True)


def _phrases(runs: list[list[Word]]) -> list[ColumnElement[bool]]:
    """What stands together. The index has every word of a long text, but not all of its places: a word has 256 at most."""
    phrases = [both for run, both in zip(runs, _both(runs, " "), strict=True) if len(run) > 1]
    return [ClaimSearch.folded.op("~")(literal(rf"\m({surface}|{stem})\M")) for surface, stem in phrases]


def _both(runs: list[list[Word]], between: str) -> list[tuple[str, str]]:
    return [(between.join(w.surface for w in run), between.join(w.stem for w in run)) for run in runs]
