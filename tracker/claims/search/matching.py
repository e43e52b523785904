"""Asking the index: the claims in which everything that was asked for occurs; and showing it in their texts."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, column, func, literal, literal_column, or_, select, table, union_all
from sqlalchemy.orm import Session

from tracker.claims.enums import Status
from tracker.claims.models import Claim
from tracker.claims.models.search import ClaimSearch
from tracker.pagination import Order, Page, page
from tracker.search.folding import Word, find_words
from tracker.sql import AnyRow, AnySelect

COMMON: Final = 5_000  # claims with the words: from here on, looking up the status of each may take longer than a page should
RARE: Final = 20_000  # claims of a status: up to here, looking for the words in each is quicker
NEAR: Final = 10_000  # claims that are gone through before an index is asked for all that has the words
GROUPS: Final = 400  # of words, in one statement; SQLite takes 500
FREQUENT: Final = 50  # of those: words that so many have are in too many claims to fetch them all


# FTS5 gives the numbers of its hits in order, so the newest come first without counting or sorting the rest.
_FTS: Final = table("claim_fts", column("rowid"))
_VECTOR: Final[ColumnElement[Any]] = literal_column("claim_search.search_vector")
_SIMPLE: Final[ColumnElement[Any]] = literal_column("'simple'::regconfig")
_BY_CLAIM: Final = Order(Claim.id, descending=True)


@dataclass(frozen=True)
class Search:
    """Claims in which every run of words occurs, of a status if one is given, and under all these conditions on claims.

    owned: all claims that meet one of the conditions, by an index; where they are few, words are looked for in each.
    """

    runs: Sequence[list[Word]]
    status: Status | None = None
    conditions: tuple[ColumnElement[bool], ...] = ()
    owned: AnySelect | None = None

    def page(self, session: Session, *, size: int, after: str | None = None, before: str | None = None) -> Page[AnyRow]:
        """One page of what is found, newest first; its rows have an `id`."""

        def read(query: AnySelect, order: Order) -> Page[AnyRow]:
            return page(session, query, order, size=size, after=after, before=before)

        if session.get_bind().dialect.name == "sqlite":
            return read(*self._on_sqlite(session))
        # How often words occur together, with a status, or when they are rare, no statistics tell: PostgreSQL would fetch and
        # sort half of a million claims for one page, or go through all of them for a word that none has.
        some = _near(session, after, before)
        found = read(self._on_postgresql(some), _BY_CLAIM)
        if (found.after if before is None else found.before) is not None:
            return found
        everything = self._on_postgresql(ClaimSearch.__table__)
        if self.status is not None and _is_more(session, Search(self.runs)._on_postgresql(some), FREQUENT):
            return read(everything, _BY_CLAIM)  # by the index of the status: how many have that is known
        # Sorted by what no index has, so that the index of the words is asked.
        return read(everything, Order(ClaimSearch.claim_id + 0, descending=True))

    def _on_sqlite(self, session: Session) -> tuple[AnySelect, Order]:
        words = " AND ".join(f'("{surface}" OR "{stem}")' for surface, stem in self._both(" "))
        matches = literal_column("claim_fts").op("MATCH")(literal(words))
        lists = [] if self.owned is None else [self.owned]
        if self.status is not None:
            index = "INDEXED BY ix_claim_status_id"
            lists.append(select(Claim.id).with_hint(Claim, index, "sqlite").where(Claim.status == self.status))
        if lists and _is_more(session, select(_FTS.c.rowid).where(matches), COMMON):
            short = next((each for each in lists if not _is_more(session, each, RARE)), None)
            if short is not None:
                walk = short.join(ClaimSearch, ClaimSearch.claim_id == Claim.id)
                phrases = [_contains(func.instr, ClaimSearch.folded, both) for both in self._both(" ")]
                return walk.where(*phrases, *self._narrowing()), _BY_CLAIM
        query = select(Claim.id).select_from(_FTS).join(Claim, Claim.id == _FTS.c.rowid).where(matches, *self._narrowing())
        return query, Order(_FTS.c.rowid, descending=True)

    def _on_postgresql(self, source: FromClause) -> AnySelect:
        words = " & ".join(f"(({surface}) | ({stem}))" for surface, stem in self._both(" & "))
        matches = _VECTOR.op("@@")(func.to_tsquery(_SIMPLE, words))
        # The index has every word of a long text, but not all of its places: a word has 256 at most.
        phrases = [both for run, both in zip(self.runs, self._both(" "), strict=True) if len(run) > 1]
        together = [_contains(func.strpos, source.c.folded, both) for both in phrases]
        query = select(Claim.id).select_from(source).join(Claim, Claim.id == source.c.claim_id)
        return query.where(matches, *together, *self._narrowing())

    def _newest_on_sqlite(self, size: int) -> AnySelect:
        words = " AND ".join(f'("{surface}" OR "{stem}")' for surface, stem in self._both(" "))
        query = select(_FTS.c.rowid.label("id")).where(literal_column("claim_fts").op("MATCH")(literal(words)))
        return query.order_by(_FTS.c.rowid.desc()).limit(size)

    def _newest_on_postgresql(self, size: int) -> AnySelect:
        words = " & ".join(f"(({surface}) | ({stem}))" for surface, stem in self._both(" & "))
        matches = _VECTOR.op("@@")(func.to_tsquery(_SIMPLE, words))
        # Sorted by what no index has, so that the index of the words is asked.
        query = select(ClaimSearch.claim_id.label("id")).where(matches)
        return query.order_by((ClaimSearch.claim_id + 0).desc()).limit(size)

    def _narrowing(self) -> list[ColumnElement[bool]]:
        return [*([] if self.status is None else [Claim.status == self.status]), *self.conditions]

    def _both(self, between: str) -> list[tuple[str, str]]:
        return [(between.join(w.surface for w in run if w.surface), between.join(w.stem for w in run)) for run in self.runs]


def find_newest(session: Session, groups: Sequence[Sequence[Word]], condition: ColumnElement[bool], *, each: int) -> set[int]:
    """The numbers of the newest claims, `each` of every group at most, in which all single words of a group occur.

    Only claims that meet the condition, on columns of `Claim`, are counted.

    One statement for all groups, at most GROUPS of them.
    """
    if not groups:
        return set()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    parts = []
    for group in groups[:GROUPS]:
        search = Search([[word] for word in group])
        found = search._newest_on_sqlite(each) if is_sqlite else search._newest_on_postgresql(each)
        number = _FTS.c.rowid if is_sqlite else ClaimSearch.claim_id
        # Looked up for each hit. A join would let the planner read every claim beforehand.
        found = found.where(select(Claim.id).where(Claim.id == number, condition).scalar_subquery().is_not(None))
        parts.append(select(found.subquery().c.id))
    return set(session.scalars(union_all(*parts)))


def _near(session: Session, after: str | None, before: str | None) -> FromClause:
    """The words of the claims next to a place, in the order in which they are gone through."""
    place = _BY_CLAIM.place(before if before is not None else after)
    up = place is not None and before is not None
    edge = place.id if place is not None else (session.scalar(select(func.max(Claim.id))) or 0) + 1
    first, last = (edge + 1, edge + NEAR) if up else (edge - NEAR, edge - 1)
    return (
        select(ClaimSearch.claim_id, ClaimSearch.folded, _VECTOR)
        .where(ClaimSearch.claim_id.between(first, last))
        .order_by(ClaimSearch.claim_id if up else ClaimSearch.claim_id.desc())
        .offset(0)  # what is asked of these stays outside, or the index would be asked for all that has the words after all
        .subquery("claim_search")
    )


def _is_more(session: Session, query: AnySelect, most: int) -> bool:
    return session.scalars(query.offset(most).limit(1)).first() is not None


def _contains(place_of: Any, folded: Any, both: tuple[str, str]) -> ColumnElement[bool]:
    # Folded words are plain letters and digits with one space between, so a word and a phrase are found as text.
    text = literal(" ") + folded + literal(" ")
    return or_(*(place_of(text, f" {words} ") > 0 for words in dict.fromkeys(both)))


Piece = tuple[str, bool]


def marked(text: str, runs: list[list[Word]]) -> list[Piece]:
    """The text in pieces, each with whether it was asked for. A phrase is marked where its words follow each other."""
    text = unicodedata.normalize("NFC", text)
    if not runs:
        return [(text, False)] if text else []  # without folding every word of a page, for which the dictionaries would be loaded
    found = list(find_words(text))
    hits: set[int] = set()
    for run in runs:
        for first in range(len(found) - len(run) + 1):
            there = found[first : first + len(run)]
            if all(each.word.is_like(word) for each, word in zip(there, run, strict=True)):
                hits.update(range(first, first + len(run)))
    pieces: list[Piece] = []
    at = 0
    for number in sorted(hits):
        start, end, _word = found[number][:3]
        # Words of one phrase are marked with what is between them.
        if number - 1 in hits and pieces:
            start = at
        if start > at:
            pieces.append((text[at:start], False))
        if found[number].joined and number - 1 in hits:
            pieces[-1] = (pieces[-1][0] + text[start:end], True)
        else:
            pieces.append((text[start:end], True))
        at = end
    return [*pieces, (text[at:], False)] if at < len(text) else pieces
