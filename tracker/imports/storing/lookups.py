"""Find the articles, speakers, topics and owners that the rows of a file name."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.accounts.queries import working_editors
from tracker.articles.models import Article, ArticleText
from tracker.claims.models import Speaker, SpeakerAlias, Topic
from tracker.errors import N_, Invalid
from tracker.imports.columns.incoming import ArticleFields
from tracker.search.name_keys import is_same_name, name_key

_MANY: Final = 1_000  # rows fetched at a time


_SCHEMA = """
PRAGMA cache_size = -16000;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE kept (kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID;
"""


class LookupIndex:
    """Values by kind and name in a temporary SQLite database, so that memory stays flat. Closing it deletes it."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.executescript(_SCHEMA)
        self._base.execute("BEGIN")  # never ended, or each statement would flush to disk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._base.close()

    def get(self, kind: str, name: str) -> Any:
        """The value under this name; None if there is none."""
        found = self._base.execute("SELECT value FROM kept WHERE kind = ? AND name = ?", (kind, name)).fetchone()
        return json.loads(found[0]) if found else None

    def put(self, kind: str, name: str, value: object) -> None:
        """Store a value under a name."""
        self._base.execute("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", (kind, name, json.dumps(value)))

    def first(self, kind: str, entries: Iterable[tuple[str, object]]) -> None:
        """Store values whose names have none yet."""
        self._base.executemany("INSERT OR IGNORE INTO kept VALUES (?, ?, ?)", _written(kind, entries))

    def append(self, kind: str, entries: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Extend the lists stored under these names; none may be empty."""
        self._base.executemany(
            "INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT (kind, name) "
            "DO UPDATE SET value = substr(value, 1, length(value) - 1) || ', ' || substr(excluded.value, 2)",
            _written(kind, entries),
        )


def _written(kind: str, entries: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str, str]]:
    last, text = None, "null"
    for name, value in entries:
        if value is not last:  # one thing comes under several names
            last, text = value, json.dumps(value)
        yield kind, name, text


class ArticleRef(NamedTuple):
    """An article, or a speaker by its affiliation; `id` is below 0 until the row is stored."""

    id: int
    language: str = ""
    published_on: str = ""
    outlet: str = ""
    is_sample: bool = False
    has_text: bool = False

    @property
    def day(self) -> date:
        return date.fromisoformat(self.published_on)


def find_articles(session: Session, given: str) -> list[int]:
    """The numbers of the articles that a person names by number, address or headline."""
    if given.isascii() and given.isdigit() and len(given) < 19:
        return list(session.scalars(select(Article.id).where(Article.id == int(given))))
    query = select(Article.id, Article.title).where(Article.is_sample.is_(False)).order_by(Article.id)
    if given.startswith(("https://", "http://")):
        return [row.id for row in session.execute(query.where(Article.url == given))]
    wanted, found, after = name_key(given), [], 0
    while some := session.execute(query.where(Article.id > after).limit(_MANY)).all():
        found += [row.id for row in some if name_key(row.title) == wanted]
        after = some[-1].id
    return found


class ArticleLookup:
    """Articles by their number in the file, else by their address, else by headline and day.

    `exact`: those of our own export, which are the same only if all that is exported of them is the same.
    """

    def __init__(self, index: LookupIndex, session: Session, *, exact: bool) -> None:
        self._index = index
        self._exact = exact
        self._index.first("article", self._all(session))

    def _all(self, session: Session) -> Iterator[tuple[str, ArticleRef]]:
        columns = (
            Article.id, Article.external_id, Article.title, Article.url, Article.outlet, Article.author, Article.language,
            Article.published_on, Article.is_sample,
        )  # fmt: skip
        with_text = set(session.scalars(select(ArticleText.article_id).distinct()))
        # Imported claims must not be filed under a sample article.
        query = select(*columns).where(Article.is_sample.is_(False)).order_by(Article.id).execution_options(yield_per=_MANY)
        for row in session.execute(query):
            article = ArticleFields(
                row.external_id or "", row.title, row.url or "", row.outlet, row.author, row.language, row.published_on
            )
            known = ArticleRef(row.id, row.language, row.published_on.isoformat(), row.outlet, False, row.id in with_text)
            for name in self._all_names(article):
                yield name, known

    def find(self, article: ArticleFields) -> ArticleRef | None:
        """The article that a row names; None if there is none yet."""
        for name in (*self._names(article), *self._old_names(article)):
            if (found := self._index.get("article", name)) is not None:
                known = ArticleRef(*found)
                # One headline and day may be two outlets' article; where one of them is not known, it is the same.
                if not name.startswith("t:") or not article.outlet or not known.outlet or article.outlet == known.outlet:
                    return known
        return None

    def add(self, article: ArticleFields, known: ArticleRef) -> None:
        """Add an article under all its keys that no other has."""
        self._index.first("article", ((name, known) for name in self._all_names(article)))

    def replace(self, article: ArticleFields, known: ArticleRef) -> None:
        """Replace a temporary id by the stored row's."""
        for name in self._all_names(article):
            found = self._index.get("article", name)
            if found is not None and ArticleRef(*found).id < 0:
                self._index.put("article", name, known)

    def _old_names(self, article: ArticleFields) -> Iterator[str]:
        # Earlier imports stored the bare number: trusted with the same headline, or where the row has nothing else.
        if article.old_id and article.title:
            yield f"y:{article.old_id}|{name_key(article.title)}"
        elif article.old_id and not article.url:
            yield f"x:{article.old_id}"

    def _all_names(self, article: ArticleFields) -> Iterable[str]:
        return dict.fromkeys((*self._names(article), *self._further(article)))

    def _names(self, article: ArticleFields) -> Iterator[str]:
        day = article.published_on.isoformat() if article.published_on else ""
        if article.external_id:
            yield f"x:{article.external_id}"
        elif self._exact:
            yield "e:" + json.dumps([article.title, article.url, article.outlet, article.author, article.language, day])
        elif article.url:
            yield f"u:{article.url}"
        elif article.title and day:
            title = f"{name_key(article.title)}|{day}"
            if article.outlet:
                yield f"o:{title}|{article.outlet}"
            yield f"t:{title}"

    def _further(self, article: ArticleFields) -> Iterator[str]:
        # An article that a file numbers can be meant by its address or headline in another file.
        if article.external_id:
            yield f"y:{article.external_id}|{name_key(article.title)}"
        bare = ArticleFields(
            "", article.title, article.url, article.outlet, article.author, article.language, article.published_on
        )
        yield from self._names(bare)
        if not self._exact:
            yield from self._names(ArticleFields("", article.title, "", article.outlet, "", "", article.published_on))


class SpeakerLookup:
    """Speakers by name or alias, and where several have it, by affiliation. A merged speaker is found as the remaining one."""

    def __init__(self, index: LookupIndex, session: Session, *, exact: bool) -> None:
        self._index = index
        self._exact = exact
        merged = {
            row.id: row.merged_into_id
            for row in session.execute(select(Speaker.id, Speaker.merged_into_id).where(Speaker.merged_into_id.is_not(None)))
        }
        query = select(Speaker.id, Speaker.name, Speaker.affiliation).where(Speaker.is_sample.is_(False)).order_by(Speaker.id)
        aliases = select(SpeakerAlias.speaker_id, SpeakerAlias.name, Speaker.affiliation).join(
            Speaker, Speaker.id == SpeakerAlias.speaker_id
        )
        for each in (query, aliases.where(Speaker.is_sample.is_(False)).order_by(SpeakerAlias.id)):
            found = session.execute(each.execution_options(yield_per=_MANY))
            index.append("speaker", ((name_key(name), [[_resolve_merge(n, merged), theirs]]) for n, name, theirs in found))

    def find(self, name: str, affiliation: str) -> int | None:
        """The speaker of this name; None if there is none yet. Raises Invalid where several have it."""
        candidates: dict[int, str] = {}
        for number, theirs in self._index.get("speaker", name_key(name)) or ():
            candidates.setdefault(number, theirs)
        if not candidates:
            return None
        same = [n for n, theirs in candidates.items() if is_same_name(theirs, affiliation)]
        if same:
            return same[0]
        if self._exact:
            return None
        if affiliation:
            # Two people of one name differ by their affiliation; one of whom nothing is known may be this one.
            return next((n for n, theirs in candidates.items() if not theirs), None)
        if len(candidates) > 1:
            raise Invalid(N_("Several speakers have this name. Give the role or organisation as well."), field="speaker")
        return next(iter(candidates))

    def add(self, name: str, affiliation: str, number: int) -> None:
        """Add a speaker."""
        self._index.append("speaker", [(name_key(name), [[number, affiliation]])])

    def replace(self, name: str, made: int, number: int) -> None:
        """Replace a temporary id by the stored row's."""
        key = name_key(name)
        found = self._index.get("speaker", key) or ()
        self._index.put("speaker", key, [[number if each == made else each, theirs] for each, theirs in found])


def _resolve_merge(number: int, merged: dict[int, int]) -> int:
    while number in merged:
        number = merged[number]
    return number


class TopicLookup:
    """Topics by their label in any language, else by their key; those of our own export by their key first."""

    def __init__(self, index: LookupIndex, session: Session, *, exact: bool) -> None:
        self._index = index
        self._exact = exact
        for row in session.execute(select(Topic.id, Topic.key, Topic.label_en, Topic.label_fr).order_by(Topic.id)):
            self.add(row.id, row.label_en, row.label_fr)
            self._index.first("topic-key", [(row.key.casefold(), row.id)])

    def find(self, label: str) -> int | None:
        """The topic with this label or key; None if there is none yet."""
        places = (("topic", name_key(label)), ("topic-key", label.casefold()))
        found = (self._index.get(*place) for place in (reversed(places) if self._exact else places))
        return next((int(number) for number in found if number is not None), None)

    def add(self, number: int, *labels: str) -> None:
        """Add a topic."""
        self._index.first("topic", ((name_key(label), number) for label in labels))

    def replace(self, label: str, number: int) -> None:
        """Replace a temporary id by the stored row's."""
        self._index.put("topic", name_key(label), number)


class OwnerLookup:
    """Who can own claims, by name or mail address."""

    def __init__(self, session: Session) -> None:
        self._ids: dict[str, int | None] = {}
        people = dict(working_editors(session))
        for number, name in people.items():
            self._add(name, number)
        for row in session.execute(select(Editor.id, Editor.email).where(Editor.active)):
            if row.id in people:
                self._ids[name_key(row.email)] = row.id

    def _add(self, name: str, number: int) -> None:
        key = name_key(name)
        # Two of one name are neither of them.
        self._ids[key] = None if key in self._ids else number

    def find(self, name: str) -> int | None:
        """The editor who is named; None for none, or for several of one name."""
        return self._ids.get(name_key(name))


def in_chunks(items: Iterable[object], size: int = 500) -> Iterator[list[Any]]:
    """Yield the items in lists of at most `size`, for queries with a bounded number of parameters."""
    found: list[Any] = []
    for item in items:
        found.append(item)
        if len(found) == size:
            yield found
            found = []
    if found:
        yield found
