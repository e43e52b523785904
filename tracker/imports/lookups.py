"""What the newsroom has already, to be found again by what a file says of it: articles, speakers, topics and editors."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.accounts.models import Editor
from tracker.accounts.queries import working_editors
from tracker.articles.models import Article, ArticleText
from tracker.claims.models import Speaker, SpeakerAlias, Topic
from tracker.errors import N_, Invalid
from tracker.imports.index import Index
from tracker.imports.rows import ArticleFields
from tracker.search.name_keys import name_key

_MANY: Final = 1_000  # rows fetched at a time


class ArticleRef(NamedTuple):
    """An article, or a speaker by its affiliation; `id` is below 0 as long as it is only going to be made."""

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
    wanted = name_key(given)
    return [row.id for row in session.execute(query.execution_options(yield_per=_MANY)) if name_key(row.title) == wanted]


class ArticleLookup:
    """Articles by their number in the file, else by their address, else by headline and day.

    `exact`: those of our own export, which are the same only if all that is exported of them is the same.
    """

    def __init__(self, index: Index, session: Session, *, exact: bool) -> None:
        self._index = index
        self._exact = exact
        self._index.first("article", self._all(session))

    def _all(self, session: Session) -> Iterator[tuple[str, ArticleRef]]:
        columns = (
            Article.id, Article.external_id, Article.title, Article.url, Article.outlet, Article.author, Article.language,
            Article.published_on, Article.is_sample,
        )  # fmt: skip
        with_text = set(session.scalars(select(ArticleText.article_id).distinct()))
        # The sample is nobody's article: a claim must not hide among invented ones.
        query = select(*columns).where(Article.is_sample.is_(False)).order_by(Article.id).execution_options(yield_per=_MANY)
        for row in session.execute(query):
            said = ArticleFields(
                row.external_id or "", row.title, row.url or "", row.outlet, row.author, row.language, row.published_on
            )
            known = ArticleRef(row.id, row.language, row.published_on.isoformat(), row.outlet, False, row.id in with_text)
            for name in self._all_names(said):
                yield name, known

    def find(self, said: ArticleFields) -> ArticleRef | None:
        """The article that is meant; None if there is none yet."""
        for name in (*self._names(said), *self._old_names(said)):
            if (found := self._index.get("article", name)) is not None:
                known = ArticleRef(*found)
                # One headline and day may be two outlets' article; where one of them is not known, it is the same.
                if not name.startswith("t:") or not said.outlet or not known.outlet or said.outlet == known.outlet:
                    return known
        return None

    def add(self, said: ArticleFields, known: ArticleRef) -> None:
        """Find this one from now on under all its names that no other has."""
        self._index.first("article", ((name, known) for name in self._all_names(said)))

    def replace(self, said: ArticleFields, known: ArticleRef) -> None:
        """What was only going to be made is there now."""
        for name in self._all_names(said):
            found = self._index.get("article", name)
            if found is not None and ArticleRef(*found).id < 0:
                self._index.put("article", name, known)

    def _old_names(self, said: ArticleFields) -> Iterator[str]:
        # By its bare number an article is known from an earlier import: of the same headline, or where the row says no more.
        if said.old_id and said.title:
            yield f"y:{said.old_id}|{name_key(said.title)}"
        elif said.old_id and not said.url:
            yield f"x:{said.old_id}"

    def _all_names(self, said: ArticleFields) -> Iterable[str]:
        return dict.fromkeys((*self._names(said), *self._further(said)))

    def _names(self, said: ArticleFields) -> Iterator[str]:
        day = said.published_on.isoformat() if said.published_on else ""
        if said.external_id:
            yield f"x:{said.external_id}"
        elif self._exact:
            yield "e:" + json.dumps([said.title, said.url, said.outlet, said.author, said.language, day])
        elif said.url:
            yield f"u:{said.url}"
        elif said.title and day:
            title = f"{name_key(said.title)}|{day}"
            if said.outlet:
                yield f"o:{title}|{said.outlet}"
            yield f"t:{title}"

    def _further(self, said: ArticleFields) -> Iterator[str]:
        # An article that a file numbers can be meant by its address or headline in another file.
        if said.external_id:
            yield f"y:{said.external_id}|{name_key(said.title)}"
        bare = ArticleFields("", said.title, said.url, said.outlet, said.author, said.language, said.published_on)
        yield from self._names(bare)
        if not self._exact:
            yield from self._names(ArticleFields("", said.title, "", said.outlet, "", "", said.published_on))


class SpeakerLookup:
    """Speakers by name or alias, and where several have it, by affiliation. Who was merged is found as who stands."""

    def __init__(self, index: Index, session: Session, *, exact: bool) -> None:
        self._index = index
        self._exact = exact
        stands = {
            row.id: row.merged_into_id
            for row in session.execute(select(Speaker.id, Speaker.merged_into_id).where(Speaker.merged_into_id.is_not(None)))
        }
        query = select(Speaker.id, Speaker.name, Speaker.affiliation).where(Speaker.is_sample.is_(False)).order_by(Speaker.id)
        aliases = select(SpeakerAlias.speaker_id, SpeakerAlias.name, Speaker.affiliation).join(
            Speaker, Speaker.id == SpeakerAlias.speaker_id
        )
        for each in (query, aliases.where(Speaker.is_sample.is_(False)).order_by(SpeakerAlias.id)):
            found = session.execute(each.execution_options(yield_per=_MANY))
            index.append("speaker", ((self._name(name), [[_standing(n, stands), theirs]]) for n, name, theirs in found))

    def find(self, name: str, affiliation: str) -> int | None:
        """The speaker that is meant; None if there is none yet. Raises Invalid where it may be several."""
        candidates: dict[int, str] = {}
        for number, theirs in self._index.get("speaker", self._name(name)) or ():
            candidates.setdefault(number, theirs)
        if not candidates:
            return None
        same = [n for n, theirs in candidates.items() if self._same(theirs, affiliation)]
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
        """Find this one from now on by this name."""
        self._index.append("speaker", [(self._name(name), [[number, affiliation]])])

    def replace(self, name: str, made: int, number: int) -> None:
        """Who was only going to be made is there now."""
        key = self._name(name)
        found = self._index.get("speaker", key) or ()
        self._index.put("speaker", key, [[number if each == made else each, theirs] for each, theirs in found])

    def _name(self, name: str) -> str:
        return name_key(name)

    def _same(self, one: str, other: str) -> bool:
        return name_key(one) == name_key(other)


def _standing(number: int, stands: dict[int, int]) -> int:
    while number in stands:
        number = stands[number]
    return number


class TopicLookup:
    """Topics by their label in any language, else by their key; those of our own export by their key first."""

    def __init__(self, index: Index, session: Session, *, exact: bool) -> None:
        self._index = index
        self._exact = exact
        for row in session.execute(select(Topic.id, Topic.key, Topic.label_en, Topic.label_fr).order_by(Topic.id)):
            self.add(row.id, row.label_en, row.label_fr)
            self._index.first("topic-key", [(row.key.casefold(), row.id)])

    def find(self, label: str) -> int | None:
        """The topic that is meant; None if there is none yet."""
        places = (("topic", name_key(label)), ("topic-key", label.casefold()))
        found = (self._index.get(*place) for place in (reversed(places) if self._exact else places))
        return next((int(number) for number in found if number is not None), None)

    def add(self, number: int, *labels: str) -> None:
        """Find this one from now on by these labels."""
        self._index.first("topic", ((name_key(label), number) for label in labels))

    def replace(self, label: str, number: int) -> None:
        """What was only going to be made is there now."""
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
        """Who is meant; None if it is nobody here, or may be several."""
        return self._ids.get(name_key(name))


def in_chunks(items: Iterable[Any], size: int = 500) -> Iterator[list[Any]]:
    """The items in lists of at most so many, for questions with a bounded number of parameters."""
    found: list[Any] = []
    for item in items:
        found.append(item)
        if len(found) == size:
            yield found
            found = []
    if found:
        yield found
