"""Asking the index: the claims in which everything that was asked for occurs."""

from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal, literal_column, select, table
from sqlalchemy.orm import Session

from tracker.claims.models import Claim
from tracker.claims.models.search import ClaimSearch
from tracker.keyset import Order
from tracker.search.folding import Word

# FTS5 gives the numbers of its hits in order, so the newest come first without counting or sorting the rest.
_FTS = table("claim_fts", column("rowid"))


def hits(session: Session, runs: list[list[Word]]) -> tuple[Select[*tuple[Any, ...]], Order]:
    """A query for the claims in which every run occurs, to be narrowed further, and the order to page it by: newest first."""
    if session.get_bind().dialect.name == "sqlite":
        words = " AND ".join(f'("{surface}" OR "{stem}")' for surface, stem in _both(runs, " "))
        matches = literal_column("claim_fts").op("MATCH")(literal(words))
        return select(Claim.id).select_from(_FTS).join(Claim, Claim.id == _FTS.c.rowid).where(matches), Order(
            _FTS.c.rowid, descending=True
        )
    words = " & ".join(f"(({surface}) | ({stem}))" for surface, stem in _both(runs, " & "))
    return (
        select(Claim.id)
        .select_from(ClaimSearch)
        .join(Claim, Claim.id == ClaimSearch.claim_id)
        .where(_matches(words), *_phrases(runs)),
        Order(ClaimSearch.claim_id, descending=True),
    )


def _both(runs: list[list[Word]], between: str) -> list[tuple[str, str]]:
    return [(between.join(w.surface for w in run), between.join(w.stem for w in run)) for run in runs]


def _phrases(runs: list[list[Word]]) -> list[ColumnElement[bool]]:
    """What stands together. The index knows only which words a claim has; asked for a phrase, PostgreSQL would cut the words of
    every claim that has them all over again. They are plain letters and digits with one space between, so looking is enough."""
    phrases = [both for run, both in zip(runs, _both(runs, " "), strict=True) if len(run) > 1]
    return [ClaimSearch.folded.op("~")(literal(rf"\m({surface}|{stem})\M")) for surface, stem in phrases]


def _matches(words: str) -> ColumnElement[bool]:
    # Written as the index has it, or PostgreSQL does not see that it fits.
    vector = func.to_tsvector(literal_column("'simple'::regconfig"), ClaimSearch.folded)
    return vector.op("@@")(func.to_tsquery(literal_column("'simple'::regconfig"), words))
