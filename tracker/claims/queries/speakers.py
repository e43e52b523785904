"""Reads of speakers: the list, one with its claims, what filters offer."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from tracker.claims.enums import SpeakerKind
from tracker.claims.models import Claim, Speaker, SpeakerAlias
from tracker.claims.queries.claim_rows import ClaimRow
from tracker.claims.queries.name_lists import SIZE, choices_of, claims_page, unless_sample
from tracker.claims.search import indexing
from tracker.claims.visibility import names_speaker
from tracker.pagination import Order, Page, page
from tracker.search.names import parse_words
from tracker.sql import among, require_row

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


def get_speaker(session: Session, speaker_id: int) -> Speaker:
    """One speaker. Raises NotFound."""
    return require_row(session, Speaker, speaker_id)


def list_aliases(session: Session, speaker_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
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


def list_same_speakers(session: Session, speaker_id: int) -> tuple[int, ...]:
    """A speaker and those merged into it."""
    return (speaker_id, *session.scalars(select(Speaker.id).where(Speaker.merged_into_id == speaker_id).order_by(Speaker.id)))


def list_namesakes(session: Session, speaker: Speaker) -> list[int]:
    """The other speakers whose name is the same, as `name_key` compares names."""
    query = select(Speaker.id).where(Speaker.name_key == speaker.name_key, Speaker.id != speaker.id).order_by(Speaker.id)
    return list(session.scalars(query))


def list_merged(session: Session, speaker_id: int) -> list[tuple[int, str]]:
    """The entries that were merged into a speaker, by name."""
    query = select(Speaker.id, Speaker.name).where(Speaker.merged_into_id == speaker_id).order_by(Speaker.name, Speaker.id)
    return [(row.id, row.name) for row in session.execute(query)]


def list_speakers(
    session: Session,
    q: str,
    *,
    with_sample: bool,
    with_implied: bool = True,
    after: str | None = None,
    before: str | None = None,
) -> Page[SpeakerRow]:
    """Speakers by name; `q` is looked for in names, aliases and affiliations. A merged one is shown by the entry it belongs to.

    Claims whose speaker is only implied are counted where asked.
    """
    query = select(Speaker.id, Speaker.name, Speaker.kind, Speaker.affiliation, Speaker.is_sample)
    query = query.where(Speaker.merged_into_id.is_(None), *unless_sample(with_sample, Speaker.is_sample))
    if (words := parse_words(q)) is not None:
        if not words:
            return Page([])  # nothing but punctuation, which is no name
        hits, named = indexing.SPEAKERS.find(session, words), aliased(Speaker)
        shown = select(func.coalesce(named.merged_into_id, named.id)).join_from(hits.table, named, named.id == hits.id)
        query = query.where(Speaker.id.in_(shown.where(hits.matches)))
    found = page(session, query, Order(Speaker.id, Speaker.name, read=str), size=SIZE, after=after, before=before)
    ids = [row.id for row in found.rows]
    names, claims = list_aliases(session, ids), _counts(session, ids, with_implied)
    return found.map(
        lambda row: SpeakerRow(
            row.id, row.name, row.kind, row.affiliation, names.get(row.id, ()), claims.get(row.id, 0), row.is_sample
        )
    )


def claims_of_speaker(
    session: Session,
    speaker_id: int,
    language: str,
    *,
    with_implied: bool = True,
    after: str | None = None,
    before: str | None = None,
) -> Page[ClaimRow]:
    """The claims of a speaker and of those merged into it, newest first; the implied ones, too, where asked."""
    ids = list_same_speakers(session, speaker_id)
    query = select(Claim.id).where(Claim.speaker_id == ids[0] if len(ids) == 1 else Claim.speaker_id.in_(ids))
    if not with_implied:
        query = query.where(names_speaker())
    return claims_page(session, query, Order(Claim.id, descending=True), language, after, before)


def speaker_choices(
    session: Session, *, with_sample: bool, chosen: int | None = None, most: int | None = None
) -> list[tuple[int, str]]:
    """Speakers to choose from, by name; the first `most` (OFFERED), and the chosen one."""

    def conditions() -> list[ColumnElement[bool]]:
        return [Speaker.merged_into_id.is_(None), *unless_sample(with_sample, Speaker.is_sample)]

    return choices_of(session, Speaker.id, Speaker.name, conditions, chosen, most)


def _counts(session: Session, speaker_ids: list[int], with_implied: bool) -> dict[int, int]:
    """How many claims some speakers have, with those of the speakers merged into them; each counted up to COUNTED + 1."""
    named = aliased(Speaker)  # the speaker, or an entry that was merged into it
    claims = select(Claim.id).where(Claim.speaker_id == named.id)
    if not with_implied:
        claims = claims.where(names_speaker())
    some = claims.limit(COUNTED + 1).correlate(named).subquery()
    count = select(func.count()).select_from(some).scalar_subquery()
    found = dict.fromkeys(speaker_ids, 0)
    # Two questions that an index answers each; "the one or the other" would be looked for among all speakers.
    for speaker in (named.id, named.merged_into_id):
        for speaker_id, many in session.execute(select(speaker, count).where(among(session, speaker, found))):
            found[speaker_id] = min(found[speaker_id] + many, COUNTED + 1)
    return found
