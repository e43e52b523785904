"""Keeping the indexes in step: every recorded change of a claim's or speaker's words folds them again, in the same transaction.

Because a change that is not recorded does not exist, nothing that writes claims has to think of the index.
"""

from collections.abc import Iterable

from sqlalchemy import and_, exists, func, insert, select
from sqlalchemy.orm import Session, aliased

from tracker.articles import duplicates
from tracker.articles import search_index as articles
from tracker.claims.merged_speakers import list_relatives
from tracker.claims.models import Claim, ClaimTranslation, Speaker, SpeakerAlias
from tracker.claims.models.search import ClaimSearch, SpeakerSearch
from tracker.claims.visibility import names_speaker
from tracker.db import Database
from tracker.ledger import erasing
from tracker.search import names
from tracker.search.folding import BETWEEN, fold
from tracker.sql import update_rows

SPEAKERS = names.Index(SpeakerSearch.speaker_id, SpeakerSearch.folded, "speaker_fts")
BATCH = 500
_CLAIM_KINDS = frozenset({"claim.created", "claim.edit", "translation.set"})
_SPEAKER_KINDS = frozenset({"speaker.edit", "speaker.unmerge"})


def refresh(session: Session, claim_ids: Iterable[int]) -> None:
    """Fold the words of these claims again and put them into the index."""
    wanted = sorted(set(claim_ids))
    for start in range(0, len(wanted), BATCH):
        _refresh(session, wanted[start : start + BATCH])


def _refresh(session: Session, ids: list[int]) -> None:
    texts: dict[int, list[str]] = {}
    merged_into = aliased(Speaker)  # a merged speaker is found by the name of the other entry, too
    # Who is only suggested is no word of a claim: a viewer who searched for the name would learn it from the hit.
    query = (
        select(Claim.id, Claim.statement, Claim.quote, Claim.condition, Speaker.name, merged_into.name)
        .outerjoin(Speaker, and_(Speaker.id == Claim.speaker_id, names_speaker()))
        .outerjoin(merged_into, merged_into.id == Speaker.merged_into_id)
        .where(Claim.id.in_(ids))
    )
    for claim_id, *words in session.execute(query):
        texts[claim_id] = [text for text in words if text]
    translated = select(ClaimTranslation.claim_id, ClaimTranslation.statement).where(ClaimTranslation.claim_id.in_(ids))
    for claim_id, statement in session.execute(translated):
        texts[claim_id].append(statement)
    known = set(session.scalars(select(ClaimSearch.claim_id).where(ClaimSearch.claim_id.in_(ids))))
    rows = [{"claim_id": claim_id, "folded": fold(*parts)} for claim_id, parts in texts.items()]
    new = [row for row in rows if row["claim_id"] not in known]
    if new:
        session.execute(insert(ClaimSearch), new)
    for row in rows:
        if row["claim_id"] in known:
            update_rows(session, ClaimSearch, ClaimSearch.claim_id == row["claim_id"], folded=row["folded"])


def _add_merged_names(session: Session, speaker_ids: Iterable[int]) -> None:
    """Add to the claims of merged speakers the name of the other entry, in one statement: nothing else of them has changed."""
    into = aliased(Speaker)
    query = select(into.id, into.name).join(Speaker, Speaker.merged_into_id == into.id).where(Speaker.id.in_(speaker_ids))
    for into_id, name in session.execute(query.distinct()).all():
        words = BETWEEN + fold(name)
        # Those that were merged into the merged one have come along.
        quoting = select(Claim.id).join(Speaker).where(Speaker.merged_into_id == into_id, names_speaker())
        has_none = ~ClaimSearch.folded.contains(words, autoescape=True)
        update_rows(session, ClaimSearch, ClaimSearch.claim_id.in_(quoting), has_none, folded=ClaimSearch.folded + words)


def refresh_speakers(session: Session, speaker_ids: Iterable[int]) -> None:
    """Fold the names of these speakers again and put them into their index."""
    wanted = sorted(set(speaker_ids))
    for start in range(0, len(wanted), BATCH):
        ids = wanted[start : start + BATCH]
        query = select(Speaker.id, Speaker.name, Speaker.affiliation).where(Speaker.id.in_(ids))
        texts = {id_: list(parts) for id_, *parts in session.execute(query)}
        aliases = select(SpeakerAlias.speaker_id, SpeakerAlias.name).where(SpeakerAlias.speaker_id.in_(ids))
        for id_, name in session.execute(aliases.order_by(SpeakerAlias.id)):
            texts[id_].append(name)
        SPEAKERS.put(session, texts)


def on_seal(session: Session, events: Iterable[tuple[str, str]]) -> None:
    """Called with the kind and subject of every event that is about to be sealed."""
    claims: set[int] = set()
    speakers: set[int] = set()
    new: set[int] = set()  # no claim names them yet
    merged: set[int] = set()
    for kind, subject in events:
        is_erasing = kind in erasing.KINDS
        if kind in _CLAIM_KINDS or (is_erasing and subject.startswith("claim:")):
            claims.add(int(subject.removeprefix("claim:")))
        elif kind in _SPEAKER_KINDS or (is_erasing and subject.startswith("speaker:")):
            speakers.add(int(subject.removeprefix("speaker:")))
        elif kind == "speaker.created":
            new.add(int(subject.removeprefix("speaker:")))
        elif kind == "speaker.merge":
            merged.add(int(subject.removeprefix("speaker:")))
    if speakers:
        speakers |= list_relatives(session, speakers)
        claims.update(session.scalars(select(Claim.id).where(Claim.speaker_id.in_(speakers))))
    if speakers or new:
        refresh_speakers(session, speakers | new)
    if merged:
        _add_merged_names(session, merged)
    if claims:
        refresh(session, claims)


def fill(database: Database) -> int:
    """Index the claims, speakers and articles that are not in the indexes yet, in short transactions; return how many claims.

    For a database that is older than its indexes.
    """
    articles.fill(database)
    duplicates.fill(database)
    names.fill(database, Speaker.id, ~exists().where(SpeakerSearch.speaker_id == Speaker.id), refresh_speakers)
    with database.reading() as session:
        counted = select(func.count())
        if session.scalar(counted.select_from(ClaimSearch)) == session.scalar(counted.select_from(Claim)):
            return 0
    return names.fill(database, Claim.id, ~exists().where(ClaimSearch.claim_id == Claim.id), refresh)
