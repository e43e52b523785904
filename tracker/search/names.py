"""The index of short texts such as names and titles: every word of a search is the start of a word there, or another form of one.

Each kind of thing has a table of its own with the folded words of each row. SQLite indexes it by FTS5, PostgreSQL by GIN.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, and_, column, func, insert, literal, literal_column, or_, select, table
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.db import Database
from tracker.search.folding import Word, fold, parse_prefixes
from tracker.sql import update_rows

WORDS_MAX: Final = 6
LENGTH_MAX: Final = 100
BATCH: Final = 500
NEAR: Final = 3_000  # rows that are gone through before the index is asked for all that has the words


def parse_words(q: str) -> list[Word] | None:
    """The words of what was typed; those beyond the sixth are not looked for. None if nothing was typed at all."""
    seen = q[:LENGTH_MAX]
    return parse_prefixes(seen)[:WORDS_MAX] if any(c.isprintable() and not c.isspace() for c in seen) else None


def is_cut(q: str) -> bool:
    """Whether `parse_words` looks for less than was typed."""
    return len(q) > LENGTH_MAX or len(parse_prefixes(q[:LENGTH_MAX])) > WORDS_MAX


@dataclass(frozen=True)
class Hits:
    """Where to look (`table` under the condition `matches`), and the `id` found there: in the order of ids without sorting."""

    table: FromClause
    id: ColumnElement[int]
    matches: ColumnElement[bool]


@dataclass(frozen=True)
class Index:
    """The index of one kind of thing: the columns of its mapped class and, for SQLite, the name of its FTS5 table."""

    id: InstrumentedAttribute[int]
    folded: InstrumentedAttribute[str]
    fts: str

    def find(self, session: Session, words: list[Word], *, prefixes: bool = True) -> Hits:
        """What has all these words. `prefixes`: longer words that start with them count, too; that is slower."""
        if session.get_bind().dialect.name == "sqlite":
            fts = table(self.fts, column("rowid"))
            terms = " AND ".join(f'("{word.surface}"{" *" if prefixes else ""} OR "{word.stem}")' for word in words)
            return Hits(fts, fts.c.rowid, literal_column(self.fts).op("MATCH")(literal(terms)))
        # Written as the index has it, or PostgreSQL does not see that it fits.
        simple: ColumnElement[Any] = literal_column("'simple'::regconfig")
        terms = " & ".join(f"({word.surface}{':*' if prefixes else ''} | {word.stem})" for word in words)
        matches = func.to_tsvector(simple, self.folded).op("@@")(func.to_tsquery(simple, terms))
        return Hits(self.id.class_.__table__, self.id.expression, matches)

    def look(
        self, session: Session, words: list[Word], place: int | None = None, *, up: bool = False, prefixes: bool = True
    ) -> Iterator[Hits]:
        """Where to look for a page in the order of ids, from a place down or up: in one after the other, until the page is full.

        How often words occur together, or when they are rare, no statistics tell: PostgreSQL would go through the whole table,
        cutting the words of each row anew, for a word that none has. So it looks in the texts of the NEAR rows next to the
        place, and then asks the index.
        """
        whole = self.find(session, words, prefixes=prefixes)
        if session.get_bind().dialect.name == "sqlite":
            yield whole
            return
        edge = [] if place is None else [self.id > place if up else self.id < place]
        order = self.id.asc() if up else self.id.desc()
        # By OFFSET, what is asked of these rows stays outside.
        near = select(self.id, self.folded).where(*edge).order_by(order).limit(NEAR).offset(0).subquery()
        texts = literal(" ") + near.c[self.folded.key] + literal(" ")
        forms = [(f" {word.surface}" if prefixes else f" {word.surface} ", f" {word.stem} ") for word in words]
        yield Hits(near, near.c[self.id.key], and_(*(or_(*(func.strpos(texts, form) > 0 for form in both)) for both in forms)))
        yield Hits(whole.table, whole.id + 0, whole.matches)  # sorted by what no index has

    def put(self, session: Session, texts: Mapping[int, Iterable[str]]) -> None:
        """Index these texts by id, in place of what was indexed."""
        known = set(session.scalars(select(self.id).where(self.id.in_(texts))))
        rows = {id_: fold(*(text for text in parts if text)) for id_, parts in texts.items()}
        model = self.id.class_
        new = [{self.id.key: id_, self.folded.key: folded} for id_, folded in rows.items() if id_ not in known]
        if new:
            session.execute(insert(model), new)
        for id_ in known:
            update_rows(session, model, self.id == id_, **{self.folded.key: rows[id_]})


def fill(
    database: Database,
    id_: InstrumentedAttribute[int],
    missing: ColumnElement[bool],
    refresh: Callable[[Session, list[int]], None],
) -> int:
    """Index in short transactions what is not in an index yet; return how many. For a database that is older than the index."""
    filled, after = 0, 0
    while True:
        query = select(id_).where(missing, id_ > after).order_by(id_).limit(BATCH)
        with database.reading() as session:
            if session.scalars(query).first() is None:
                return filled
        with database.writing() as session:
            ids = list(session.scalars(query))
            refresh(session, ids)
        filled, after = filled + len(ids), max(ids, default=after)
