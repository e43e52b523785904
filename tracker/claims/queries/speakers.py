"""Reads of speakers and topics: lists, one with its claims, and what filters offer."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from tracker.claims.models import Claim, ClaimTopic, Speaker, SpeakerAlias, Topic
from tracker.claims.queries import rows
from tracker.claims.queries.rows import ClaimRow
from tracker.claims.search import indexing
from tracker.claims.words import Attribution, SpeakerKind
from tracker.errors import NotFound
from tracker.pagination import Order, Page, page
from tracker.search.names import asked
from tracker.sql import among

OFFERED: Final = 200  # choices of one filter
SIZE: Final = 50
COUNTED: Final = 1_000


@dataclass(frozen=True)
class SpeakerRow:
    """A speaker in the list. `claims` is counted up to COUNTED + 1."""

    id: int
    name: str
    kind: SpeakerKind
    affiliation: str
    aliases: tuple[str, ...]
    claims: int
    is_sample: bool


@dataclass(frozen=True)
class TopicRow:
    """A topic in the list. `claims` is counted up to COUNTED + 1."""

    id: int
    label_en: str
    label_fr: str
    claims: int
    is_sample: bool

    def label(self, language: str) -> str:
        """The label in a language."""
        return self.label_fr if language == "fr" else self.label_en


def speaker(session: Session, speaker_id: int) -> Speaker:
    """One speaker. Raises NotFound."""
    found = session.get(Speaker, speaker_id)
    if found is None:
        raise NotFound()
    return found


def topic(session: Session, topic_id: int) -> Topic:
    """One topic. Raises NotFound."""
    found = session.get(Topic, topic_id)
    if found is None:
        raise NotFound()
    return found


def aliases(session: Session, speaker_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The other names of some speakers, in the order in which they were given."""
    query = (
        select(SpeakerAlias.speaker_id, SpeakerAlias.name)
        .where(among(session, SpeakerAlias.speaker_id, speaker_ids))
        .order_by(SpeakerAlias.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for speaker_id, name in session.execute(query):
        found[speaker_id] = (*found.get(speaker_id, ()), name)
    return found


def same_speakers(session: Session, speaker_id: int) -> tuple[int, ...]:
    """A speaker and those merged into it."""
    return (speaker_id, *session.scalars(select(Speaker.id).where(Speaker.merged_into_id == speaker_id).order_by(Speaker.id)))


def merged_into(session: Session, speaker_id: int) -> list[tuple[int, str]]:
    """The entries that were merged into a speaker, by name."""
    query = select(Speaker.id, Speaker.name).where(Speaker.merged_into_id == speaker_id).order_by(Speaker.name, Speaker.id)
    return [(row.id, row.name) for row in session.execute(query)]


def speakers(
    session: Session,
    q: str,
    *,
    with_sample: bool,
    with_implied: bool = True,
    after: str | None = None,
    before: str | None = None,
) -> Page[SpeakerRow]:
    """Speakers by name; `q` is looked for in names, aliases and affiliations. Merged ones are shown by the one that stands.

    Claims of which the article only suggests who made them are counted where asked.
    """
    query = select(Speaker.id, Speaker.name, Speaker.kind, Speaker.affiliation, Speaker.is_sample)
    query = query.where(Speaker.merged_into_id.is_(None), *_unless(with_sample, Speaker.is_sample))
    if (words := asked(q)) is not None:
        if not words:
            return Page([])  # nothing but marks, and nobody is called that
        hits, said = indexing.SPEAKERS.found(session, words), aliased(Speaker)
        stands = select(func.coalesce(said.merged_into_id, said.id)).join_from(hits.table, said, said.id == hits.id)
        query = query.where(Speaker.id.in_(stands.where(hits.matches)))
    found = page(session, query, Order(Speaker.id, Speaker.name, read=str), size=SIZE, after=after, before=before)
    ids = [row.id for row in found.rows]
    names, claims = aliases(session, ids), _counts(session, ids, with_implied)
    return found.map(
        lambda row: SpeakerRow(
            row.id, row.name, row.kind, row.affiliation, names.get(row.id, ()), claims.get(row.id, 0), row.is_sample
        )
    )


def topics(session: Session, language: str, *, with_sample: bool) -> list[TopicRow]:
    """All topics, by label."""
    some = select(ClaimTopic.claim_id).where(ClaimTopic.topic_id == Topic.id).limit(COUNTED + 1).correlate(Topic).subquery()
    count = select(func.count()).select_from(some).scalar_subquery().label("claims")
    query = select(Topic.id, Topic.label_en, Topic.label_fr, count, Topic.is_sample)
    found = session.execute(query.where(*_unless(with_sample, Topic.is_sample)))
    return sorted((TopicRow(*row) for row in found), key=lambda row: (folded(row.label(language)), row.id))


def claims_of_speaker(
    session: Session,
    speaker_id: int,
    language: str,
    *,
    with_implied: bool = True,
    after: str | None = None,
    before: str | None = None,
) -> Page[ClaimRow]:
    """The claims of a speaker and of those merged into it, newest first; those that are only implied where asked."""
    ids = same_speakers(session, speaker_id)
    query = select(Claim.id).where(Claim.speaker_id == ids[0] if len(ids) == 1 else Claim.speaker_id.in_(ids))
    if not with_implied:
        query = query.where(Claim.attribution != Attribution.IMPLIED)
    return _claims(session, query, Order(Claim.id, descending=True), language, after, before)


def claims_of_topic(
    session: Session, topic_id: int, language: str, *, after: str | None = None, before: str | None = None
) -> Page[ClaimRow]:
    """The claims on a topic, newest first."""
    query = select(ClaimTopic.claim_id).where(ClaimTopic.topic_id == topic_id)
    return _claims(session, query, Order(ClaimTopic.claim_id, descending=True), language, after, before)


def speaker_choices(session: Session, *, with_sample: bool, chosen: int | None = None) -> list[tuple[int, str]]:
    """Speakers to choose from, by name; the first OFFERED, and the chosen one wherever it stands."""
    query = select(Speaker.id, Speaker.name).where(Speaker.merged_into_id.is_(None), *_unless(with_sample, Speaker.is_sample))
    return _choices(session, query.order_by(Speaker.name, Speaker.id), select(Speaker.id, Speaker.name), Speaker.id, chosen)


def topic_choices(session: Session, language: str, *, with_sample: bool, chosen: int | None = None) -> list[tuple[int, str]]:
    """Topics to choose from, by label; the first OFFERED, and the chosen one wherever it stands."""
    label = Topic.label_fr if language == "fr" else Topic.label_en
    query = select(Topic.id, label).where(*_unless(with_sample, Topic.is_sample))
    return _choices(session, query.order_by(label, Topic.id), select(Topic.id, label), Topic.id, chosen)


def folded(text: str) -> str:
    """A text as people sort it: without marks, whatever the case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _choices(session: Session, some: Any, one: Any, id_: Any, chosen: int | None) -> list[tuple[int, str]]:
    found = [(row[0], row[1]) for row in session.execute(some.limit(OFFERED))]
    if chosen is not None and chosen not in {number for number, _ in found}:
        found.extend((row[0], row[1]) for row in session.execute(one.where(id_ == chosen)))
    return sorted(found, key=lambda choice: (folded(choice[1]), choice[0]))


def _counts(session: Session, speaker_ids: list[int], with_implied: bool) -> dict[int, int]:
    """How many claims some speakers have, with those of whoever was merged into them; each counted up to COUNTED + 1."""
    said = aliased(Speaker)  # the speaker, or an entry that was merged into it
    claims = select(Claim.id).where(Claim.speaker_id == said.id)
    if not with_implied:
        claims = claims.where(Claim.attribution != Attribution.IMPLIED)
    some = claims.limit(COUNTED + 1).correlate(said).subquery()
    count = select(func.count()).select_from(some).scalar_subquery()
    found = dict.fromkeys(speaker_ids, 0)
    # Two questions that an index answers each; "the one or the other" would be looked for among all speakers.
    for stands in (said.id, said.merged_into_id):
        for speaker_id, many in session.execute(select(stands, count).where(among(session, stands, found))):
            found[speaker_id] = min(found[speaker_id] + many, COUNTED + 1)
    return found


def _claims(session: Session, query: Any, order: Order, language: str, after: str | None, before: str | None) -> Page[ClaimRow]:
    found = page(session, query, order, size=SIZE, after=after, before=before)
    return Page(rows.in_order(session, [row[0] for row in found.rows], language), found.before, found.after)


def _unless(with_sample: bool, is_sample: Any) -> list[ColumnElement[bool]]:
    return [] if with_sample else [is_sample.is_(False)]
